using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Errors;
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
/// (<see cref="ConversationLog"/>), answer, publish. Its parts: commands here, queries and delivery beside it.
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
        _audience = new Audience(GrainFactory, _id);
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

    public async Task<CreateOutcome> Create(CreateConversation command)
    {
        if (_state.Exists)
        {
            // Perhaps it is only now being created, or its creation was cut short: answered means in every member's list.
            await _log.Rows.Flush();
            await DeliverTo(_roster.Of(_state).Where(user => _outbox.Acknowledged(user).Rev < _state.Members[user].AddedRev), mustSucceed: true);
            return new CreateOutcome(await View(command.Actor.Id), Created: false);
        }

        ConversationRules.CheckCreate(command, _limits);
        Remember(command.Actor);
        var others = command.Members.Where(member => member.UserId != command.Actor.Id).DistinctBy(member => member.UserId);
        var creator = new Member
        {
            UserId = command.Actor.Id,
            Role = MemberRole.Owner,
            Label = command.Members.FirstOrDefault(member => member.UserId == command.Actor.Id)?.Label,
            AddedRev = 1,
        };
        await Stage(command.Actor.Id, ChangeType.Created, change => change with
        {
            Kind = command.Kind,
            Title = command.Title,
            Meta = command.Meta,
            History = command.History,
            Members = [creator, .. others.Select(member => new Member
            {
                UserId = member.UserId,
                Role = member.Role is MemberRole.Admin && command.Kind != ConversationKind.Direct ? MemberRole.Admin : MemberRole.Member,
                Label = member.Label,
                AddedRev = 1,
            })],
        });
        await DeliverTo(_roster.Of(_state), mustSucceed: true);
        return new CreateOutcome(await View(command.Actor.Id), Created: true);
    }

    public async Task<ConversationView> Change(ChangeConversation command)
    {
        ConversationRules.CheckChange(_state, command, _limits);
        var changes = (command.Title is not null && command.Title != _state.Title)
            || (command.Meta is not null && command.Meta != _state.Meta)
            || (command.History is { } history && history != _state.History);
        if (changes)
        {
            await Stage(command.Actor.Id, ChangeType.ConversationChanged, change => change with
            {
                Title = command.Title,
                Meta = command.Meta,
                History = command.History,
            });
        }

        // A repeat changes nothing, but its first may still be on its way.
        await _log.Rows.Flush();
        return await View(command.Actor.Id);
    }

    public async Task<ConversationView> AddMember(AddMember command)
    {
        ConversationRules.CheckAddMember(_state, command, _limits);
        var (user, label, role) = command.Member;
        if (_state.Members.TryGetValue(user, out var known))
        {
            var changed = known with { Label = label ?? known.Label, Role = role ?? known.Role };
            if (changed != known)
            {
                await Stage(command.Actor.Id, ChangeType.MemberChanged, change => change with { Members = WithNewOwner(changed) });
            }
        }
        else
        {
            await Stage(command.Actor.Id, ChangeType.MemberAdded, change => change with
            {
                Title = _state.Title,
                History = _state.History,
                Members = [new Member
                {
                    UserId = user,
                    Label = label,
                    Role = role ?? MemberRole.Member,
                    AddedRev = change.Rev,
                    AddedAtSeq = change.AtSeq,
                }],
            });
        }

        _audience.Relearn();
        // Also for a known member: a repeat of an add whose answer was lost, or is still to come, must mean "it is in their list".
        await _log.Rows.Flush();
        await DeliverTo([user], mustSucceed: true);
        return await View(command.Actor.Id);
    }

    public async Task RemoveMember(RemoveMember command)
    {
        ConversationRules.CheckRemoveMember(_state, command);
        var member = _state.Members[command.UserId];
        await Stage(command.Actor.Id, ChangeType.MemberRemoved, change => change with { Members = [member] });
        _audience.Note(command.UserId, online: false);
        await DeliverTo([command.UserId], mustSucceed: false);
    }

    /// <summary>Stages one change in one turn and completes when it is durable.</summary>
    private Task Stage(UserId actor, ChangeType type, Func<Change, Change> fill, Message? replacement = null)
    {
        var (seq, rev) = _log.Assigned;
        var change = fill(new Change { Rev = rev + 1, AtSeq = seq, Type = type, UserId = actor, Timestamp = Now() });
        _log.Rows.Begin();
        _log.Append(change, replacement);
        _state = _state.Apply(change);
        _untold.Note(_state, change);
        return Commit(_log.Rows.Flush());
    }

    /// <summary>Ownership is handed over, never doubled.</summary>
    private ImmutableArray<Member> WithNewOwner(Member changed) =>
        changed.Role == MemberRole.Owner
            ? [changed, .. _state.Members.Values
                .Where(member => member.Role == MemberRole.Owner && member.UserId != changed.UserId)
                .Select(member => member with { Role = MemberRole.Admin })]
            : [changed];

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
