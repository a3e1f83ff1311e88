using System.Diagnostics;
using ChatOrleans.Cli;
using ChatOrleans.Cli.Archive;
using ChatOrleans.Cli.Moving;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Silo.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

if (CommandLine.Parse(args, out var mistake) is not { } command)
{
    await Console.Error.WriteLineAsync($"{mistake}\n\n{CommandLine.Usage}");
    return 2;
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
    var totals = await ProgressBar.Show(command, progress => Do(progress, interrupted.Token));
    Console.WriteLine(command.Verb == "restored" ? $"{totals.States:N0} users begin a new epoch" : $"{totals}; digest {totals.DigestText}");
    Console.WriteLine($"{command.Verb} done in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s, with {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB.");
    return 0;
}
catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Interrupted. The same command goes on from here.");
    return 130;
}
catch (Exception e) when (e is ArchiveException or StorageStartException or LogUnavailableException or LogConflictException or OptionsValidationException
    or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"chatorleans {command.Verb}: {e.Message}");
    return 1;
}

async Task<Totals> Do(IMoveProgress progress, CancellationToken cancellationToken)
{
    if (command.Verb == "check")
        return await Check.Run(command.File, progress, cancellationToken);
    var configuration = new ConfigurationBuilder()
        .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true)
        .AddEnvironmentVariables()
        .AddCommandLine(command.Settings)
        .Build();
    await using var store = await ChatStore.Open(configuration, cancellationToken);
    return command.Verb switch
    {
        "export" => await new Export(store, progress).Run(command.File, cancellationToken),
        "import" => await new Import(store, progress).Run(command.File, cancellationToken),
        _ => await new Restored(store, progress).Run(cancellationToken),
    };
}
