using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>How what hints did not bring is fetched from its conversation.</summary>
public sealed partial class UserGrain
{
    private const int MostEventsPerFetch = 256;

    private readonly Dictionary<ConversationId, Catching> _catching = [];

    public async Task<CaughtUp> CatchUp(ConversationId conversationId, Position head)
    {
        await Loaded();
        await Catch(conversationId, head);
        var applied = PositionIn(conversationId);
        await Durable();
        return new CaughtUp(applied, _profile.Name);
    }

    private async Task CatchUpQuietly(ConversationId id, Position head)
    {
        try
        {
            await Catch(id, head);
        }
        catch (Exception e)
        {
            LogFetchFailed(e, _me, id);
        }
    }

    /// <summary>Fetches up to a position. One fetch at a time and conversation; who comes meanwhile raises its goal.</summary>
    private Task Catch(ConversationId id, Position head)
    {
        if (PositionIn(id).Covers(head))
        {
            return Task.CompletedTask;
        }

        if (_catching.TryGetValue(id, out var running))
        {
            running.Goal = Position.Max(running.Goal, head);
            return running.Done;
        }

        var catching = new Catching { Goal = head };
        _catching[id] = catching;
        return catching.Done = Catch(id, catching);
    }

    private async Task Catch(ConversationId id, Catching catching)
    {
        try
        {
            var conversation = GrainFactory.GetGrain<IConversationGrain>(id.Value);
            while (!PositionIn(id).Covers(catching.Goal))
            {
                // Its grain may be on its way out beside this one, and wait for this one.
                var page = await conversation.Fetch(_me, PositionIn(id), MostEventsPerFetch).WaitAsync(_siloStop.Token);
                // The stream may have brought some of it while this awaited; applying looks at the position again.
                foreach (var one in page.Events)
                {
                    Apply(id, one, fetched: true);
                }

                if (!PassOver(id, page.Until.Seq) && page.Events.IsEmpty)
                {
                    // A former member gets no further than their removal.
                    return;
                }
            }
        }
        finally
        {
            _catching.Remove(id);
        }
    }

    private sealed class Catching
    {
        public required Position Goal { get; set; }
        public Task Done { get; set; } = Task.CompletedTask;
    }
}
