using System.Diagnostics;
using ChatOrleans.Cli;
using ChatOrleans.Cli.Archive;
using ChatOrleans.Cli.Moving;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Silo;
using Microsoft.Extensions.Configuration;

if (CommandLine.Parse(args, out var mistake) is not { } command)
{
    await Console.Error.WriteLineAsync($"{mistake}\n\n{CommandLine.Usage}");
    return 2;
}

if (command.Verb is CommandLine.Help or CommandLine.Version)
{
    Console.WriteLine(command.Verb == CommandLine.Help ? CommandLine.Usage : $"chatorleans {ProcessArguments.Version}");
    return 0;
}

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    interrupted.Cancel();
};
var started = Stopwatch.GetTimestamp();
try
{
    var totals = command.Verb == "check"
        ? await ProgressBar.Show(command, progress => Check.Run(command.File, progress, interrupted.Token))
        : await DoWithStore(interrupted.Token);
    Console.WriteLine(command.Verb == "restored" ? $"{totals.States:N0} users begin a new epoch" : $"{totals}; digest {totals.DigestText}");
    Console.WriteLine($"{command.Verb} done in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s, with {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB.");
    return 0;
}
catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Interrupted. The same command goes on from here.");
    return 130;
}
catch (Exception e) when (Told(e) is { } told)
{
    await Console.Error.WriteLineAsync($"chatorleans {command.Verb}: {told}");
    return 1;
}

// Null where it is a fault of the program's: then its stack trace is wanted.
static string? Told(Exception e) =>
    e is ArchiveException or LogUnavailableException or LogConflictException or IOException or UnauthorizedAccessException ? e.Message : StartFailure.Of(e);

async Task<Totals> DoWithStore(CancellationToken cancellationToken)
{
    var configuration = new ConfigurationBuilder()
        .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true)
        .AddEnvironmentVariables()
        .AddCommandLine(command.Settings)
        .Build();
    // Before there is a bar, which would wipe away what the store says while it is waited for.
    await using var store = await ChatStore.Open(configuration, command.Verb == "import", cancellationToken);
    if (command.Verb != "import" && !command.AllowEmpty)
        await store.RequireContent(cancellationToken);
    return await ProgressBar.Show(command, progress => command.Verb switch
    {
        "export" => new Export(store, progress).Run(command.File, cancellationToken),
        "import" => new Import(store, progress).Run(command.File, cancellationToken),
        _ => new Restored(store, progress).Run(cancellationToken),
    });
}
