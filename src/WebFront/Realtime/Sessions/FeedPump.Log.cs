namespace ChatOrleans.WebFront.Realtime.Sessions;

internal sealed partial class FeedPump
{
    [LoggerMessage(Level = LogLevel.Information, Message = "The feed of session {Session} failed, the {Times}th time in a row; asking again.")]
    private partial void LogFeedFailed(Exception failure, string session, int times);
}
