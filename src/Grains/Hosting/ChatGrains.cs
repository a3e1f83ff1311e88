using ChatOrleans.Grains.Logs;
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

    public static ISiloBuilder AddChatGrains(this ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.TryAddSingleton<ChatMetrics>();
        silo.Services.AddOptions<ChatLimits>().BindConfiguration(ChatLimits.Section).ValidateOnStart();
        silo.Services.AddOptions<GrainTiming>().BindConfiguration(GrainTiming.Section).ValidateOnStart();
        silo.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ChatLimits>, ChatLimitsValidator>());
        silo.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GrainTiming>, GrainTimingValidator>());
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, RecoveryAtStart>();
        return silo;
    }

    internal static LogOwner Owner(ConversationId id) => new($"conversation/{id}");

    internal static LogOwner Owner(UserId id) => new($"user/{id}");

    internal static LogOwner RecoveryOwner(string shard) => new($"recovery/{shard}");
}
