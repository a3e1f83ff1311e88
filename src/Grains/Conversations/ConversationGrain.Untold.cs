using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Conversations;

/// <summary>Tells who left what was deleted since of their time, so that no notification of theirs outlives its message.</summary>
public sealed partial class ConversationGrain
{
    private const int MostChangesToldAtOnce = 128;

    private Untold _untold = new([], 0);
    private bool _tellingDeletions;

    /// <summary>Nobody lacks anything, and nothing is on its way into the logs that somebody will.</summary>
    private bool IsAtRest => _untold.IsEmpty && _log.Assigned == _log.Committed && _outbox.IsAtRest(_log.Committed);

    /// <summary>A page of changes for each, and who is further behind goes on with the next tick.</summary>
    private async Task TellDeletions()
    {
        if (_untold.IsEmpty || _tellingDeletions)
        {
            return;
        }

        _tellingDeletions = true;
        try
        {
            var committed = _log.Committed.Rev;
            foreach (var group in _untold.Due(_time.Uptime()).Where(one => one.Value <= committed).GroupBy(one => one.Value, one => one.Key))
            {
                var page = await _log.Changes(group.Key, Math.Min(committed, group.Key + MostChangesToldAtOnce - 1));
                if (page.IsEmpty)
                {
                    continue;
                }

                long[] seqs = [.. page.Where(change => change.Type == ChangeType.MessageDeleted).Select(change => change.MessageSeq).Distinct()];
                foreach (var some in group.Chunk(MostDeliveriesAtOnce))
                {
                    await Task.WhenAll(some.Select(user => TellDeletions(user, seqs, page[^1].Rev)));
                }
            }
        }
        catch (Exception e)
        {
            // The next tick goes on.
            LogDrainFailed(e, _id);
        }
        finally
        {
            _tellingDeletions = false;
        }
    }

    private async Task TellDeletions(UserId user, long[] seqs, long rev)
    {
        try
        {
            // Only of their own time: of what came later nobody tells them that it was there.
            ImmutableArray<long> seen = [.. seqs.Where(seq => Untold.HadSeen(_state, user, seq))];
            if (!seen.IsEmpty)
            {
                await GrainFactory.GetGrain<IUserKeeping>(user.Value).Deleted(_id, seen, Target(user, _log.Committed)).WaitAsync(Leaving);
            }

            _untold.Told(user, rev);
        }
        catch (Exception e)
        {
            _untold.Failed(user, _time.Uptime());
            DeliveryFailed(e, user);
        }
    }
}
