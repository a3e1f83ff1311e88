using ChatOrleans.Conversations;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Grains.Observability;
using ChatOrleans.Grains.Recovery;
using ChatOrleans.Ids;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace ChatOrleans.Grains.Conversations;

/// <summary>
/// One conversation, the only writer of its two logs. It only sequences: check (<see cref="ConversationRules"/>), append
/// (<see cref="ConversationLog"/>), answer, publish. Here it begins; commands, messages, queries and delivery are in the parts beside this one.
/// </summary>
/// <remarks>
/// Reentrant, because a member's grain fetches from it while it delivers to that grain. After every await other calls may have
/// staged messages and changes; what a command decides on is read after its last await before it stages.
/// </remarks>
[Reentrant]
public sealed partial class ConversationGrain : Grain, IConversationGrain
{
    private readonly ConversationId _id;
    private readonly ChatLimits _limits;
    private readonly GrainTiming _timing;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SiloStop _siloStop;
    private readonly ConversationWaker _waker;
    private readonly NearbyPosts _nearbyPosts;
    private readonly NearbyStreams _nearbyStreams;
    private readonly FarStreams _farStreams;
    private readonly ILocalSiloDetails _here;
    private readonly ConversationLog _log;
    private readonly Checkpoint<ConversationHead> _head;
    private long _headSeq;
    private readonly ClientMessageIds _clientIds;
    private readonly Audience _audience;
    private readonly ChatMetrics _metrics;
    private readonly MessageTraces _traces = new();
    private readonly Roster _roster = new();
    private readonly Dictionary<UserId, string> _names = [];
    private readonly Dictionary<UserId, long> _readSeqs = [];
    private ConversationState _state = ConversationState.Empty;
    private DateTime _lastTimestamp;

    public ConversationGrain(
        ILogStore store,
        [FromKeyedServices(ChatGrains.StorageName)] IGrainStorage storage,
        Serializer<Message> messages,
        Serializer<Change> changes,
        IOptions<ChatLimits> limits,
        IOptions<GrainTiming> timing,
        TimeProvider time,
        ChatMetrics metrics,
        SiloStop siloStop,
        ConversationWaker waker,
        NearbyPosts nearbyPosts,
        NearbyStreams nearbyStreams,
        FarStreams farStreams,
        ILocalSiloDetails here,
        MemberLives members,
        FaultLogger<ConversationGrain> logger)
    {
        _metrics = metrics;
        (_nearbyPosts, _nearbyStreams, _farStreams, _here) = (nearbyPosts, nearbyStreams, farStreams, here);
        _id = new ConversationId(this.GetPrimaryKeyString());
        _limits = limits.Value;
        _timing = timing.Value;
        _time = time;
        _logger = logger;
        (_siloStop, _waker) = (siloStop, waker);
        _log = new ConversationLog(new GrainLog(store, ChatGrains.Owner(_id), Advance, Break), messages, changes);
        _head = new Checkpoint<ConversationHead>(storage, "conversation", this.GetGrainId());
        _clientIds = new ClientMessageIds(_log);
        _audience = new Audience(GrainFactory, members, _id);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var reading = _head.Read();
        await Task.WhenAll(reading, _log.Rows.Load(cancellationToken));
        var head = await reading;
        _headSeq = head.Seq;
        _state = head.State;
        _lastTimestamp = head.LastTimestamp;
        _untold = new Untold(head.Untold, head.State.Rev);
        foreach (var (user, name) in head.Names)
        {
            _names[user] = name;
        }

        foreach (var (user, seq) in head.ReadSeqs)
        {
            _readSeqs[user] = seq;
        }

        while (_state.Rev < _log.Committed.Rev)
        {
            foreach (var change in await _log.Changes(_state.Rev + 1, _log.Committed.Rev))
            {
                _state = _state.Apply(change);
                _untold.Note(_state, change);
                Saw(change.Timestamp);
            }
        }

        await FoldMessagesAfter(head.Seq);
        _published = _log.Committed;
        _outbox = new Outbox(head.Floor, head.Behind);
        if (!IsAtRest)
        {
            // Somebody may lack something, and nobody else knows: the last activation ended without its last acknowledgements.
            WatchOutbox();
        }

        EnterLane();
    }

    private async Task FoldMessagesAfter(long seq)
    {
        // What retention has removed since the head was written is in no log.
        seq = Math.Max(seq, _log.FirstSeq - 1);
        while (seq < _log.Committed.Seq)
        {
            var page = await _log.Messages(seq + 1, _log.Committed.Seq);
            if (page.IsEmpty)
            {
                // An activation that this one replaces has removed the rest meanwhile.
                return;
            }

            foreach (var message in page)
            {
                MarkRead(message.SenderId, message.Seq);
                Saw(message.Timestamp);
                seq = message.Seq;
            }
        }
    }

    /// <summary>Returns true when that is news.</summary>
    private bool MarkRead(UserId user, long seq)
    {
        if (_readSeqs.GetValueOrDefault(user) >= seq)
        {
            return false;
        }

        _readSeqs[user] = seq;
        return true;
    }

    private void Remember(Actor actor)
    {
        if (actor.Name is { } name && _names.GetValueOrDefault(actor.Id) != name)
        {
            _names[actor.Id] = name;
            LearnedMore();
        }
    }

    /// <summary>Milliseconds, and never back within a conversation, whatever the clock does.</summary>
    private DateTime Now()
    {
        Saw(_time.GetUtcMilliseconds());
        return _lastTimestamp;
    }

    private void Saw(DateTime timestamp) => _lastTimestamp = timestamp > _lastTimestamp ? timestamp : _lastTimestamp;
}
