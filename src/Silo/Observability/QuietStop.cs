namespace ChatOrleans.Silo.Observability;

/// <summary>
/// A cluster of one that stops has nowhere to move its grains to, and Orleans reports each move and each late acknowledgement as an
/// error, as it does what a stop finds half started. Nothing is lost by them: what grains hold is in their logs. So these categories fall
/// silent once the stop has begun.
/// </summary>
internal sealed class QuietStop(IHostApplicationLifetime lifetime)
{
    private static readonly string[] Categories = ["Orleans.Grain", "Orleans.Messaging", "Polly"];

    /// <summary>The errors that it reports of a start that fails are thrown as well, and told where the process ends.</summary>
    private const string Starting = "Orleans.Runtime.Silo";

    /// <summary>Only where the stop came before the start was over.</summary>
    private static readonly string[] OfStarts =
    [
        Starting, "Orleans.Runtime.MembershipService", "Orleans.Runtime.Messaging", "Orleans.Runtime.GrainCallCancellationManager",
        "Orleans.Runtime.InsideRuntimeClient",
    ];

    public static void Use(IHostApplicationBuilder builder)
    {
        // Filters are made before there are services; until the first log after the start there is nothing to silence.
        QuietStop? quiet = null;
        builder.Services.AddSingleton<QuietStop>();
        builder.Services.AddSingleton<IHostedService>(services =>
        {
            quiet = services.GetRequiredService<QuietStop>();
            return new Nothing();
        });
        foreach (var category in Categories)
        {
            builder.Logging.AddFilter(category, level => level >= LogLevel.Warning && quiet is not { IsStopping: true });
        }

        foreach (var category in OfStarts)
        {
            var loudest = category == Starting ? LogLevel.Warning : LogLevel.Critical;
            builder.Logging.AddFilter(category, level => level >= LogLevel.Warning
                && (quiet is { HasStarted: true } || (level <= loudest && quiet is not { IsStopping: true })));
        }
    }

    private bool HasStarted => lifetime.ApplicationStarted.IsCancellationRequested;

    private bool IsStopping => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Hosted services are what a host creates when it starts.</summary>
    private sealed class Nothing : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
