using ChatOrleans.Grains.Logs;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Runtime;

namespace ChatOrleans.Silo.Observability;

/// <summary>Healthy while this member is an active one of its cluster.</summary>
internal sealed class SiloCheck(ISiloStatusOracle silos) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(silos.CurrentStatus == SiloStatus.Active
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"This member is {silos.CurrentStatus}."));
}

/// <summary>Healthy while the log store answers a read.</summary>
internal sealed class StorageCheck(ILogStore store) : IHealthCheck
{
    private static readonly LogOwner Nobody = new("health/ready");

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await store.ReadHead(Nobody, cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
