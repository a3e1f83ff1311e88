using ChatOrleans.Silo;
using ChatOrleans.Silo.Profiles;
using ChatOrleans.Silo.Storage;

namespace ChatOrleans.Cli;

/// <summary>
/// Settings that say which store is meant. Another one among the arguments is refused: with a mistyped key the default store would be
/// taken, and nobody would notice.
/// </summary>
internal static class StoreSettings
{
    private static readonly string[] s_keys =
    [
        .. Settings.KeysBySection().Where(section => section.Key is ClusterOptions.Section or StorageOptions.Section).SelectMany(section => section.Select(key => $"{section.Key}:{key}")),
    ];

    /// <summary>What is wrong with an argument that begins with a dash; null where it names a setting.</summary>
    public static string? Mistake(string argument)
    {
        var name = argument.Split('=')[0];
        var key = name.TrimStart('-');
        return name == $"--{key}" && s_keys.Contains(key, StringComparer.OrdinalIgnoreCase)
            ? null
            : $"There is no setting {name} here.{Spelling.Hint(key, s_keys, known => $"--{known}")} Those of Cluster and Storage in docs/configuration.md are known.";
    }
}
