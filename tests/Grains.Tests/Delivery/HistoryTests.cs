using ChatOrleans.Conversations;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Delivery;

public sealed class HistoryTests(ChatCluster chat) : IClassFixture<ChatCluster>
{
    private const int Messages = 300;

    /// <summary>Pages of any size, read in either direction while others append, edit and delete, join to the log without gap or repeat.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    [InlineData(200)]
    public async Task Pages_ReadDuringAppendsEditsAndDeletes_JoinToTheLog(int limit)
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await chat.Create(ConversationKind.Direct, ada, grace);
        var conversation = chat.Conversation(lounge.Id);
        var writing = Task.Run(async () =>
        {
            for (var i = 1; i <= Messages; i++)
            {
                var seq = (await chat.Post(lounge, ada, $"message {i}")).Seq;
                if (i % 5 == 0)
                {
                    await conversation.Edit(new EditMessage(ada.Actor, seq, $"edited {i}"));
                }

                if (i % 7 == 0)
                {
                    await conversation.Delete(new DeleteMessage(ada.Actor, seq));
                }
            }
        });

        var forward = new List<long>();
        while (forward.Count < Messages)
        {
            var page = await conversation.ReadMessages(new ReadMessages(grace.Id, null, forward.LastOrDefault(), limit));
            forward.AddRange(page.Messages.Select(message => message.Seq));
            Assert.True(page.Messages.Length <= limit);
        }

        await writing;
        var backward = new List<Message>();
        MessagePage older;
        do
        {
            long? before = backward.Count == 0 ? null : backward[0].Seq;
            older = await conversation.ReadMessages(new ReadMessages(grace.Id, before, null, limit));
            backward.InsertRange(0, older.Messages);
        }
        while (older.Older);

        Assert.Equal(Enumerable.Range(1, Messages).Select(seq => (long)seq), forward);
        Assert.Equal(forward, backward.Select(message => message.Seq));
        Assert.All(backward, message => Assert.Equal(Expected(message.Seq), message.Text));

        static string Expected(long seq) => seq % 7 == 0 ? "" : seq % 5 == 0 ? $"edited {seq}" : $"message {seq}";
    }

    [Theory]
    [InlineData(2)]
    [InlineData(long.MaxValue - 1)]
    [InlineData(long.MaxValue)]
    public async Task Read_AfterTheEnd_HoweverFar_IsEmpty(long after)
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await chat.Create(ConversationKind.Direct, ada, grace);
        await chat.Post(lounge, ada, "one");
        await chat.Post(lounge, ada, "two");
        var conversation = chat.Conversation(lounge.Id);

        Assert.Empty((await conversation.ReadMessages(new ReadMessages(grace.Id, null, after, 50))).Messages);
        Assert.Empty((await conversation.ReadMessages(new ReadMessages(grace.Id, long.MaxValue, after, 50))).Messages);
        Assert.Empty((await conversation.ReadChanges(grace.Id, after, 50)).Changes);
    }

    /// <summary>Folding changes and messages that the feed told gives what is read afresh: nothing is told that is not so, and nothing is left out.</summary>
    [Fact]
    public async Task EventsTold_AppliedToWhatWasThere_EqualWhatIsReadAgain()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await chat.Create(ConversationKind.Group, ada, grace);
        await using var device = chat.Connect(grace);
        await device.Opened();
        var random = new Random(5);
        for (var i = 1; i <= 120; i++)
        {
            var last = await chat.Post(lounge, i % 3 == 0 ? grace : ada, $"message {i}");
            switch (random.Next(4))
            {
                case 0:
                    // Odd ones only are ever edited: a deleted one can't be.
                    await chat.Conversation(lounge.Id).Edit(new EditMessage(ada.Actor, 1 + (2 * random.NextInt64((last.Seq + 1) / 2)), $"edit {i}"));
                    break;
                case 1 when i % 2 == 0:
                    await chat.Conversation(lounge.Id).Delete(new DeleteMessage(ada.Actor, last.Seq));
                    break;
                default:
                    break;
            }
        }

        var read = await chat.Conversation(lounge.Id).ReadMessages(new ReadMessages(grace.Id, null, 0, 200));
        await device.HearsMessages(120);
        var told = new SortedDictionary<long, Message>();
        await device.Until(
            () =>
            {
                foreach (var one in device.Events.Where(one => one.Message is not null))
                {
                    told[one.Entry.Seq] = one.Message!;
                }

                return told.Values.SequenceEqual(read.Messages);
            },
            "the told messages to equal the read ones");
        var mark = await chat.User(grace).Mark(lounge.Id);
        Assert.Equal(read.Messages.Last(message => message.SenderId == grace.Id).Seq, mark!.ReadSeq);
    }
}
