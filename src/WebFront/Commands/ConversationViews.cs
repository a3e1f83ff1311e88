using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Ids;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Commands;

/// <summary>
/// Brings together what a conversation's grain tells of it and what the reader's own grain knows. Reads many side by side, but
/// never more than a few at once, so that one device's snapshot does not crowd out everyone else's calls.
/// </summary>
public sealed class ConversationViews(IGrainFactory grains)
{
    private static readonly ParallelOptions SideBySide = new() { MaxDegreeOfParallelism = 16 };

    /// <summary>In the order of the marks, without those that the reader has left meanwhile.</summary>
    public Task<ImmutableArray<ConversationObject>> Read(UserId reader, ImmutableArray<ConversationMark> marks) => Read(reader, marks, lenient: false);

    /// <param name="lenient">Leaves out what can't be read, too, rather than fail because of one.</param>
    private async Task<ImmutableArray<ConversationObject>> Read(UserId reader, ImmutableArray<ConversationMark> marks, bool lenient)
    {
        var views = new ConversationView?[marks.Length];
        await Parallel.ForAsync(0, marks.Length, SideBySide, async (i, _) =>
        {
            try
            {
                views[i] = await grains.Conversation(marks[i].ConversationId).View(reader);
            }
            catch (ChatException left) when (left.Code == ErrorCode.NotAMember)
            {
                // Left between the page and the view: not in the list any more.
            }
            catch (Exception) when (lenient)
            {
                // Its absence is told by the snapshot's "more".
            }
        });

        return [.. marks.Zip(views).Where(pair => pair.Second is not null).Select(pair => new ConversationObject(pair.Second!, pair.First, reader))];
    }

    /// <summary>As its reader sees it now. Throws ChatException: NotAMember.</summary>
    public async Task<ConversationObject> Read(UserId reader, ConversationId id)
    {
        var mark = grains.User(reader).Mark(id);
        var view = await grains.Conversation(id).View(reader);
        return new ConversationObject(view, await mark, reader);
    }

    /// <summary>The view that a command answered with, and the reader's own mark.</summary>
    public async Task<ConversationObject> With(UserId reader, ConversationView view) =>
        new(view, await grains.User(reader).Mark(view.Id), reader);

    /// <summary>For an event of the reader's feed; for a conversation that they have left since, what they may still know.</summary>
    public async Task<ConversationObject> ReadForFeed(UserId reader, ConversationId id)
    {
        var mark = grains.User(reader).Mark(id);
        var view = await grains.Conversation(id).ViewForFeed(reader);
        return new ConversationObject(view, await mark, reader);
    }

    /// <param name="lenient">A conversation that can't be read is left out, and <c>more</c> says that the list is not whole.</param>
    public async Task<Snapshot> Read(UserId reader, FeedSnapshot snapshot, bool lenient = false)
    {
        var marks = snapshot.Conversations.Marks;
        var conversations = await Read(reader, marks, lenient);
        return new Snapshot(
            conversations,
            snapshot.Conversations.More || (lenient && conversations.Length < marks.Length),
            snapshot.Notifications.Notifications,
            snapshot.Notifications.Unread);
    }

    /// <summary>
    /// Null where no event needs one, which is the rule. Otherwise each conversation that an event tells of, read once, as it now is.
    /// </summary>
    /// <param name="lenient">Leaves out what can't be read, rather than fail because of one.</param>
    public async ValueTask<IReadOnlyDictionary<ConversationId, ConversationObject>?> ReadFor(
        UserId reader, ImmutableArray<FeedEvent> events, bool lenient = false)
    {
        HashSet<ConversationId>? needed = null;
        foreach (var e in events)
        {
            if (e.Entry.Kind is FeedEntryKind.NewConversation or FeedEntryKind.ConversationUpdated)
            {
                (needed ??= []).Add(e.Entry.ConversationId!.Value);
            }
        }

        return needed is null ? null : await ReadForFeed(reader, [.. needed], lenient);
    }

    private async Task<IReadOnlyDictionary<ConversationId, ConversationObject>> ReadForFeed(UserId reader, ConversationId[] ids, bool lenient)
    {
        var found = new ConversationObject?[ids.Length];
        await Parallel.ForAsync(0, ids.Length, SideBySide, async (i, _) =>
        {
            try
            {
                found[i] = await ReadForFeed(reader, ids[i]);
            }
            catch (Exception) when (lenient)
            {
                // Whoever needs it says so in another way.
            }
        });
        return found.OfType<ConversationObject>().ToDictionary(conversation => conversation.View.Id);
    }
}
