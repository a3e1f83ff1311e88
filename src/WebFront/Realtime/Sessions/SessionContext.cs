using ChatOrleans.Conversations;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Limits;

namespace ChatOrleans.WebFront.Realtime.Sessions;

/// <summary>What the parts of one session share: who, by which connection, and where the user's grain is.</summary>
/// <param name="Token">What the connection was opened with.</param>
/// <param name="Id">Names the connection for the user's grain and, as <c>session_id</c>, for the client.</param>
internal sealed record SessionContext(
    string Id, Actor Actor, TokenTimes Token, DeviceConnection Connection, IUserGrain User, NearbyFeeds Feeds, ConversationViews Views,
    RealtimeOptions Options, TimeProvider Time, RealtimeMetrics Metrics, UserBudget Budget)
{
    /// <summary>How long nothing has been heard of the device.</summary>
    public TimeSpan Silence => Time.GetElapsedTime(Connection.HeardAt);

    /// <summary>As far as the device is to blame: before <paramref name="judgedSince"/>, a timestamp, this process may not have listened.</summary>
    public TimeSpan SilenceToJudge(long judgedSince) => Time.GetElapsedTime(Math.Max(Connection.HeardAt, judgedSince));

    /// <summary>Since when, by the clock, as others are told: a clock that was set since says when it would have been by itself.</summary>
    public DateTime HeardAt => Time.GetUtcNow().UtcDateTime - Silence;
}
