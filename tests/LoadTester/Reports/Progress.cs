using System.Diagnostics;
using System.Globalization;
using ChatOrleans.LoadTester.Load;
using Spectre.Console;

namespace ChatOrleans.LoadTester.Reports;

/// <summary>What is going on, on one line that changes; nothing where the output is no terminal or nobody wants it.</summary>
internal sealed class Progress(StatusContext? status, string name)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    public static async Task<T> Show<T>(string name, bool quiet, Func<Progress, Task<T>> work) =>
        quiet || Console.IsOutputRedirected
            ? await work(new Progress(null, name))
            : await AnsiConsole.Status().StartAsync(Markup.Escape(name), status => work(new Progress(status, name)));

    public void Say(string what) => status?.Status(Markup.Escape($"{name}: {what}"));

    /// <summary>Lets so much time pass.</summary>
    public async Task Watch(string what, Traffic traffic, TimeSpan time, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var deliveries = traffic.Deliveries;
        while (Stopwatch.GetElapsedTime(start) is var passed && passed < time)
        {
            await Task.Delay(time - passed < Step ? time - passed : Step, cancellationToken);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Say(string.Create(CultureInfo.InvariantCulture,
                $"{what}, {seconds:0.0} s, {(traffic.Deliveries - deliveries) / seconds:0} deliveries/s, {traffic.Open} on the way"));
        }
    }

    public async Task Wait(string what, Func<bool> condition, TimeSpan most, CancellationToken cancellationToken)
    {
        Say(what);
        var start = Stopwatch.GetTimestamp();
        while (!condition() && Stopwatch.GetElapsedTime(start) < most)
        {
            await Task.Delay(20, cancellationToken);
        }
    }
}
