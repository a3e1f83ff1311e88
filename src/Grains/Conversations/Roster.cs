using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Conversations;

/// <summary>A conversation's members in the order in which they are shown and told: owner, admins, then as they came. Sorted once per change.</summary>
internal sealed class Roster
{
    private ImmutableDictionary<UserId, Member> _of = ImmutableDictionary<UserId, Member>.Empty;
    private ImmutableArray<UserId> _members = [];

    public ImmutableArray<UserId> Of(ConversationState state)
    {
        if (!ReferenceEquals(_of, state.Members))
        {
            _of = state.Members;
            _members = [.. state.Members.Values
                .OrderByDescending(member => member.Role)
                .ThenBy(member => member.AddedRev)
                .ThenBy(member => member.UserId.Value, StringComparer.Ordinal)
                .Select(member => member.UserId)];
        }

        return _members;
    }
}
