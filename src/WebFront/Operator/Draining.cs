using ChatOrleans.Silo.Observability;
using ChatOrleans.WebFront.Realtime.Sessions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ChatOrleans.WebFront.Operator;

/// <summary>Whether this web front is to get no more work. It goes on serving: who comes anyway is not turned away.</summary>
internal sealed class Draining(DeviceSessions sessions)
{
    public bool IsOn { get; private set; }

    /// <summary>Not ready from now on; devices are told to come back, spread as at a restart.</summary>
    public void Begin()
    {
        IsOn = true;
        _ = sessions.CloseAll();
    }

    public void End() => IsOn = false;
}

internal sealed class DrainingCheck(Draining draining) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(draining.IsOn
            ? WantedState.Of("Draining", StatusCodes.Status503ServiceUnavailable, "The operator drains this member.")
            : HealthCheckResult.Healthy());
}
