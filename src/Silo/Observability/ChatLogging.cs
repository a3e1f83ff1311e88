using Microsoft.Extensions.Configuration.Memory;

namespace ChatOrleans.Silo.Observability;

/// <summary>What is logged where no setting says otherwise, our own words and the others' warnings; and that lines of JSON name their event.</summary>
internal static class ChatLogging
{
    private static readonly Dictionary<string, string?> Levels = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information",
        // It warns that keys for cookies are not encrypted or not kept; no cookie here is made with them.
        ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
        // Our own message, without a stack trace, says why a start was refused.
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Critical",
        ["Logging:LogLevel:Orleans"] = "Warning",
        // At its first look it takes the time since the machine's start for a hang (Orleans 10.4.2).
        ["Logging:LogLevel:Orleans.Runtime.Watchdog"] = "Error",
        // An error with a stack trace for every call while Redis is away; the grains say it in a line.
        ["Logging:LogLevel:Orleans.Persistence.RedisGrainStorage"] = "Critical",
        // Its base class tells of its part of a ring that it has no use for, whenever a member comes or goes.
        ["Logging:LogLevel:ChatOrleans.Silo.Streams.StreamMember"] = "Warning",
        ["Logging:LogLevel:Polly"] = "Warning",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
    };

    /// <summary>As the first source, so that every file, variable and argument overrides it.</summary>
    public static void AddChatLogging(this IHostApplicationBuilder builder)
    {
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = Levels });
        NamedEvents.Use(builder.Services);
    }
}
