using System.Text;
using ChatOrleans.Conversations;
using ChatOrleans.Grains;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Ids;
using ChatOrleans.LoadTester.Load;
using ChatOrleans.Silo.Storage;
using ChatOrleans.Silo.Storage.Memory;
using ChatOrleans.Silo.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace ChatOrleans.LoadTester.Drivers;

/// <summary>Silos in this process, over one store in memory, or one silo over RocksDB, with the real streams.</summary>
internal sealed class GrainCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;
    private readonly DirectoryInfo? _data;

    private GrainCluster(InProcessTestCluster cluster, CountingLogStore logs, DirectoryInfo? data) => (_cluster, Logs, _data) = (cluster, logs, data);

    /// <summary>Counts what the grains store.</summary>
    public CountingLogStore Logs { get; }

    /// <summary>As the front end of the first silo calls: from inside the cluster.</summary>
    public IGrainFactory Grains => _cluster.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>();

    public NearbyFeeds Feeds => _cluster.Silos[0].ServiceProvider.GetRequiredService<NearbyFeeds>();

    public static async Task<GrainCluster> Start(int silos, bool onDisk)
    {
        var states = new MemoryGrainStates();
        var logs = new CountingLogStore();
        var memory = new MemoryLogStore();
        var data = onDisk ? Directory.CreateTempSubdirectory("chat-load-") : null;
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            if (data is not null)
            {
                silo.AddRocksStorage(storage => storage.Path = data.FullName);
            }
            else
            {
                silo.AddMemoryStorage(memory, states);
            }

            logs.Wrap(silo.Services);
            silo.AddChatStreams();
            silo.AddChatGrains();
            // To make a room of thousands is one call, and the machine may be busy.
            silo.Services.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromMinutes(3));
            silo.Services.Configure<ChatLimits>(limits => limits.Members = 10_000);
            silo.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error));
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new GrainCluster(cluster, logs, data);
    }

    public async Task Create(Room room, IReadOnlyList<Person> people)
    {
        var direct = room.Members.Length == 2;
        var creator = new UserId(people[room.Members[0]].Id);
        var id = direct ? ConversationId.Direct(creator, new UserId(people[room.Members[1]].Id)) : ConversationId.New();
        await Grains.GetGrain<IConversationGrain>(id.Value).Create(new CreateConversation
        {
            Actor = new Actor(creator, null),
            Kind = direct ? ConversationKind.Direct : ConversationKind.Group,
            Title = direct ? null : $"lounge {room.Index}",
            Members = [.. room.Members[1..].Select(member => new NewMember(new UserId(people[member].Id), null, null))],
        });
        (room.Id, room.IdBytes) = (id.Value, Encoding.UTF8.GetBytes(id.Value));
    }

    /// <summary>Lets go of every grain that nobody uses, as hours without a word would.</summary>
    public Task ForgetUsers() => Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.FromSeconds(1));

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _data?.Delete(recursive: true);
    }
}
