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
    /// <param name="lenient">Of what can't be read only the mark is told, rather than fail because of one.</param>
    public async ValueTask<IReadOnlyDictionary<ConversationId, ToldConversation>?> ReadFor(
        UserId reader, ImmutableArray<FeedEvent> events, bool lenient = false)
    {
        HashSet<ConversationId>? needed = null;
        foreach (var e in events)
        {
            if (e.Entry.TellsOfConversation)
            {
                (needed ??= []).Add(e.Entry.ConversationId!.Value);
            }
        }

        return needed is null ? null : await ReadForFeed(reader, [.. needed], lenient);
    }

    private async Task<IReadOnlyDictionary<ConversationId, ToldConversation>> ReadForFeed(UserId reader, ConversationId[] ids, bool lenient)
    {
        var told = new ToldConversation[ids.Length];
        await Parallel.ForAsync(0, ids.Length, SideBySide, async (i, _) =>
        {
            // Never leniently: the events came from that same grain.
            var mark = grains.User(reader).Mark(ids[i]);
            ConversationView? view = null;
            try
            {
                view = await grains.Conversation(ids[i]).ViewForFeed(reader);
            }
            catch (Exception) when (lenient)
            {
                // Whoever needs it makes do with the mark.
            }

            var known = await mark;
            told[i] = new ToldConversation(view is null ? null : new ConversationObject(view, known, reader), known);
        });
        return ids.Zip(told).ToDictionary(pair => pair.First, pair => pair.Second);
    }
}

/// <summary>What an event of the feed can tell of its conversation.</summary>
/// <param name="Whole">As it now is, or, where the reader has left since, what they may still know; null where it could not be read.</param>
/// <param name="Mark">What the reader's own grain knows of it; null where they have left.</param>
public readonly record struct ToldConversation(ConversationObject? Whole, ConversationMark? Mark);
