using ChatOrleans.Silo.Storage;
using ChatOrleans.Silo.Storage.AzureTables;
using ChatOrleans.Silo.Storage.Redis;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;

namespace ChatOrleans.Silo.Profiles;

/// <summary>How processes find each other and notice each other's death: a table in Redis, and probes between them.</summary>
internal static class ChatClustering
{
    /// <summary>How many times its timeout a probe may take at most, which it may by way of a third member or where this one is slow itself.</summary>
    private const double LongestProbe = 1.5;

    private const double ProbesBetweenReadings = 5;

    /// <summary>The Redis of the members: the cluster's own, or else that of the storage.</summary>
    public static string? RedisOf(ClusterOptions options, IConfiguration configuration) => string.IsNullOrWhiteSpace(options.Redis)
        ? configuration[RedisConnection.StorageKey]
        : options.Redis;

    /// <summary>The setting that says where that is.</summary>
    public static string KeyOf(ClusterOptions options) => string.IsNullOrWhiteSpace(options.Redis)
        ? RedisConnection.StorageKey
        : $"{ClusterOptions.Section}:{nameof(options.Redis)}";

    public static void UseChatClustering(this ISiloBuilder silo, ChatProfile profile)
    {
        silo.Services.AddOptions<EndpointOptions>().Configure<IOptions<ClusterOptions>>((endpoint, ours) =>
        {
            MemberEndpoint.TryResolve(ours.Value.AdvertisedAddress, out var address);
            MemberEndpoint.Fill(endpoint, address, ours.Value.SiloPort, ours.Value.GatewayPort);
        });
        silo.Services.AddOptions<ClusterMembershipOptions>().Configure<IOptions<ClusterOptions>>((membership, ours) =>
        {
            membership.ProbeTimeout = ours.Value.ProbeTimeout;
            // Nobody votes against a member from which anything was received within the limit's number of these: one that says nothing
            // more on an open connection (frozen, cut off, its machine gone) is noticed only then. Orleans' own would be four timeouts.
            membership.MaxProbeTimeout = ours.Value.ProbeTimeout * LongestProbe;
            membership.NumMissedProbesLimit = ours.Value.NumMissedProbesLimit;
            // Nobody tells the dead: one that was frozen, and wakes, learns of it when it next reads the table. Orleans' own would be a minute.
            membership.TableRefreshTimeout = ours.Value.ProbeTimeout * ProbesBetweenReadings;
        });
        silo.UseRedisClustering(_ => { });
        silo.UseSurvivingDirectory();
        silo.Services.AddOptions<RedisClusteringOptions>().Configure<IOptions<ClusterOptions>, IConfiguration>((redis, ours, configuration) =>
            redis.ConfigurationOptions = RedisOf(ours.Value, configuration) is { Length: > 0 } text ? RedisConnection.Configure(KeyOf(ours.Value), text) : null);
        silo.Services.AddOptions<RedisClusteringOptions>().Configure<IServiceProvider>((redis, services) => redis.CreateRedisKey = orleans =>
            PrefixOf(profile, services) is { } prefix
                ? $"{prefix}/{RedisClusteringOptions.DefaultCreateRedisKey(orleans)}"
                : RedisClusteringOptions.DefaultCreateRedisKey(orleans));
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, WaitForRedis>();
    }

    /// <summary>
    /// What sets two clusters' data apart in one store sets their members apart too. Null: the default one, whose members find each other
    /// where those of earlier versions do. Azure tells no capital letters in the names of tables.
    /// </summary>
    private static string? PrefixOf(ChatProfile profile, IServiceProvider services)
    {
        var (prefix, common) = profile == ChatProfile.AzureStorage
            ? (services.GetRequiredService<IOptions<AzureTablesOptions>>().Value.TablePrefix.ToLowerInvariant(), new AzureTablesOptions().TablePrefix)
            : (services.GetRequiredService<IOptions<RedisStoreOptions>>().Value.KeyPrefix, new RedisStoreOptions().KeyPrefix);
        return prefix == common ? null : prefix;
    }

    /// <summary>
    /// With Orleans' usual directory, survivors of a death give up every grain that was listed with the dead one, whose open calls
    /// hold that up for half a minute. With this one they list it anew.
    /// </summary>
    private static void UseSurvivingDirectory(this ISiloBuilder silo)
    {
#pragma warning disable ORLEANSEXP003 // Says that it may still change, which concerns the members of one cluster at a time.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        // It would keep the dead one's users waiting, lest a member that only seemed dead still writes. Ours can't: its
        // generation is over as soon as another activation has written.
        silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = TimeSpan.Zero);
    }
}
