using ChatOrleans.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Conversations;

/// <summary>Who is here, types and has read: told to the others as it happens, and nothing is lost that matters if it is not.</summary>
public sealed partial class ConversationGrain
{
    private static readonly TimeSpan s_longestLearning = TimeSpan.FromSeconds(5);

    public async Task Typing(UserId user)
    {
        ConversationRules.CheckMember(_state, user);
        await Learned();
        _audience.Tell(_state, _audience.Typing(user));
    }

    public async Task<Position> Attend(Attendance attendance)
    {
        var user = attendance.Actor.Id;
        if (!_state.Members.ContainsKey(user))
        {
            return default;
        }

        Remember(attendance.Actor);
        HearMark(user, attendance.ReadSeq);
        if (Audience.Keeps(_state))
        {
            await Learned();
            if (_audience.Note(user, attendance.Online))
            {
                _audience.Tell(_state, _audience.Presence(user, attendance.Online));
            }
        }

        return _log.Committed;
    }

    public async Task Receipt(UserId member, long readSeq)
    {
        if (_state.Members.ContainsKey(member) && HearMark(member, readSeq))
        {
            readSeq = _readSeqs[member];
            await Learned();
            _audience.Tell(_state, _audience.Receipt(member, readSeq));
        }
    }

    /// <summary>Returns true when that is news.</summary>
    private bool HearMark(UserId user, long readSeq)
    {
        var moves = MarkRead(user, Math.Min(readSeq, _log.Committed.Seq));
        if (moves)
        {
            LearnedMore();
        }

        return moves;
    }

    /// <summary>
    /// Completes when it is known who is online, or when this activation leaves: a member's grain that leaves too would not be asked before that.
    /// After a while it goes on with what is known: a grain that leaves, and whose storage hangs, is not asked before it has gone.
    /// </summary>
    private async ValueTask Learned()
    {
        var learning = _audience.Learn(_state);
        if (!learning.IsCompletedSuccessfully)
        {
            await learning.AsTask().WaitAsync(s_longestLearning, Leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }
}
