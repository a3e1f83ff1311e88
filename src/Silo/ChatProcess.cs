using Microsoft.Extensions.Options;

namespace ChatOrleans.Silo;

/// <summary>What every process of the product does at its edges: how it is started, and how it says that it cannot start.</summary>
public static partial class ChatProcess
{
    /// <summary>
    /// How long a process that was told to stop may take. Less than the 30 s that are promised: Orleans would try for minutes to write
    /// that it leaves, where the table of members does not answer; the others notice it anyway.
    /// </summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(25);

    /// <summary>When what is stopped cleanly so far must do.</summary>
    internal static readonly TimeSpan LongestCleanStop = TimeSpan.FromSeconds(20);

    private static readonly string[] AddressKeys = ["urls", "http_ports", "https_ports"];

    /// <summary>Puts in front of the arguments that configuration files are read once: watching them watches their whole directory, data included.</summary>
    public static string[] Quiet(string[] args) => ["--hostBuilder:reloadConfigOnChange=false", .. args];

    /// <summary>Listens at <paramref name="url"/> where no setting says otherwise.</summary>
    public static void UseDefaultAddress(this WebApplicationBuilder builder, string url)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var configuration = builder.Configuration;
        if (!AddressKeys.Any(key => !string.IsNullOrEmpty(configuration[key])) && !configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
        {
            builder.WebHost.UseUrls(url);
        }
    }

    /// <summary>
    /// Runs until the process is told to stop. What a person can mend is told in a line or two, without a stack trace; the exit code is then 1.
    /// </summary>
    /// <param name="build">Makes the host; part of the start, since already its settings may be unreadable.</param>
    public static async Task<int> Run(string[] args, Func<IHost> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        if (ProcessArguments.Answer(args) is { } answer)
        {
            Console.WriteLine(answer);
            return 0;
        }

        IHost? host = null;
        try
        {
            host = build();
            // The host checks them too, but logs a stack trace when they fail.
            host.Services.GetService<IStartupValidator>()?.Validate();
            TellStart(host.Services);
            await StartOrStop(host);
            if (!await StopsInTime(host))
            {
                await Console.Error.WriteLineAsync(
                    $"ChatOrleans could not stop cleanly within {LongestStop.TotalSeconds:0} s and ends as it is. What was acknowledged is stored.");
                // What does not stop is not disposed of either.
                host = null;
            }

            return 0;
        }
        catch (Exception e) when (e is OperationCanceledException or OrleansLifecycleCanceledException
            && host?.Services.GetService<IHostApplicationLifetime>() is { ApplicationStopping.IsCancellationRequested: true })
        {
            // Told to stop while it still started, or waited for its storage.
            return 0;
        }
        catch (Exception e) when (StartFailure.Of(e) is { } message)
        {
            await Console.Error.WriteLineAsync($"ChatOrleans cannot start. {message}");
            return 1;
        }
        finally
        {
            if (host is IAsyncDisposable disposable)
            {
                await disposable.DisposeAsync();
            }
        }
    }

    private static void TellStart(IServiceProvider services)
    {
        var logs = services.GetRequiredService<ILoggerFactory>();
        var (log, version) = (logs.CreateLogger("ChatOrleans"), ProcessArguments.Version);
        LogStart(log, version);
        log = logs.CreateLogger("ChatOrleans.Settings");
        foreach (var sentence in Settings.Unknown(services.GetRequiredService<IConfiguration>()))
        {
            LogUnknownSetting(log, sentence);
        }
    }

    /// <summary>The web server starts last. Where its port is taken, the silo and its database are running already and want to be stopped.</summary>
    private static async Task StartOrStop(IHost host)
    {
        try
        {
            await host.StartAsync();
        }
        catch
        {
            try
            {
                await host.StopAsync();
            }
            catch (Exception)
            {
                // It had not come far enough to be stopped. Why it did not start is what matters.
            }

            throw;
        }
    }

    /// <summary>Waits until the process is told to stop, and then not for ever.</summary>
    private static async Task<bool> StopsInTime(IHost host)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => told.TrySetResult());
        var stopped = host.WaitForShutdownAsync();
        await told.Task;
        try
        {
            await stopped.WaitAsync(LongestStop);
            return true;
        }
        catch (TimeoutException)
        {
            return stopped.IsCompleted;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, EventName = "Start", Message = "ChatOrleans {Version} starts.")]
    private static partial void LogStart(ILogger log, string version);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "UnknownSetting", Message = "{Sentence} Those that there are: docs/configuration.md.")]
    private static partial void LogUnknownSetting(ILogger log, string sentence);
}
