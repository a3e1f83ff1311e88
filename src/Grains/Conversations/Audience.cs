using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Conversations;

/// <summary>
/// Who is there to be told what may be lost: typing, presence, others' read marks. All of it lives in memory only. Who is online
/// is kept for direct conversations and groups up to 50; beyond that, up to 100 members, everybody is told.
/// </summary>
internal sealed class Audience(IGrainFactory grains, ConversationId conversation)
{
    public const int MostOnlineKept = 50;
    public const int MostTold = 100;

    private readonly HashSet<UserId> _online = [];

    /// <summary>Found to be online by asking, while their own word may still be under way: nobody was told of them yet.</summary>
    private readonly HashSet<UserId> _untold = [];
    private Task? _learning;

    public bool IsOnline(UserId user) => _online.Contains(user);

    /// <summary>After an activation nobody is known to be online: asks once. Others may have come and gone meanwhile; the last word wins.</summary>
    public ValueTask Learn(ConversationState state) =>
        // Kept as a task: whoever asks meanwhile must not go on with an answer that is half there.
        state.Members.Count > MostOnlineKept ? ValueTask.CompletedTask : new ValueTask(_learning ??= Ask(state));

    private Task Ask(ConversationState state) => Task.WhenAll(state.Members.Keys.Select(async user =>
    {
        try
        {
            if (await grains.GetGrain<IUserGrain>(user.Value).IsOnline() && _online.Add(user))
            {
                _untold.Add(user);
            }
        }
        catch (Exception)
        {
            // Who can't be asked counts as away until they say otherwise.
        }
    }));

    /// <summary>Somebody was added, who may have been online all along: asks everybody again when it is next needed.</summary>
    public void Relearn() => _learning = null;

    /// <summary>Returns true when that is news.</summary>
    public bool Note(UserId user, bool online) =>
        (online ? _online.Add(user) : _online.Remove(user)) | _untold.Remove(user);

    /// <summary>One-way calls: nobody waits, and what is lost is lost.</summary>
    public void Tell(ConversationState state, Ephemeral hint)
    {
        if (state.Members.Count > MostTold)
        {
            return;
        }

        var everybody = state.Members.Count > MostOnlineKept;
        foreach (var user in state.Members.Keys)
        {
            if (user != hint.UserId && (everybody || _online.Contains(user)))
            {
                _ = grains.GetGrain<IUserGrain>(user.Value).Hint(hint);
            }
        }
    }

    public Ephemeral Typing(UserId user) => new(EphemeralKind.Typing, conversation, user);

    public Ephemeral Presence(UserId user, bool online) => new(EphemeralKind.Presence, conversation, user, online);

    public Ephemeral Receipt(UserId user, long readSeq) => new(EphemeralKind.ConversationRead, conversation, user, ReadSeq: readSeq);
}
