using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ChatOrleans.Silo.Observability;

/// <summary>
/// A state that somebody has asked for. It is told by a word of its own and maybe by a status, but is no failure: health checks log those
/// as errors, at every probe.
/// </summary>
public static class WantedState
{
    private const string Key = "wanted";

    /// <param name="word">What health is then said to be.</param>
    /// <param name="status">That of the answer.</param>
    public static HealthCheckResult Of(string word, int status, string why) =>
        HealthCheckResult.Healthy(why, new Dictionary<string, object> { [Key] = (word, status) });

    /// <summary>Healthy, Degraded or Unhealthy; where all is healthy, the word of a wanted state if there is one.</summary>
    public static string Word(this HealthReport report) => Find(report)?.Word ?? report.Status.ToString();

    /// <summary>Answers a probe.</summary>
    internal static Task Write(HttpContext http, HealthReport report)
    {
        if (Find(report) is { } wanted)
        {
            http.Response.StatusCode = wanted.Status;
        }

        http.Response.ContentType = "text/plain";
        return http.Response.WriteAsync(report.Word());
    }

    private static (string Word, int Status)? Find(HealthReport report) => report.Status == HealthStatus.Healthy
        ? report.Entries.Values.Select(entry => entry.Data.GetValueOrDefault(Key)).OfType<(string, int)?>().FirstOrDefault()
        : null;
}
