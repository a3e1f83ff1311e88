using System.Globalization;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.Users;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace ChatOrleans.Silo.Tests.Cli;

/// <summary>A chat that people have used, made by the product's own grains; and what they see in it.</summary>
internal static class FilledChat
{
    private const int MessagesPerConversation = 50;
    private static readonly UserId[] s_people = [new("ada"), new("grace"), new("linus"), new("ada@example.org")];

    /// <summary>Conversations of three with texts in several scripts, edits, deletions, someone who left, marks, mutes and alerts.</summary>
    public static async Task Fill(string directory, int messages)
    {
        using var host = await Start(directory);
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        for (var i = 0; i < messages; i += MessagesPerConversation * 40)
            await Task.WhenAll(Enumerable.Range(0, Math.Min(40, (messages - i) / MessagesPerConversation)).Select(_ => Converse(grains)));
        foreach (var person in s_people)
            await grains.GetGrain<IUserGrain>(person.Value).Alert(new SystemAlert { AlertId = "maintenance", Title = "Tonight", Content = "at 22:00 \U0001F6E0" });
        await host.StopAsync();
    }

    /// <summary>What a person sees: conversations, all their messages, unread counts, notifications.</summary>
    public static async Task<string> SeenBy(string directory, string person)
    {
        using var host = await Start(directory);
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        var me = grains.GetGrain<IUserGrain>(person);
        var seen = new List<string> { (await me.Me(new Actor(new UserId(person), null))).UnreadNotifications.ToString(CultureInfo.InvariantCulture) };
        foreach (var mark in (await me.Conversations(null, 1_000)).Marks.OrderBy(mark => mark.ConversationId.Value, StringComparer.Ordinal))
        {
            seen.Add(mark.ToString());
            var page = await grains.GetGrain<IConversationGrain>(mark.ConversationId.Value).ReadMessages(new ReadMessages(new UserId(person), null, null, 200));
            seen.AddRange(page.Messages.Select(message => $"{message} {message.Text} {message.EditedAt:O} {message.Meta}"));
        }

        seen.AddRange((await me.Notifications(true, null, 1_000)).Notifications.Select(notification => notification.ToString()));
        await host.StopAsync();
        return string.Join('\n', seen);
    }

    public static async Task<FeedPosition> Position(string directory, string person)
    {
        using var host = await Start(directory);
        var me = await host.Services.GetRequiredService<IGrainFactory>().GetGrain<IUserGrain>(person).Me(new Actor(new UserId(person), null));
        await host.StopAsync();
        return me.Position;
    }

    private static async Task Converse(IGrainFactory grains)
    {
        var (ada, grace, linus) = (new Actor(s_people[0], "Ada"), new Actor(s_people[1], "Grace"), new Actor(s_people[2], null));
        var id = ConversationId.New();
        var room = grains.GetGrain<IConversationGrain>(id.Value);
        await room.Create(new CreateConversation
        {
            Actor = ada,
            Kind = ConversationKind.Group,
            Title = "lounge",
            Meta = """{"floor":3}""",
            Members = [new NewMember(grace.Id, "agent", MemberRole.Admin), new NewMember(linus.Id, null, null), new NewMember(s_people[3], null, null)],
        });
        await Task.WhenAll(Enumerable.Range(0, MessagesPerConversation).Select(i => room.Post(new PostMessage
        {
            Actor = i % 3 == 0 ? ada : grace,
            Text = $"Message {i}: \"quoted\" \\ <b> Grüße, 你好, \U0001F44B\n\u2028 and so on, as people write to each other.",
            ClientMessageId = $"c-{i}",
            Meta = i % 10 == 0 ? """{"customer_name":"John Doe"}""" : null,
        })));
        await room.Edit(new EditMessage(ada, 1, "edited"));
        await room.Delete(new DeleteMessage(grace, 5));
        await room.RemoveMember(new RemoveMember(ada, s_people[3]));
        await room.Change(new ChangeConversation { Actor = ada, Title = "the lounge" });
        var reader = grains.GetGrain<IUserGrain>(linus.Id.Value);
        await reader.MarkRead(id, 20);
        await reader.SetMuted(id, true);
    }

    private static async Task<IHost> Start(string directory)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Storage:Path"] = directory });
        builder.UseChatSilo();
        builder.Logging.ClearProviders();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
