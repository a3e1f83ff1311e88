using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace ChatOrleans.Silo.Observability;

/// <summary>What a member tells of itself: metrics and health.</summary>
public static class ChatObservability
{
    /// <summary>The meter of everything that is ours.</summary>
    public const string MeterName = "ChatOrleans";

    /// <summary>Tag of the checks that must pass before a member is given work.</summary>
    public const string ReadyTag = "ready";

    internal static void AddChatObservability(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("chatorleans")).WithMetrics(metrics => metrics
            .AddMeter(MeterName, "Microsoft.Orleans", "System.Runtime")
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Http.Connections")
            .AddPrometheusExporter());
        builder.Services.AddHealthChecks()
            .AddCheck<SiloCheck>("silo", tags: [ReadyTag])
            .AddCheck<StorageCheck>("storage", tags: [ReadyTag], timeout: TimeSpan.FromSeconds(5));
    }
}
