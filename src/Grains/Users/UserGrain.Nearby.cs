using ChatOrleans.Conversations;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Streams;
using ChatOrleans.Users;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace ChatOrleans.Grains.Users;

/// <summary>The short ways within one process: events come in without the stream's queue, batches go out without a call each.</summary>
public sealed partial class UserGrain : IGrainMigrationParticipant
{
    /// <summary>Two moves of a grain that meet on their way wait for each other, until Orleans gives both up half a minute later.</summary>
    private static readonly TimeSpan s_stayAfterMove = TimeSpan.FromSeconds(2);

    private readonly List<FeedReader> _awake = [];
    private GrainLane<MemberEvents>? _lane;
    private TaskScheduler? _turns;
    private bool _handingOut;
    private bool _moves;
    private long? _cameAt;

    private bool HasJustCome => _cameAt is { } at && _time.GetElapsedTime(at) < s_stayAfterMove;

    private StreamId Stream => NearbyStreams.Of(_me);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _turns = TaskScheduler.Current;
        _lane = new GrainLane<MemberEvents>(_turns, Told);
        _nearbyStreams.Add(Stream, _lane);
        return Task.CompletedTask;
    }

    /// <summary>Nothing travels along: what is known is stored before, and read anew.</summary>
    public void OnDehydrate(IDehydrationContext dehydrationContext)
    {
    }

    public void OnRehydrate(IRehydrationContext rehydrationContext) => _cameAt = _time.GetTimestamp();

    public Task ComeNear(SiloAddress member)
    {
        // Not while somebody reads, nor before a reader that is gone was told to be: that would be forgotten on the way.
        if (!_here.SiloAddress.Equals(member) && !HasJustCome && _readers.Count == 0 && !_checkedRecent.Online && !_broken)
        {
            // The move waits for the calls under way, and some of these wait for a checkpoint, whose timer ends with the beginning of the move.
            _moves = true;
            if (_nextCheckpoint is not null)
            {
                _ = RunCheckpoint();
            }

            RequestContext.Set(IPlacementDirector.PlacementHintKey, member);
            this.MigrateOnIdle();
        }

        return Task.CompletedTask;
    }

    private void LeaveLane()
    {
        if (_lane is { } lane)
        {
            lane.Close();
            _nearbyStreams.Remove(Stream, lane);
        }
    }

    /// <summary>What one turn brings is applied together, and goes out together.</summary>
    private void Told(List<MemberEvents> batches)
    {
        if (_loading is not { IsCompletedSuccessfully: true } || _broken)
        {
            _ = ToldWhileLoading([.. batches]);
            return;
        }

        // Handed out at the end of this turn: another would cost as much as all of this.
        _handingOut = true;
        foreach (var batch in batches)
        {
            if (Apply(batch) is { } gap)
            {
                _ = CatchUpQuietly(batch.ConversationId, gap);
            }
        }

        HandOut();
    }

    private async Task ToldWhileLoading(MemberEvents[] batches)
    {
        try
        {
            await Loaded();
        }
        catch (Exception)
        {
            // Only hints are lost. Load has told why, and the grain goes.
            return;
        }

        foreach (var batch in batches)
        {
            if (Apply(batch) is { } gap)
            {
                await CatchUpQuietly(batch.ConversationId, gap);
            }
        }
    }

    /// <summary>From here on the device is handed what there is.</summary>
    private void BeginHandingOut(FeedReader reader)
    {
        reader.IsHandedOut = true;
        WakeNearby(reader);
    }

    private FeedReader ReaderOf(FeedRequest request, long cursor, long replayUntil)
    {
        var device = _nearbyFeeds.Find(request.DeviceId);
        var reader = new FeedReader(request.DeviceId, cursor, replayUntil, request.TokenIssuedAt, device, WakeNearby);
        device?.Attach(() => _turns!.Begin(_ => WakeNearby(reader), this));
        return reader;
    }

    /// <summary>In a later turn, so that what is applied together is handed out together.</summary>
    private void WakeNearby(FeedReader reader)
    {
        if (!_awake.Contains(reader))
        {
            _awake.Add(reader);
        }

        if (!_handingOut)
        {
            _handingOut = true;
            _turns!.Begin(static grain => ((UserGrain)grain!).HandOut(), this);
        }
    }

    private void HandOut()
    {
        _handingOut = false;
        for (var i = 0; i < _awake.Count; i++)
        {
            _ = Fill(_awake[i]);
        }

        _awake.Clear();
    }

    /// <summary>Usually done in the same turn; only what lies in the store is waited for.</summary>
    private async Task Fill(FeedReader reader)
    {
        if (reader.IsFilling)
        {
            return;
        }

        reader.IsFilling = true;
        try
        {
            while (!_stopped && !reader.IsStopped && (reader.Cursor < Head || reader.HasHints) && reader.Nearby!.HasRoom())
            {
                reader.Nearby.Put(await Next(reader));
            }
        }
        catch (Exception e)
        {
            reader.Stop(e);
        }
        finally
        {
            reader.IsFilling = false;
        }
    }
}
