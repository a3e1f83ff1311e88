using ChatOrleans.Grains.Logs;
using ChatOrleans.Users;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Runtime;

namespace ChatOrleans.Silo.Observability;

/// <summary>Healthy while this member is an active one of its cluster, and some member hosts the chat's grains.</summary>
internal sealed class SiloCheck(ISiloStatusOracle silos, IGrainFactory grains) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(silos.CurrentStatus != SiloStatus.Active ? HealthCheckResult.Unhealthy($"This member is {silos.CurrentStatus}.")
            : !SomebodyHosts() ? HealthCheckResult.Unhealthy("No member hosts the chat's grains.")
            : HealthCheckResult.Healthy());

    private bool SomebodyHosts()
    {
        try
        {
            grains.GetGrain<IUserGrain>("health");
            return true;
        }
        catch (ArgumentException)
        {
            // No member that is known says that it can host it.
            return false;
        }
    }
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
