namespace ChatOrleans.WebFront.Realtime.Sessions;

internal sealed partial class FeedPump
{
    // A silo that dies ends the feeds of all its users at once, and they go on elsewhere: that is no news for each of them.
    [LoggerMessage(Level = LogLevel.Debug, Message = "The feed of session {Session} failed, {Times} in a row; asking again.")]
    private partial void LogFeedFailed(Exception failure, string session, int times);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The feed of session {Session} keeps failing, {Times} in a row; asking again, more and more slowly.")]
    private partial void LogFeedKeepsFailing(Exception failure, string session, int times);
}
