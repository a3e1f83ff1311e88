using ChatOrleans.Silo.Observability;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Operator;

/// <param name="Status">As the health path says it.</param>
internal sealed record HealthAnswer(string Status, IEnumerable<string> Reasons);

internal sealed record FrontAnswer(HealthAnswer Ready, HealthAnswer Canary, bool Dashboard);

/// <summary>How the web front that answers is: what its health paths say, which a balancer keeps to the inner network, and why.</summary>
internal sealed class FrontView(HealthCheckService health, IOptions<OperatorOptions> options)
{
    public async Task<FrontAnswer> Look() =>
        new(await Of(ChatObservability.ReadyTag), await Of(ChatObservability.CanaryTag), options.Value.Dashboard);

    private async Task<HealthAnswer> Of(string tag)
    {
        var report = await health.CheckHealthAsync(check => check.Tags.Contains(tag));
        return new(report.Word(), report.Entries.Values.Select(entry => entry.Description).OfType<string>());
    }
}
