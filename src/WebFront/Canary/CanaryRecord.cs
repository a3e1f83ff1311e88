using System.Diagnostics.Metrics;
using ChatOrleans.Silo.Observability;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Canary;

/// <summary>What came of the canary's messages: metrics, and the last outcome of each path.</summary>
internal sealed class CanaryRecord
{
    private readonly Dictionary<string, Outcome> _last = [];
    private readonly Histogram<double> _latency;
    private readonly Counter<long> _failures;

    public CanaryRecord(IMeterFactory meters)
    {
        var meter = meters.Create(ChatObservability.MeterName);
        _latency = meter.CreateHistogram("chat.canary.latency", "s", "How long the canary's messages took, by path.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] });
        _failures = meter.CreateCounter<long>("chat.canary.failures", "{message}", "Messages of the canary that failed or did not come in time, by path.");
        Array.ForEach(CanaryPath.All, path => _failures.Add(0, Tag(path)));
    }

    public void Came(string path, TimeSpan took)
    {
        _latency.Record(took.TotalSeconds, Tag(path));
        Note(path, new Outcome(took, null));
    }

    public void Failed(string path, string why)
    {
        _failures.Add(1, Tag(path));
        Note(path, new Outcome(default, why));
    }

    public IReadOnlyDictionary<string, Outcome> Last
    {
        get
        {
            lock (_last)
            {
                return new Dictionary<string, Outcome>(_last);
            }
        }
    }

    private void Note(string path, Outcome outcome)
    {
        lock (_last)
        {
            _last[path] = outcome;
        }
    }

    private static KeyValuePair<string, object?> Tag(string path) => new("path", path);

    /// <param name="Failure">Null where it came.</param>
    public readonly record struct Outcome(TimeSpan Took, string? Failure);
}

/// <summary>The ways on which a message leaves and comes.</summary>
internal static class CanaryPath
{
    /// <summary>Sent, and answered as durable.</summary>
    public const string Send = "send";
    /// <summary>Pushed to a connected device.</summary>
    public const string Push = "push";
    /// <summary>Pulled by a device that is not connected.</summary>
    public const string Pull = "pull";

    public static readonly string[] All = [Send, Push, Pull];
}

/// <summary>Off, or healthy while the canary's last message came on every path. Not part of /health/ready: no member gets better by having no work.</summary>
internal sealed class CanaryCheck(CanaryRecord record, IOptions<CanaryOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var last = record.Last;
        return Task.FromResult(
            options.Value.Interval == TimeSpan.Zero ? WantedState.Of("Off", StatusCodes.Status200OK, "Canary:Interval is not set, so there is no canary.")
            : last.Values.FirstOrDefault(outcome => outcome.Failure is not null) is { Failure: { } failure } ? HealthCheckResult.Unhealthy(failure)
            : last.Count < CanaryPath.All.Length ? HealthCheckResult.Degraded("The canary has not been on every path yet.")
            : HealthCheckResult.Healthy(string.Join(", ", last.Select(path => $"{path.Key} {path.Value.Took.TotalMilliseconds:0} ms"))));
    }
}
