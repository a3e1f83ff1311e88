using ChatOrleans.Silo;

namespace ChatOrleans.Cli;

/// <summary>What was asked for.</summary>
/// <param name="AllowEmpty">Whether a store without anything in it is no mistake.</param>
/// <param name="Settings">As the servers take them: <c>--Storage:Path</c> <c>./data</c>, or <c>--Storage:Path=./data</c>.</param>
internal sealed record CommandLine(string Verb, string File = "", bool Quiet = false, bool AllowEmpty = false, params string[] Settings)
{
    public const string Help = "help";
    public const string Version = "version";

    public const string Usage = """
        chatorleans export FILE [settings]   all conversations and users of a store, into a file of JSON Lines
        chatorleans import FILE [settings]   the same, into an empty store
        chatorleans check  FILE              whether a file is whole and holds what it says
        chatorleans restored [settings]      to be called once after an older backup was put back, however that was done
        chatorleans --help, --version

        The servers are stopped meanwhile. A command that was ended goes on when it is asked for again; an import repeated changes nothing.
          --quiet                            no progress bar
          --allow-empty                      a store without anything in it is no mistake (export, restored)
        Settings are those of the servers, from appsettings.json in this directory, the environment, and here:
          --Cluster:Profile Embedded --Storage:Path ./data
          --Cluster:Profile Redis --Storage:Redis localhost:6379
          --Cluster:Profile AzureStorage --Storage:AzureTables "DefaultEndpointsProtocol=..."
        Ends with 0 when done, 1 when it could not, 2 when it was asked wrongly, 130 when interrupted.
        """;

    private static readonly string[] s_verbs = ["export", "import", "check", "restored"];

    /// <summary>Null, with the reason, where that is no command.</summary>
    public static CommandLine? Parse(string[] args, out string? mistake)
    {
        mistake = null;
        var words = new List<string>();
        var settings = new List<string>();
        var (quiet, allowEmpty) = (false, false);
        for (var i = 0; i < args.Length; i++)
            switch (args[i])
            {
                case "--help" or "-h" or "-?":
                    mistake = null;
                    return new CommandLine(Help);
                case "--version":
                    mistake = null;
                    return new CommandLine(Version);
                case "--quiet":
                    quiet = true;
                    break;
                case "--allow-empty":
                    allowEmpty = true;
                    break;
                case var word when !word.StartsWith('-'):
                    words.Add(word);
                    break;
                case var setting when StoreSettings.Mistake(setting) is { } unknown:
                    mistake ??= unknown;
                    break;
                case var setting when setting.Contains('=', StringComparison.Ordinal):
                    settings.Add(setting);
                    break;
                case var setting when i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal):
                    settings.AddRange(setting, args[++i]);
                    break;
                case var setting:
                    mistake ??= $"{setting} has no value.";
                    break;
            }

        if (words is [Help])
            return new CommandLine(Help);
        mistake ??= Mistake(words);
        return mistake is null ? new CommandLine(words[0], words.ElementAtOrDefault(1) ?? "", quiet, allowEmpty, [.. settings]) : null;
    }

    private static string? Mistake(List<string> words) => words switch
    {
        [] => "Say what to do.",
        [var verb, ..] when !s_verbs.Contains(verb) => $"There is no command '{verb}'.{Spelling.Hint(verb, s_verbs, known => known)}",
        ["restored"] or [not "restored", _] => null,
        [var verb] => $"Say also which file: chatorleans {verb} FILE.",
        [var verb, .., var last] => $"'{last}' is one word too many for {verb}.",
    };
}
