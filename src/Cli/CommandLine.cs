namespace ChatOrleans.Cli;

/// <summary>What was asked for.</summary>
/// <param name="Settings">As the servers take them: <c>--Storage:Path</c> <c>./data</c>, or <c>--Storage:Path=./data</c>.</param>
internal sealed record CommandLine(string Verb, string File, bool Quiet, string[] Settings)
{
    public const string Usage = """
        chatorleans export FILE [settings]   all conversations and users of a store, into a file of JSON Lines
        chatorleans import FILE [settings]   the same, into an empty store
        chatorleans check  FILE              whether a file is whole and holds what it says
        chatorleans restored [settings]      to be called once after an older backup was put back, however that was done

        The servers are stopped meanwhile. A command that was ended goes on when it is asked for again; an import repeated changes nothing.
          --quiet                            no progress bar
        Settings are those of the servers, from appsettings.json in this directory, the environment, and here:
          --Cluster:Profile Embedded --Storage:Path ./data
          --Cluster:Profile Redis --Storage:Redis localhost:6379
          --Cluster:Profile AzureStorage --Storage:AzureTables "DefaultEndpointsProtocol=..."
        Ends with 0 when done, 1 when it could not, 2 when it was asked wrongly, 130 when interrupted.
        """;

    /// <summary>Null, with the reason, where that is no command.</summary>
    public static CommandLine? Parse(string[] args, out string? mistake)
    {
        mistake = null;
        var words = new List<string>();
        var settings = new List<string>();
        var quiet = false;
        for (var i = 0; i < args.Length; i++)
            if (args[i] == "--quiet")
            {
                quiet = true;
            }
            else if (!args[i].StartsWith('-'))
            {
                words.Add(args[i]);
            }
            else
            {
                settings.Add(args[i]);
                if (!args[i].Contains('=', StringComparison.Ordinal))
                {
                    if (i + 1 == args.Length)
                        mistake = $"{args[i]} has no value.";
                    else
                        settings.Add(args[++i]);
                }
            }

        if (words is not (["export" or "import" or "check", _] or ["restored"]))
            mistake ??= "Say what to do, and with which file.";
        return mistake is null ? new CommandLine(words[0], words.ElementAtOrDefault(1) ?? "", quiet, [.. settings]) : null;
    }
}
