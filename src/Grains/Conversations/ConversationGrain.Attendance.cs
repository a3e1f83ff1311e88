using ChatOrleans.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Conversations;

/// <summary>Who is here, types and has read: told to the others as it happens, and nothing is lost that matters if it is not.</summary>
public sealed partial class ConversationGrain
{
    public async Task Typing(UserId user)
    {
        ConversationRules.CheckMember(_state, user);
        await _audience.Learn(_state);
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
        MarkRead(user, Math.Min(attendance.ReadSeq, _log.Committed.Seq));
        if (_state.Members.Count <= Audience.MostOnlineKept)
        {
            await _audience.Learn(_state);
            if (_audience.Note(user, attendance.Online))
            {
                _audience.Tell(_state, _audience.Presence(user, attendance.Online));
            }
        }

        return _log.Committed;
    }

    public async Task Receipt(UserId member, long readSeq)
    {
        readSeq = Math.Min(readSeq, _log.Committed.Seq);
        if (_state.Members.ContainsKey(member) && _readSeqs.GetValueOrDefault(member) < readSeq)
        {
            _readSeqs[member] = readSeq;
            await _audience.Learn(_state);
            _audience.Tell(_state, _audience.Receipt(member, readSeq));
        }
    }
}
