using System.Diagnostics;
using ChatOrleans.Cli.Moving;
using Spectre.Console;

namespace ChatOrleans.Cli;

/// <summary>A bar on a terminal, a line every ten seconds where the output goes to a file, nothing where it should be quiet.</summary>
internal sealed class ProgressBar(ProgressTask? task) : IMoveProgress
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);
    private long _told = Stopwatch.GetTimestamp();

    public static async Task<T> Show<T>(CommandLine command, Func<IMoveProgress, Task<T>> work)
    {
        if (command.Quiet)
            return await work(new Silence());
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
            return await work(new ProgressBar(null));
        return await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context => await work(new ProgressBar(context.AddTask(command.Verb))));
    }

    public void Report(long done, long all, string what)
    {
        if (task is not null)
        {
            task.MaxValue = Math.Max(all, 1);
            task.Value = done;
            task.Description = what;
        }
        else if (Stopwatch.GetElapsedTime(_told) >= s_interval)
        {
            _told = Stopwatch.GetTimestamp();
            Console.WriteLine($"{(all == 0 ? 100 : 100 * done / all)} %, {what}");
        }
    }

    private sealed class Silence : IMoveProgress
    {
        public void Report(long done, long all, string what)
        {
        }
    }
}
