using ChatOrleans.Conversations;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Ids;
using ChatOrleans.Silo.Storage;
using ChatOrleans.Silo.Storage.Memory;
using ChatOrleans.Silo.Streams;
using ChatOrleans.Silo.Streams.Faults;
using ChatOrleans.Testing;
using ChatOrleans.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;
using Orleans.TestingHost;

namespace ChatOrleans.Grains.Tests;

/// <summary>Two silos in this process over one memory store, with the real streams, and faults where a test plans them.</summary>
public sealed class ChatCluster : IAsyncLifetime
{
    private readonly MemoryGrainStates _states = new();
    private InProcessTestCluster? _cluster;

    public ChatCluster()
    {
        Logs = new MemoryLogStore();
        FaultyLogs = new FaultyLogStore(Logs);
    }

    public MemoryLogStore Logs { get; }

    public FaultyLogStore FaultyLogs { get; }

    /// <summary>Which writes of heads and other small states fail.</summary>
    public FaultPlan<StateWrite> FaultyStates { get; } = new();

    public IStreamFaults? StreamFaults { get; init; }

    /// <summary>The silos' clock; null: the machine's.</summary>
    public TimeProvider? Time { get; init; }

    public short SiloCount { get; init; } = 2;

    public Action<GrainTiming> Timing { get; init; } = _ => { };

    /// <summary>After how long without a call a grain is let go; null: as Orleans does.</summary>
    public TimeSpan? IdleAge { get; init; }

    public IGrainFactory Grains => _cluster!.Client;

    public InProcessTestCluster Silos => _cluster!;

    public async Task InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(SiloCount);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryStorage(Logs, _states);
            silo.Services.AddSingleton<ILogStore>(FaultyLogs);
            silo.Services.AddKeyedSingleton<IGrainStorage>(ChatGrains.StorageName, (services, _) =>
                new FaultyGrainStorage(_states.For(services.GetRequiredService<Serializer>()), FaultyStates));
            if (StreamFaults is not null)
            {
                silo.Services.AddSingleton(StreamFaults);
            }

            if (Time is not null)
            {
                silo.Services.AddSingleton(Time);
            }

            silo.AddChatStreams();
            silo.AddChatGrains();
            silo.Services.Configure<GrainTiming>(timing =>
            {
                timing.CheckpointInterval = TimeSpan.FromMilliseconds(200);
                timing.OfflineAfter = TimeSpan.FromMilliseconds(50);
                timing.ErasureGrace = TimeSpan.Zero;
                Timing(timing);
            });
            if (IdleAge is { } age)
            {
                silo.Services.Configure<GrainCollectionOptions>(collection => (collection.CollectionAge, collection.CollectionQuantum) = (age, age / 4));
            }

            silo.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error));
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async Task DisposeAsync() => await _cluster!.DisposeAsync();

    public IConversationGrain Conversation(ConversationId id) => Grains.GetGrain<IConversationGrain>(id.Value);

    public IUserGrain User(Person person) => Grains.GetGrain<IUserGrain>(person.Id.Value);

    public async Task<ConversationView> Create(ConversationKind kind, Person creator, params Person[] others) =>
        await Create(kind, HistoryAccess.All, creator, others);

    public async Task<ConversationView> Create(ConversationKind kind, HistoryAccess history, Person creator, params Person[] others)
    {
        var id = kind == ConversationKind.Direct ? ConversationId.Direct(creator.Id, others[0].Id) : ConversationId.New();
        var outcome = await Conversation(id).Create(new CreateConversation
        {
            Actor = creator.Actor,
            Kind = kind,
            Title = "lounge",
            History = history,
            Members = [.. others.Select(other => new NewMember(other.Id, null, null))],
        });
        return outcome.View;
    }

    public async Task<Message> Post(ConversationView conversation, Person sender, string text, string? clientMessageId = null) =>
        (await Conversation(conversation.Id).Post(new PostMessage { Actor = sender.Actor, Text = text, ClientMessageId = clientMessageId })).Message;

    /// <summary>Whether a restart would wake it, because somebody may lack something.</summary>
    public async Task<bool> IsListed(ConversationId conversation) =>
        await Logs.ReadKey(new LogOwner($"recovery/{ShardOf(conversation)}"), conversation.Value) is not null;

    /// <summary>Which recovery list has it. Written down anew: what is stored must be found by later versions.</summary>
    public static string ShardOf(ConversationId id) => $"{(id.Value[^1] + (id.Value[^2] * 31)) % 16}";

    /// <summary>Until nobody lacks anything, and the conversation has stored its head: soon with a short <see cref="GrainTiming.RestAfter"/>.</summary>
    public Task Rested(ConversationView conversation) =>
        Eventually.Is(() => IsListed(conversation.Id), listed => !listed, "the conversation to leave the recovery list");

    /// <summary>Has everybody leave who is idle, once the conversation is at rest, until it has.</summary>
    public async Task Sleep(ConversationView conversation)
    {
        await Rested(conversation);
        await LetGo(conversation);
    }

    /// <summary>Has everybody leave who is idle, until the conversation has. One that is not at rest comes back by itself.</summary>
    public async Task LetGo(ConversationView conversation)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        do
        {
            Assert.False(patience.IsCancellationRequested, "The conversation was to go to sleep.");
            await Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
        }
        while (Silos.Silos.Any(silo => silo.ServiceProvider.GetRequiredService<NearbyPosts>().Reaches(conversation.Id)));
    }

    public Device Connect(Person person, FeedPosition? after = null, Attention? attention = null) => new(Grains, person.Id, after, attention);
}

/// <summary>A person of a test: the name, and an id that no other test has.</summary>
public sealed record Person(string Name)
{
    public UserId Id { get; } = new($"{Name}.{Guid.NewGuid():n}"[..Math.Min(40, Name.Length + 33)]);

    public Actor Actor => new(Id, Name);

    public static Person Ada() => new("ada");

    public static Person Grace() => new("grace");

    public static Person Linus() => new("linus");
}
