using ChatOrleans.Conversations;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Ids;
using ChatOrleans.Users;
using Orleans.Runtime;

namespace ChatOrleans.Grains.Conversations;

/// <summary>
/// Who is there to be told what may be lost: typing, presence, others' read marks. All of it lives in memory only. Who is online
/// is kept for direct conversations and groups up to 50; beyond that, up to 100 members, everybody is told.
/// </summary>
internal sealed class Audience(IGrainFactory grains, MemberLives members, ConversationId conversation)
{
    public const int MostOnlineKept = 50;
    public const int MostTold = 100;

    /// <summary>With the question travels who asks, to be told of the user's going. Not a parameter: members of earlier versions are asked too.</summary>
    public const string AskerKey = "chat.asker";

    private readonly HashSet<UserId> _online = [];

    /// <summary>Found by asking to have come or gone, while their own word may still be under way: nobody was told of it yet.</summary>
    private readonly HashSet<UserId> _untold = [];
    private Task? _learning;
    private int _deathsBefore;

    /// <summary>False where the group is too large for it to be kept.</summary>
    public bool IsOnline(ConversationState state, UserId user) => Keeps(state) && _online.Contains(user);

    public static bool Keeps(ConversationState state) => state.Members.Count <= MostOnlineKept;

    /// <summary>
    /// After an activation nobody is known to be online: asks once, and again where a member of the cluster has died, with whose users' grains
    /// nobody says that they have gone. Others may have come and gone meanwhile; the last word wins.
    /// </summary>
    public ValueTask Learn(ConversationState state)
    {
        if (!Keeps(state))
        {
            // From here on nobody's word is noted: should the group shrink, what was known is old, and everybody is asked again.
            _learning = null;
            return ValueTask.CompletedTask;
        }

        if (_deathsBefore != members.Deaths)
        {
            _deathsBefore = members.Deaths;
            _learning = null;
        }

        // Kept as a task: whoever asks meanwhile must not go on with an answer that is half there.
        return new ValueTask(_learning ??= Ask(state));
    }

    private Task Ask(ConversationState state) => Task.WhenAll(state.Members.Keys.Select(async user =>
    {
        var online = false;
        try
        {
            RequestContext.Set(AskerKey, conversation.Value);
            online = await grains.GetGrain<IUserGrain>(user.Value).IsOnline();
        }
        catch (Exception)
        {
            // Who can't be asked counts as away until they say otherwise.
        }

        // The answer takes the place of what was known, which may be from before the group was too large.
        if (online ? _online.Add(user) : _online.Remove(user))
        {
            _untold.Add(user);
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

        var everybody = !Keeps(state);
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
