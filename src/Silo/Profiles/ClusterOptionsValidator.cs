using ChatOrleans.Silo.Storage;
using Microsoft.Extensions.Options;

namespace ChatOrleans.Silo.Profiles;

/// <summary>Names the key, the rule and the fix of everything that is wrong at once.</summary>
internal sealed class ClusterOptionsValidator(IConfiguration configuration) : IValidateOptions<ClusterOptions>
{
    private static readonly AnnotatedOptions<ClusterOptions> _annotations = new();

    public ValidateOptionsResult Validate(string? name, ClusterOptions options)
    {
        List<string> failures = [.. _annotations.Validate(name, options).Failures ?? []];
        if (!ChatProfiles.TryParse(options.Profile, out var profile))
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

        foreach (var (key, port) in new[] { (nameof(options.SiloPort), options.SiloPort), (nameof(options.GatewayPort), options.GatewayPort) })
        {
            if (port is < 0 or > 65_535)
            {
                failures.Add($"Cluster:{key} must be 0 to 65535. Set it to a free TCP port, or leave it out for "
                    + $"{(key == nameof(options.SiloPort) ? "any free one" : "none")}.");
            }
        }

        if (profile == ChatProfile.AzureStorage && string.IsNullOrWhiteSpace(ChatClustering.RedisOf(options, configuration)))
        {
            failures.Add("Cluster:Redis is empty. With the profile AzureStorage it says in which Redis members find each other. Set it to host:port.");
        }

        if (!ChatProfiles.IsCluster(profile) && !options.HostsGrains)
        {
            failures.Add($"Cluster:HostsGrains is false, but with the profile {profile} there is no other process that could host them. "
                + "Leave it out, or set Cluster:Profile to Redis or AzureStorage.");
        }

        if (ChatProfiles.IsCluster(profile) && !MemberEndpoint.TryResolve(options.AdvertisedAddress, out _))
        {
            failures.Add($"Cluster:AdvertisedAddress is '{options.AdvertisedAddress}', which is no IP address and no host name that resolves to one. "
                + "Set it to the address at which other members reach this one, or leave it out for this machine's own.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
