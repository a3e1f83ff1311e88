using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace ChatOrleans.Silo.Observability;

/// <summary>What whoever runs the process asks: does it live, may it have work, what do its meters say. No token is needed; keep them off the internet.</summary>
public static class Operations
{
    public static void MapOperations(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        Map("/health/startup", ChatObservability.StartupTag);
        Map("/health/ready", ChatObservability.ReadyTag);
        Map("/health/canary", ChatObservability.CanaryTag);
        app.MapPrometheusScrapingEndpoint("/metrics").AllowAnonymous();

        void Map(string path, string tag) =>
            app.MapHealthChecks(path, new HealthCheckOptions { Predicate = check => check.Tags.Contains(tag), ResponseWriter = WantedState.Write })
                .AllowAnonymous();
    }
}
