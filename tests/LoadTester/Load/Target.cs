using ChatOrleans.LoadTester.Drivers;
using ChatOrleans.LoadTester.Servers;

namespace ChatOrleans.LoadTester.Load;

/// <summary>What is loaded, through which driver: either real sockets of a server, or silos in this process.</summary>
internal sealed class Target : IAsyncDisposable
{
    private readonly WireProtocol? _protocol;

    private Target(StartedServer? started, GrainCluster? cluster, WireProtocol? protocol) =>
        (Started, Cluster, _protocol) = (started, cluster, protocol);

    /// <summary>Null where grains are loaded.</summary>
    public StartedServer? Started { get; }

    /// <summary>Null where sockets are loaded.</summary>
    public GrainCluster? Cluster { get; }

    public string Name => Started?.Name ?? "grains";

    public IReadOnlyDictionary<string, string> Settings => Started?.Settings
        ?? new Dictionary<string, string> { ["rate limits"] = "none: the limits are the web front end's" };

    /// <summary>CPU that the server has used: of its own process, or of this one where it runs here, the load included.</summary>
    public TimeSpan? Cpu => Started is { } started ? started.Process?.Cpu : Environment.CpuUsage.TotalTime;

    public long? ResidentBytes => Started is { } started ? started.Process?.ResidentBytes : Environment.WorkingSet;

    public static async Task<Target> Open(LoadOptions options, CancellationToken cancellationToken) => options.UsesGrains
        ? new Target(null, await GrainCluster.Start(options.Silos, options.Storage == "rocks"), null)
        : On(await StartedServer.Open(options, cancellationToken), options.Driver);

    public static Target On(StartedServer started, string driver) => new(started, null, WireProtocol.Of(driver));

    public Device Device(Person person, Traffic traffic) => Cluster is not null
        ? new GrainDevice(person, traffic, Cluster.Grains, Cluster.Feeds)
        : new SocketDevice(person, traffic, Started!.Server, _protocol!);

    public Task Create(Room room, IReadOnlyList<Person> people, CancellationToken cancellationToken) => Cluster is not null
        ? Cluster.Create(room, people)
        : Started!.Server.Create(room, people, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Started is not null)
        {
            await Started.DisposeAsync();
        }

        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
        }
    }
}
