using ChatOrleans.LoadTester.Drivers;
using ChatOrleans.LoadTester.Reports;
using ChatOrleans.LoadTester.Scenarios;

namespace ChatOrleans.LoadTester.Load;

/// <summary>One scenario against one target: rooms, connections, warm-up, measurement, and then waiting for what is still on its way.</summary>
internal sealed class LoadRun(LoadOptions options, Target target, Progress progress)
{
    private const int ConnectingAtOnce = 32;
    private const int CreatingAtOnce = 8;

    public async Task<LoadResult> Execute(CancellationToken cancellationToken)
    {
        var plan = Plan.Of(options);
        var traffic = new Traffic(options, plan.People, plan.Rooms, plan.Sendings) { MarksRead = options.Scenario == "pairs-read" };
        await Create(plan, cancellationToken);
        // What the first connections bring into memory is everybody's.
        var first = plan.People.Count > 500 ? 50 : 0;
        await Connect(plan.People.Take(first), traffic, cancellationToken);
        var before = target.ResidentBytes;
        await Connect(plan.People.Take(Plan.OnlineOf(options)).Skip(first), traffic, cancellationToken);
        using var life = new Timer(_ => KeepAlive(plan), null, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(8));
        try
        {
            var result = options.Scenario switch
            {
                "idle" => await Idle.Run(options, target, traffic, before, plan.People.Count - first, progress, cancellationToken),
                "storm" => await Storm.Run(options, target, traffic, progress, cancellationToken),
                "history" => await History.Run(options, target, traffic, progress, cancellationToken),
                _ => await Flow(traffic, cancellationToken),
            };
            return await Settle(traffic, result, cancellationToken);
        }
        finally
        {
            foreach (var person in plan.People)
            {
                person.Device?.Cut();
            }
        }
    }

    private async Task<LoadResult> Flow(Traffic traffic, CancellationToken cancellationToken)
    {
        traffic.Start();
        await progress.Watch("warming up", traffic, TimeSpan.FromSeconds(options.Warmup), cancellationToken);
        using var cutter = options.Verify ? new Cutter(traffic, options.Seed) : null;
        traffic.Latency.Reset();
        var measure = new Measure(target, traffic);
        await progress.Watch("measuring", traffic, TimeSpan.FromSeconds(options.Duration), cancellationToken);
        var result = measure.Take(options);
        if (cutter is not null)
        {
            result = result with { Extra = new Dictionary<string, double> { ["connections cut"] = await cutter.Stop() } };
        }

        return result;
    }

    /// <summary>Waits for everything that was sent, then says what never came.</summary>
    private async Task<LoadResult> Settle(Traffic traffic, LoadResult result, CancellationToken cancellationToken)
    {
        traffic.Stop();
        await progress.Wait("waiting for the last messages", () => traffic.Open == 0, TimeSpan.FromSeconds(options.Grace), cancellationToken);
        List<string> faults = [.. result.Faults];
        if (options.Verify)
        {
            progress.Say("reading histories and feeds");
            faults.AddRange(await Verification.Check(target, traffic, cancellationToken));
        }

        return result with
        {
            Lost = traffic.Missing(),
            Repeated = traffic.People.Sum(person => person.Ledger.Repeated),
            Disordered = traffic.People.Sum(person => person.Ledger.Disordered),
            Refused = traffic.Refused,
            FirstRefusal = traffic.FirstRefusal,
            NotResumed = traffic.People.Sum(person => person.Device switch
            {
                SocketDevice socket => socket.NotResumed,
                GrainDevice grain => grain.NotResumed,
                _ => 0,
            }),
            FellBehind = traffic.People.Sum(person => person.Device switch
            {
                SocketDevice socket => socket.FellBehind,
                GrainDevice grain => grain.FellBehind,
                _ => 0,
            }),
            Faults = faults,
        };
    }

    private async Task Create(Plan plan, CancellationToken cancellationToken)
    {
        progress.Say($"creating {plan.Rooms.Count} conversations");
        await Parallel.ForEachAsync(
            plan.Rooms, new ParallelOptions { MaxDegreeOfParallelism = CreatingAtOnce, CancellationToken = cancellationToken },
            async (room, token) => await target.Create(room, plan.People, token));
    }

    private async Task Connect(IEnumerable<Person> people, Traffic traffic, CancellationToken cancellationToken)
    {
        progress.Say("connecting");
        await Parallel.ForEachAsync(
            people, new ParallelOptions { MaxDegreeOfParallelism = ConnectingAtOnce, CancellationToken = cancellationToken },
            async (person, token) =>
            {
                var device = target.Device(person, traffic);
                await device.Connect(token);
                person.Device = device;
            });
    }

    private static void KeepAlive(Plan plan)
    {
        foreach (var person in plan.People)
        {
            (person.Device as SocketDevice)?.KeepAlive();
        }
    }
}
