using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using ChatOrleans.Cluster.Tests.Clients;
using ChatOrleans.Cluster.Tests.Processes;

namespace ChatOrleans.Cluster.Tests.Clusters;

/// <summary>Redis, perhaps Azurite, silos and web fronts as processes on loopback: one cluster.</summary>
public sealed class ChatCluster : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("chat-cluster-").FullName;
    private readonly Dictionary<string, string> _environment;
    private int _newest;

    /// <param name="azure">Stores in Azurite instead of Redis; members find each other in Redis all the same.</param>
    /// <param name="environment">More settings for every member.</param>
    public ChatCluster(int silos, int fronts, bool azure = false, IReadOnlyDictionary<string, string>? environment = null)
    {
        // Apart from what members leave in files, which must not hold what is stored.
        Directory.CreateDirectory(Files);
        var storage = Directory.CreateDirectory(Path.Combine(_directory, "storage")).FullName;
        Redis = new RedisProcess(storage, Ports.Free());
        Azurite = azure ? new AzuriteProcess(storage, Ports.Free()) : null;
        _environment = new(environment ?? new Dictionary<string, string>())
        {
            ["Cluster__AdvertisedAddress"] = "127.0.0.1",
            ["Cluster__Profile"] = azure ? "AzureStorage" : "Redis",
            [azure ? "Cluster__Redis" : "Storage__Redis"] = Redis.Endpoint,
            // What several members say of one fault is read side by side.
            ["Logging__Console__FormatterName"] = "simple",
            ["Logging__Console__FormatterOptions__TimestampFormat"] = "HH:mm:ss.fff ",
        };
        if (Azurite is not null)
        {
            _environment["Storage__AzureTables"] = Azurite.ConnectionString;
        }

        Silos = [.. Enumerable.Range(0, silos).Select(_ => NewSilo())];
        Fronts = [.. Enumerable.Range(1, fronts).Select(i => NewFront($"front-{i}", _environment))];
    }

    public RedisProcess Redis { get; }

    public AzuriteProcess? Azurite { get; }

    public List<SiloProcess> Silos { get; }

    public IReadOnlyList<WebFrontProcess> Fronts { get; }

    /// <summary>What the clients of this cluster have said and shown.</summary>
    public Unsaid Unsaid { get; } = new();

    /// <summary>Where members run.</summary>
    private string Files => Path.Combine(_directory, "members");

    public IEnumerable<MemberProcess> Members => [.. Silos, .. Fronts];

    /// <summary>What it stores in, then all members at once.</summary>
    public async Task Start()
    {
        await Task.WhenAll(Redis.Start(), Azurite?.Start() ?? Task.CompletedTask);
        foreach (var member in Members)
        {
            member.Launch();
        }

        await Task.WhenAll(Members.Select(member => member.Ready()));
        await AllKnowAll();
    }

    /// <summary>One more, started and ready.</summary>
    public async Task<SiloProcess> AddSilo()
    {
        var silo = NewSilo();
        Silos.Add(silo);
        await silo.Start();
        return silo;
    }

    /// <summary>A front beside the others, which hosts no conversations and no users.</summary>
    public WebFrontProcess FrontWithoutGrains() => NewFront("front without grains", new Dictionary<string, string>(_environment)
    {
        ["Cluster__HostsGrains"] = "false",
    });

    /// <summary>Until the table of members has exactly those that run as active ones.</summary>
    public Task AllKnowAll() => Wait.Until(
        async () => (await Statuses()).Count(status => status == MemberStatus.Active) == Members.Count(member => member.IsRunning),
        TimeSpan.FromSeconds(60),
        () => "every member to be active, and the dead ones to be held for dead");

    /// <summary>How many processes were ever held for dead.</summary>
    public async Task<int> DeadCount() => (await Statuses()).Count(status => status == MemberStatus.Dead);

    /// <summary>A user whose calls go to one front, and to the next where that one does not answer.</summary>
    public async Task<RestClient> SignIn(string user, int front = 0, string? scope = null) =>
        new(Fronts[front].Http, user, await Fronts.First(one => one.IsRunning).Token(user, scope), new Failover([.. Fronts.Select(one => one.Http)], front));

    /// <summary>A device of that user, at one front, which comes back at the next one when it loses its connection.</summary>
    public SocketDevice Device(RestClient user, int front = 0)
    {
        var attempts = front - 1;
        return new SocketDevice(Fronts[0].Socket, user, connect: async (address, cancellationToken) =>
        {
            attempts++;
            var to = new UriBuilder(address) { Port = Fronts[attempts % Fronts.Count].Port };
            // Every other device comes with a ticket at first, as browsers do.
            if (attempts == front && front % 2 == 1)
            {
                var ticket = await user.Ticket();
                Unsaid.Ticket(ticket);
                to.Query = to.Query.Replace($"token={user.Token}", $"ticket={ticket}", StringComparison.Ordinal);
            }

            var socket = new ClientWebSocket();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(10));
            await socket.ConnectAsync(to.Uri, limit.Token);
            return socket;
        });
    }

    /// <summary>Of their clients, in what members that run or have ended have printed and left in files.</summary>
    public void AssertTellsNothing() => Unsaid.AssertToldByNobody([.. Members], Unsaid.FilesBelow(Files));

    /// <summary>A meter's sum over all members that run; members that do not answer, or never touched it, count as nothing.</summary>
    public async Task<double> Meter(string meter) =>
        (await Task.WhenAll(Members.Where(member => member.IsRunning).Select(member => member.Meter(meter)))).Sum(value => value ?? 0);

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
        {
            await member.DisposeAsync();
        }

        await Redis.DisposeAsync();
        if (Azurite is not null)
        {
            await Azurite.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private SiloProcess NewSilo() => new($"silo-{(++_newest).ToString(CultureInfo.InvariantCulture)}", Files, _environment);

    private WebFrontProcess NewFront(string name, Dictionary<string, string> environment) => new(name, Files, environment) { Unsaid = Unsaid };

    private async Task<List<MemberStatus>> Statuses()
    {
        // Orleans keeps a hash with a field of JSON for every member, and one for the version of the table.
        foreach (var key in await Redis.Keys("*members*"))
        {
            var fields = await Redis.Hash(key);
            return [.. fields.Where(field => field.Key != "Version")
                .Select(field => (MemberStatus)JsonElement.Parse(field.Value).GetProperty("Status").GetInt32())];
        }

        return [];
    }

    private enum MemberStatus
    {
        Active = 3,
        Dead = 6,
    }
}
