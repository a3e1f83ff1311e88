using System.Reflection;

namespace ChatOrleans.Silo;

/// <summary>What a process answers instead of starting.</summary>
public static class ProcessArguments
{
    /// <summary>The text to print; null where it is to start.</summary>
    internal static string? Answer(string[] args) => args switch
    {
        [.., "--version"] => Version,
        [.., "--help" or "-h" or "-?"] => $"""
            {Assembly.GetEntryAssembly()?.GetName().Name} {Version}

            Starts the server; Ctrl+C or SIGTERM stops it. Every setting of docs/configuration.md can be given
              as an argument              --Storage:Path /srv/chat/data
              as an environment variable  Storage__Path=/srv/chat/data
              or in appsettings.json, beside the program.
            Where it listens: --urls http://localhost:8000, or ASPNETCORE_URLS.
            """,
        _ => null,
    };

    public static string Version => typeof(ProcessArguments).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
