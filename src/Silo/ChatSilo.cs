using ChatOrleans.Grains.Hosting;
using ChatOrleans.Silo.Observability;
using ChatOrleans.Silo.Profiles;
using ChatOrleans.Silo.Streams;
using Microsoft.Extensions.Options;
using SchedulingOptions = Orleans.Configuration.SchedulingOptions;

namespace ChatOrleans.Silo;

/// <summary>The door of this project: makes a host a member of the chat cluster.</summary>
public static class ChatSilo
{
    /// <summary>
    /// Adds grains, streams, storage and clustering as <c>Cluster:Profile</c> says, metrics and health checks. Every option is
    /// checked before anything starts; a wrong one ends the process with the key, the rule and the fix.
    /// </summary>
    public static TBuilder UseChatSilo<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddChatLogging();
        builder.Services.AddOptions<ClusterOptions>().BindConfiguration(ClusterOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ClusterOptions>, ClusterOptionsValidator>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ChatProcess.LongestCleanStop);

        // What is added hangs on the profile, so it is read before options exist. A name that is none is told when they are validated.
        var named = builder.Configuration[$"{ClusterOptions.Section}:{nameof(ClusterOptions.Profile)}"];
        var profile = ChatProfiles.TryParse(named, out var known) ? known : ChatProfile.Embedded;
        QuietStop.Use(builder);
        builder.UseOrleans(silo =>
        {
            silo.UseProfile(profile);
            if (ChatObservability.IsTraced(builder.Configuration))
            {
                silo.AddActivityPropagation();
            }

            // The first turns of a cold process compile what they run, which on a busy machine takes longer than Orleans' second.
            silo.Configure<SchedulingOptions>(scheduling => scheduling.TurnWarningLengthThreshold = TimeSpan.FromSeconds(5));
            silo.Services.AddOptions<ChatStreamOptions>().BindConfiguration(ChatStreamOptions.Section);
            silo.AddChatStreams();
            silo.AddChatGrains(host: !HostsNone(builder.Configuration));
        });
        builder.AddChatObservability();
        return builder;
    }

    private static bool HostsNone(IConfiguration configuration) =>
        bool.TryParse(configuration[$"{ClusterOptions.Section}:{nameof(ClusterOptions.HostsGrains)}"], out var hosts) && !hosts;
}
