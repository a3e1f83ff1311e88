using ChatOrleans.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Conversations;

public sealed partial class ConversationGrain : IConversationInspection
{
    public async Task<Standing> StandingOf(UserId user)
    {
        // A change may be staged that is not durable yet: what is told here is compared with what is stored.
        await _log.Rows.Flush();
        var known = _state.Members.ContainsKey(user) || _state.Former.ContainsKey(user);
        return new Standing(_state.Members.ContainsKey(user), known ? Target(user, _log.Committed) : default, _log.FirstSeq);
    }
}
