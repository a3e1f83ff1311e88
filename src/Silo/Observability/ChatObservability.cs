using System.Globalization;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Grains.Observability;
using ChatOrleans.Silo.Storage;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Orleans.Storage;

namespace ChatOrleans.Silo.Observability;

/// <summary>What a member tells of itself: metrics, traces and health.</summary>
public static class ChatObservability
{
    /// <summary>The meter of everything that is ours.</summary>
    public const string MeterName = ChatMetrics.MeterName;

    /// <summary>Tag of the checks that must pass before a member is given work.</summary>
    public const string ReadyTag = "ready";

    /// <summary>Tag of the checks that must have passed once before a member is asked whether it lives.</summary>
    public const string StartupTag = "startup";

    /// <summary>Tag of the canary's check.</summary>
    public const string CanaryTag = "canary";

    /// <summary>
    /// Sets of tags of one metric; what is beyond them is told as one. Room for all of them is taken at the start, for each of 150 metrics
    /// (72 bytes a set): by default for 2,000, 22 MB.
    /// </summary>
    private const int MostSeries = 500;

    /// <summary>
    /// Ours, and each call of a grain in between. Not ASP.NET Core's own spans, which would tell whole addresses, in which
    /// browsers must put tokens.
    /// </summary>
    private static readonly string[] Sources = [ChatTracing.SourceName, "Microsoft.Orleans.Application"];

    internal static void AddChatObservability(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ObservabilityOptions>().BindConfiguration(ObservabilityOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ObservabilityOptions>, AnnotatedOptions<ObservabilityOptions>>();
        services.AddSingleton<StorageMeter>();
        services.MeterLogs();
        services.MeterStates();

        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource
            .AddService("chatorleans", serviceVersion: ProcessArguments.Version)
            .AddAttributes([new("host.name", Environment.MachineName)]));
        telemetry.WithMetrics(metrics => metrics
            .AddMeter(MeterName, "Microsoft.Orleans", "System.Runtime")
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Http.Connections")
            .AddView("*", new MetricStreamConfiguration { CardinalityLimit = MostSeries })
            .AddPrometheusExporter());
        if (Collector(builder.Configuration) is { } collector)
        {
            telemetry.SendTo(collector, Ratio(builder.Configuration));
        }

        services.AddHostedService<MetersAtStart>();
        services.AddHealthChecks()
            .AddCheck<SiloCheck>("silo", tags: [StartupTag, ReadyTag])
            .AddCheck<StorageCheck>("storage", tags: [ReadyTag], timeout: TimeSpan.FromSeconds(5));
    }

    /// <summary>True where spans are made at all. Read before options exist, since what is added hangs on it; they are checked at the start.</summary>
    internal static bool IsTraced(IConfiguration configuration) => Collector(configuration) is not null;

    private static Uri? Collector(IConfiguration configuration) =>
        Uri.TryCreate(configuration[$"{ObservabilityOptions.Section}:{nameof(ObservabilityOptions.OtlpEndpoint)}"], UriKind.Absolute, out var address)
            ? address
            : null;

    private static double Ratio(IConfiguration configuration) =>
        double.TryParse(
            configuration[$"{ObservabilityOptions.Section}:{nameof(ObservabilityOptions.TraceRatio)}"], CultureInfo.InvariantCulture, out var ratio)
            ? Math.Clamp(ratio, 0, 1)
            : new ObservabilityOptions().TraceRatio;

    private static void SendTo(this OpenTelemetryBuilder telemetry, Uri collector, double ratio)
    {
        telemetry.WithMetrics(metrics => metrics.AddOtlpExporter(otlp => otlp.Endpoint = collector));
        telemetry.WithTracing(tracing => tracing
            .AddSource(Sources)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(ratio)))
            .AddOtlpExporter((OtlpExporterOptions otlp) => otlp.Endpoint = collector));
    }

    /// <summary>Puts a meter around whichever log store is registered last.</summary>
    private static void MeterLogs(this IServiceCollection services)
    {
        var last = services.Last(service => service.ServiceType == typeof(ILogStore) && !service.IsKeyedService);
        services.Remove(last);
        services.AddSingleton<ILogStore>(provider => new MeteredLogStore(
            (ILogStore)(last.ImplementationInstance
                ?? last.ImplementationFactory?.Invoke(provider)
                ?? ActivatorUtilities.CreateInstance(provider, last.ImplementationType!)),
            provider.GetRequiredService<StorageMeter>()));
    }

    /// <summary>Likewise around the storage of grains' states, which every profile registers by a factory.</summary>
    private static void MeterStates(this IServiceCollection services)
    {
        var last = services.Last(service =>
            service.ServiceType == typeof(IGrainStorage) && service.IsKeyedService && Equals(service.ServiceKey, StorageHosting.Name));
        services.Remove(last);
        services.AddKeyedSingleton<IGrainStorage>(StorageHosting.Name, (provider, key) => new MeteredGrainStorage(
            (IGrainStorage)last.KeyedImplementationFactory!(provider, key), provider.GetRequiredService<StorageMeter>()));
    }
}
