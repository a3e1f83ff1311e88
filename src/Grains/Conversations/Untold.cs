using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Conversations;

/// <summary>
/// Who left and has not been told that messages of their time were deleted since: no log tells them what came after their removal.
/// A fold over the changes, beside the state's; empty at rest. Pure: the grain tells it the time and makes the calls.
/// </summary>
/// <param name="from">The first change that each has not been told of, all of them up to <paramref name="until"/>.</param>
public sealed class Untold(IEnumerable<KeyValuePair<UserId, long>> from, long until)
{
    private readonly Dictionary<UserId, Stretch> _users = from.ToDictionary(entry => entry.Key, entry => new Stretch(entry.Value, until));

    public bool IsEmpty => _users.Count == 0;

    /// <summary>What the head keeps.</summary>
    public ImmutableDictionary<UserId, long> From => _users.ToImmutableDictionary(entry => entry.Key, entry => entry.Value.From);

    /// <param name="state">Members as of this change.</param>
    public void Note(ConversationState state, Change change)
    {
        if (change.Type != ChangeType.MessageDeleted)
        {
            return;
        }

        foreach (var user in state.Former.Keys)
        {
            // Who is back is told by the change itself.
            if (!state.Members.ContainsKey(user) && HadSeen(state, user, change.MessageSeq))
            {
                _users[user] = _users.TryGetValue(user, out var known) ? known with { Until = change.Rev } : new Stretch(change.Rev, change.Rev);
            }
        }
    }

    /// <summary>True where the message came while the user was a member, before they left.</summary>
    public static bool HadSeen(ConversationState state, UserId user, long seq)
    {
        foreach (var span in state.Former.GetValueOrDefault(user, []))
        {
            if (span.After.Seq < seq && seq <= span.Until.Seq)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whose next attempt is due, and from which change on each has to be told.</summary>
    public List<KeyValuePair<UserId, long>> Due(TimeSpan now) =>
        [.. _users.Where(entry => entry.Value.Next <= now).Select(entry => KeyValuePair.Create(entry.Key, entry.Value.From))];

    /// <summary>It is durable with them up to a change.</summary>
    public void Told(UserId user, long rev)
    {
        if (!_users.TryGetValue(user, out var known))
        {
            return;
        }

        if (known.Until <= rev)
        {
            _users.Remove(user);
        }
        else
        {
            _users[user] = new Stretch(Math.Max(known.From, rev + 1), known.Until);
        }
    }

    public void Failed(UserId user, TimeSpan now)
    {
        if (_users.TryGetValue(user, out var known))
        {
            _users[user] = known with { Attempts = known.Attempts + 1, Next = now + Backoff.After(known.Attempts) };
        }
    }

    private readonly record struct Stretch(long From, long Until, int Attempts = 0, TimeSpan Next = default);
}
