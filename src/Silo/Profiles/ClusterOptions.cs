using Microsoft.Extensions.Options;

namespace ChatOrleans.Silo.Profiles;

/// <summary>Which processes make one cluster and where it keeps things, configured under <c>Cluster</c>.</summary>
public sealed record ClusterOptions
{
    public const string Section = "Cluster";

    /// <summary>Clustering and storage as one choice. Default <c>Embedded</c>: one process, its data in one directory.</summary>
    public string Profile { get; set; } = nameof(ChatProfile.Embedded);

    /// <summary>Names the cluster; members with the same one find each other. Default <c>chat</c>.</summary>
    public string ClusterId { get; set; } = "chat";

    /// <summary>Names the data; stays the same for its whole life. Default <c>chat</c>.</summary>
    public string ServiceId { get; set; } = "chat";

    /// <summary>TCP port on which members talk to each other. Default 0: any free one, which is what a single process needs.</summary>
    public int SiloPort { get; set; }
}

/// <summary>The closed list of what <see cref="ClusterOptions.Profile"/> may say.</summary>
public enum ChatProfile
{
    /// <summary>One process on this machine, RocksDB in a directory.</summary>
    Embedded,

    /// <summary>One process, nothing is kept after it ends. For tests and demonstrations.</summary>
    Memory,
}

internal sealed class ClusterOptionsValidator : IValidateOptions<ClusterOptions>
{
    public ValidateOptionsResult Validate(string? name, ClusterOptions options)
    {
        List<string> failures = [];
        if (!ChatProfiles.TryParse(options.Profile, out _))
        {
            failures.Add($"Cluster:Profile is '{options.Profile}'. It must be one of {string.Join(", ", Enum.GetNames<ChatProfile>())}. "
                + "Set it to one of these, or leave it out for Embedded.");
        }

        foreach (var (key, value) in new[] { (nameof(options.ClusterId), options.ClusterId), (nameof(options.ServiceId), options.ServiceId) })
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                failures.Add($"Cluster:{key} is empty. It names the {(key == nameof(options.ClusterId) ? "cluster" : "data")}. Set it, or leave it out for 'chat'.");
            }
        }

        if (options.SiloPort is < 0 or > 65_535)
        {
            failures.Add("Cluster:SiloPort must be 0 to 65535. Set it to a free TCP port, or leave it out for any free one.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
