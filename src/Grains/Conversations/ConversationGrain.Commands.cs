using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Conversations;

/// <summary>What members do to the conversation itself. A command is answered when it is durable and in the lists of those it concerns.</summary>
public sealed partial class ConversationGrain
{
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
                await StageChanged(command.Actor.Id, changed);
            }
        }
        else
        {
            await StageAdded(command.Actor.Id, command.Member);
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
        await StageRemoved(command.Actor.Id, member);
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

    /// <summary>A new owner is added as a member first: what tells of that tells nothing of the owner before.</summary>
    private Task StageAdded(UserId actor, NewMember added)
    {
        using var together = _log.Rows.Gather();
        var staged = Stage(actor, ChangeType.MemberAdded, change => change with
        {
            Title = _state.Title,
            History = _state.History,
            Members = [new Member
            {
                UserId = added.UserId,
                Label = added.Label,
                Role = added.Role is MemberRole.Admin ? MemberRole.Admin : MemberRole.Member,
                AddedRev = change.Rev,
                AddedAtSeq = change.AtSeq,
            }],
        });
        return added.Role == MemberRole.Owner
            ? Task.WhenAll(staged, StageChanged(actor, _state.Members[added.UserId] with { Role = MemberRole.Owner }))
            : staged;
    }

    /// <summary>Where the owner goes, the heir is named by a change of their own: who folds the changes need not know who inherits.</summary>
    private Task StageRemoved(UserId actor, Member removed)
    {
        using var together = _log.Rows.Gather();
        var staged = Stage(actor, ChangeType.MemberRemoved, change => change with { Members = [removed] });
        return removed.Role == MemberRole.Owner && _state.Members.Values.FirstOrDefault(member => member.Role == MemberRole.Owner) is { } heir
            ? Task.WhenAll(staged, StageChanged(actor, heir))
            : staged;
    }

    private Task StageChanged(UserId actor, Member changed) =>
        Stage(actor, ChangeType.MemberChanged, change => change with { Members = WithNewOwner(changed) });

    /// <summary>Ownership is handed over, never doubled.</summary>
    private ImmutableArray<Member> WithNewOwner(Member changed) =>
        changed.Role == MemberRole.Owner
            ? [changed, .. _state.Members.Values
                .Where(member => member.Role == MemberRole.Owner && member.UserId != changed.UserId)
                .Select(member => member with { Role = MemberRole.Admin })]
            : [changed];
}
