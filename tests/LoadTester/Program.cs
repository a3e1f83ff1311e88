using System.Net.Sockets;
using ChatOrleans.LoadTester;
using ChatOrleans.LoadTester.Load;
using ChatOrleans.LoadTester.Reports;
using ChatOrleans.LoadTester.Scenarios;

if (args is ["help", ..] || args.Any(one => one is "--help" or "-h"))
{
    Help.Print();
    return 0;
}

using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stopping.Cancel();
};

try
{
    return await Run(args);
}
catch (ArgumentException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 2;
}
catch (Exception broken) when (broken is InvalidOperationException or IOException or HttpRequestException or SocketException or TimeoutException or OperationCanceledException)
{
    await Console.Error.WriteLineAsync(broken.Message);
    return 3;
}

async Task<int> Run(string[] all)
{
    var verb = all is [var first, ..] && !first.StartsWith('-') ? first : "run";
    var rest = all[(verb == "run" && all is not ["run", ..] ? 0 : 1)..];
    switch (verb)
    {
        case "run":
            var options = LoadOptions.Parse(rest);
            options = options.Scenario switch { "storm" => Storm.Prepared(options), "history" => History.Prepared(options), _ => options };
            await using (var target = await Target.Open(options, stopping.Token))
            {
                var result = await Progress.Show(options.Scenario, options.Quiet, progress => new LoadRun(options, target, progress).Execute(stopping.Token));
                return Outcome.Of([result], options);
            }

        case "compare":
            return await Comparison.Run(rest, stopping.Token);

        case "growth":
            return await Growth.Run(rest, stopping.Token);

        case "check":
            return await SpeedCheck.Run(rest, stopping.Token);

        default:
            throw new ArgumentException($"There is no verb {verb}. See --help.");
    }
}
