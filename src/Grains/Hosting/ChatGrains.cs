using ChatOrleans.Grains.Logs;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Grains.Observability;
using ChatOrleans.Grains.Recovery;
using ChatOrleans.Ids;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace ChatOrleans.Grains.Hosting;

/// <summary>Puts the chat's grains into a silo. The silo brings ILogStore, the keyed "chat" grain storage and the "chat" streams.</summary>
public static class ChatGrains
{
    /// <summary>The key of the grain storage that the grains use.</summary>
    public const string StorageName = "chat";

    /// <summary>Orleans' own is 2, which a call uses up that meets its grain on the way: each end sends it on to the other until the move is done.</summary>
    private const int MostForwards = 32;

    /// <param name="host">False: this member calls them, and others host them.</param>
    public static ISiloBuilder AddChatGrains(this ISiloBuilder silo, bool host = true)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddSingleton(new HostedHere(host));
        silo.Services.TryAddSingleton<NearbyStreams>();
        silo.Services.TryAddSingleton<FarStreams>();
        silo.Services.TryAddSingleton<NearbyFeeds>();
        silo.Services.TryAddSingleton<NearbyPosts>();
        silo.Services.TryAddSingleton<FarPosts>();
        silo.Services.TryAddSingleton<Posts>();
        silo.Services.TryAddSingleton<LaggingConversations>();
        silo.Services.TryAddSingleton<ChatMetrics>();
        silo.Services.TryAddSingleton<FeedMetrics>();
        silo.Services.TryAddSingleton<MemberLives>();
        silo.Services.AddSingleton<SiloStop>();
        silo.Services.TryAddSingleton<ConversationWaker>();
        silo.Services.TryAddSingleton<FaultLines>();
        silo.Services.TryAddSingleton(typeof(FaultLogger<>));
        silo.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureGrainContextProvider, FirstTurns>());
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<SiloStop>());
        silo.Services.Configure<SiloMessagingOptions>(messaging => messaging.MaxForwardCount = MostForwards);
        silo.Services.AddOptions<ChatLimits>().BindConfiguration(ChatLimits.Section).ValidateOnStart();
        silo.Services.AddOptions<RateLimits>().BindConfiguration(RateLimits.Section).ValidateOnStart();
        silo.Services.AddOptions<GrainTiming>().BindConfiguration(GrainTiming.Section).ValidateOnStart();
        silo.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ChatLimits>, ChatLimitsValidator>());
        silo.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RateLimits>, RateLimitsValidator>());
        silo.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GrainTiming>, GrainTimingValidator>());
        if (host)
        {
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, RecoveryWatch>();
        }
        else
        {
            // What a member does not say it can host is never placed on it.
            silo.Services.PostConfigure<GrainTypeOptions>(types => types.Classes.RemoveWhere(type => type.Assembly == typeof(ChatGrains).Assembly));
        }

        return silo;
    }

    internal static LogOwner Owner(ConversationId id) => new($"conversation/{id}");

    internal static LogOwner Owner(UserId id) => new($"user/{id}");

    internal static LogOwner JobOwner(string job) => new($"job/{job}");

    internal static LogOwner JobListOwner { get; } = new("jobs/all");

    internal static LogOwner RecoveryOwner(string shard) => new($"recovery/{shard}");
}
