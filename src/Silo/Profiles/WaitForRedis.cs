using ChatOrleans.Silo.Storage.Redis;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using StackExchange.Redis;

namespace ChatOrleans.Silo.Profiles;

/// <summary>
/// Before all else: without its Redis a member finds no other. Where that is the storage's own, the storage waits for it, and refuses one that
/// forgets; of another one that forgets who is a member it is told here.
/// </summary>
internal sealed partial class WaitForRedis(
    IOptions<RedisClusteringOptions> options, IOptions<ClusterOptions> ours, IServiceProvider services, TimeProvider time, ILogger<RedisConnection> log)
    : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(WaitForRedis), ServiceLifecycleStage.First, async cancellationToken =>
        {
            var isOfStorage = string.IsNullOrWhiteSpace(ours.Value.Redis) && services.GetService<RedisConnection>() is not null;
            if (!isOfStorage && options.Value.ConfigurationOptions is { } configuration)
            {
                var key = ChatClustering.KeyOf(ours.Value);
                await using var connection = await RedisConnection.Connect(key, configuration, time, log, cancellationToken);
                await WarnOfForgetting($"{key} = {RedisConnection.Text(configuration)}", connection.GetDatabase());
            }
        });

    private async Task WarnOfForgetting(string where, IDatabase database)
    {
        const string setting = "appendonly";
        if (await RedisConnection.Setting(database, setting) is var value && value != "yes")
        {
            Forgets(log, where, setting, value);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Where}: this Redis may forget who is a member when it restarts ({Setting} is {Value}, not "
        + "yes), and members that start then make a second cluster. Set it so, or stop all members after such a restart, and then start them.")]
    private static partial void Forgets(ILogger log, string where, string setting, string value);
}
