namespace ChatOrleans.WebFront.Api;

internal sealed partial class FailureAnswers
{
    [LoggerMessage(EventName = nameof(LogCallFailed), Level = LogLevel.Error, Message = "{Method} {Route} failed.")]
    private partial void LogCallFailed(Exception exception, string method, string? route);
}
