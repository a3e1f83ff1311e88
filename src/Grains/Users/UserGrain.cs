using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Grains.Observability;
using ChatOrleans.Ids;
using ChatOrleans.Streams;
using ChatOrleans.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace ChatOrleans.Grains.Users;

/// <summary>
/// One user: inbox and feed, in the parts beside this one. Applying (what conversations tell), Feed (what devices read), Commands
/// (what the user does), Attention and Unseen (what devices show, and what they suppressed), Checkpoints (what is stored and when).
/// </summary>
/// <remarks>
/// Reentrant, because a gap fetch during a conversation's delivery would otherwise wait for itself. Applying what a conversation
/// tells happens in one turn without an await, so positions can't move under it. Activation is trivial, and the first use loads:
/// while the grain of one stream's subscriber activates, its whole stream queue waits. Lives where it is first called from, and
/// comes to the process of its first device, because its events cost least there.
/// </remarks>
[Reentrant]
[PreferLocalPlacement]
[ImplicitStreamSubscription(ChatStreams.UserStream)]
public sealed partial class UserGrain : Grain, IUserGrain
{
    private readonly UserId _me;
    private readonly GrainTiming _timing;
    private readonly RateLimits _rates;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Serializer<FeedEntry> _entries;
    private readonly Serializer<UnseenMessages> _unseen;
    private readonly GrainLog _log;
    private readonly Checkpoint<UserProfile> _profiles;
    private readonly Checkpoint<InboxSnapshot> _inboxes;
    private readonly MessageLookup _messages;
    private readonly DeviceAttention _attention;
    private readonly ChatMetrics _metrics;
    private readonly NearbyStreams _nearbyStreams;
    private readonly NearbyFeeds _nearbyFeeds;
    private readonly FeedMetrics _feeds;
    private readonly MemberLives _members;
    private readonly ILocalSiloDetails _here;
    private readonly SiloStop _siloStop;
    private readonly FeedTail _tail = new();
    private readonly List<FeedReader> _readers = [];
    private Inbox _inbox;
    private UserProfile _profile = new();
    private UserProfile _storedProfile = new();
    private Task? _loading;
    private bool _broken;
    private bool _stopped;

    public UserGrain(
        ILogStore store,
        [FromKeyedServices(ChatGrains.StorageName)] IGrainStorage storage,
        Serializer<FeedEntry> entries,
        Serializer<Message> messages,
        Serializer<Change> changes,
        Serializer<UnseenMessages> unseen,
        IOptions<GrainTiming> timing,
        IOptions<RateLimits> rates,
        TimeProvider time,
        ChatMetrics metrics,
        NearbyStreams nearbyStreams,
        NearbyFeeds nearbyFeeds,
        FeedMetrics feeds,
        MemberLives members,
        ILocalSiloDetails here,
        SiloStop siloStop,
        FaultLogger<UserGrain> logger)
    {
        _metrics = metrics;
        (_nearbyStreams, _nearbyFeeds) = (nearbyStreams, nearbyFeeds);
        _feeds = feeds;
        (_members, _here, _siloStop) = (members, here, siloStop);
        _me = new UserId(this.GetPrimaryKeyString());
        _timing = timing.Value;
        _rates = rates.Value;
        _time = time;
        _logger = logger;
        _entries = entries;
        _unseen = unseen;
        _log = new GrainLog(store, ChatGrains.Owner(_me), () => { }, Break);
        _profiles = new Checkpoint<UserProfile>(storage, "profile", this.GetGrainId());
        _inboxes = new Checkpoint<InboxSnapshot>(storage, "inbox", this.GetGrainId());
        _messages = new MessageLookup(store, messages, changes, _me, id => _inbox!.Find(id));
        _attention = new DeviceAttention(_timing.AttentionLease);
        _inbox = new Inbox(_me);
    }

    /// <summary>The last cursor given out.</summary>
    private long Head => _tail.Last;

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>Completes at once but for the first use of an activation.</summary>
    private ValueTask Loaded()
    {
        if (_loading is { IsCompletedSuccessfully: true } && !_broken)
        {
            return ValueTask.CompletedTask;
        }

        return new ValueTask(LoadOnce());
    }

    private async Task LoadOnce()
    {
        if (_broken)
        {
            throw ChatException.Unavailable("The storage did not answer. Try again.");
        }

        try
        {
            await (_loading ??= Load());
        }
        catch (Exception e)
        {
            Break(e);
            throw e is ChatException ? e : ChatException.Unavailable("The storage did not answer. Try again.");
        }
    }

    private async Task Load()
    {
        var (profile, inbox) = (_profiles.Read(), _inboxes.Read());
        await Task.WhenAll(profile, inbox, _log.Load(CancellationToken.None));
        _storedProfile = await profile;
        var end = _log.Committed(LogTrack.Feed);
        _inbox = Inbox.From(_me, await inbox);
        _storedInboxCursor = _inbox.Cursor;
        while (_inbox.Cursor < end)
        {
            var rows = await _log.Store.Read(_log.Owner, LogTrack.Feed, _inbox.Cursor + 1, 1_024);
            if (rows.Rows.IsEmpty)
            {
                throw new InvalidOperationException($"The feed of {_me} ends at {end}, but nothing is stored after {_inbox.Cursor}.");
            }

            foreach (var row in rows.Rows)
            {
                _inbox.Apply(_entries.Deserialize(row)!);
            }
        }

        if (_inbox.Cursor > end)
        {
            // An earlier activation, of a member that was frozen and woke, has stored more between these reads: all is read again.
            throw new InvalidOperationException($"The inbox of {_me} is at {_inbox.Cursor}, its feed at {end}.");
        }

        _tail.StartAfter(end);
        _profile = _storedProfile.Begin(end, () => Guid.NewGuid().ToString("n"));
        await TakeUpUnseen();
        if (_profile.HasUnseen == _storedUnseen.IsEmpty)
        {
            _profile = _profile with { HasUnseen = !_storedUnseen.IsEmpty };
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        LeaveLane();
        StopReaders();
        if (_loading is not { IsCompletedSuccessfully: true } || _broken)
        {
            return;
        }

        try
        {
            await StoreEverything();
        }
        catch (Exception e)
        {
            // The mark stays, so the next activation starts a new epoch; conversations deliver again what was not acknowledged.
            LogLastCheckpointFailed(e, _me);
        }
    }

    /// <summary>A write's outcome is unknown: everybody asks again, and the next activation reads what is there.</summary>
    private void Break(Exception failure)
    {
        if (!_broken)
        {
            _broken = true;
            LogStorageFailed(failure.Unforeseen(), _me, failure.Message);
            LeaveLane();
            StopReaders();
            _nextCheckpoint?.TrySetException(ChatException.Unavailable("The storage did not answer. Try again."));
            DeactivateOnIdle();
        }
    }

    private void StopReaders()
    {
        _stopped = true;
        foreach (var reader in _readers)
        {
            reader.Stop(ChatException.Unavailable("The feed moves. Ask again from the last cursor."));
        }
    }
}
