using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Commands;

/// <summary>The feed for a client that pulls: the frames that a socket would have pushed.</summary>
public sealed class SyncCommands(IGrainFactory grains, ConversationViews views)
{
    /// <param name="after">Null begins from a snapshot of now.</param>
    public async Task<SyncPage> Read(Actor actor, FeedPosition? after, int limit)
    {
        var page = await grains.User(actor.Id).ReadFeed(actor, after, limit);
        var opening = page.Opening;
        if (!opening.Resumed)
        {
            var snapshot = opening.Snapshot is { } marks ? await views.Read(actor.Id, marks) : null;
            return new SyncPage(opening.Position, page.Head, Resumed: false, [], snapshot);
        }

        var conversations = await views.ReadFor(actor.Id, page.Events);
        var frames = ImmutableArray.CreateBuilder<EventFrame>(page.Events.Length);
        foreach (var e in page.Events)
        {
            ConversationObject? told = e.Entry.ConversationId is { } id && conversations?.TryGetValue(id, out var found) == true ? found.Whole : null;
            frames.Add(new EventFrame(actor.Id, e, told, FrameFormat.Both));
        }

        var cursor = page.Events.IsEmpty ? opening.Position.Cursor : page.Events[^1].Entry.Cursor;
        return new SyncPage(opening.Position with { Cursor = cursor }, page.Head, Resumed: true, frames.MoveToImmutable(), Snapshot: null);
    }
}
