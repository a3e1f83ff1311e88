namespace ChatOrleans.WebFront.Realtime.Sessions;

internal sealed partial class DeviceSession
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Session {Session}: {Action} failed.")]
    private partial void LogCommandFailed(Exception failure, string session, string action);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Session {Session} is closed with {Code}.")]
    private partial void LogClosing(string session, int code);

    [LoggerMessage(Level = LogLevel.Information, Message = "Session {Session}: its attention could not be told.")]
    private partial void LogTickFailed(Exception failure, string session);

    [LoggerMessage(Level = LogLevel.Error, Message = "Session {Session}: its feed ended for a reason that nobody foresaw.")]
    private partial void LogPumpFailed(Exception fault, string session);
}
