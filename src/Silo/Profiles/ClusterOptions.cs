using System.ComponentModel.DataAnnotations;

namespace ChatOrleans.Silo.Profiles;

/// <summary>Which processes make one cluster and where it keeps things, configured under <c>Cluster</c>.</summary>
public sealed record ClusterOptions
{
    public const string Section = "Cluster";

    /// <summary>
    /// Clustering and storage as one choice. Default <c>Embedded</c>: one process, its data in one directory. <c>Memory</c>: one
    /// process, nothing is kept. <c>Redis</c>: a cluster that stores in Redis. <c>AzureStorage</c>: a cluster that stores in Azure
    /// Tables.
    /// </summary>
    public string Profile { get; set; } = nameof(ChatProfile.Embedded);

    /// <summary>Names the cluster; members with the same one find each other. Default <c>chat</c>.</summary>
    public string ClusterId { get; set; } = "chat";

    /// <summary>Names the data; stays the same for its whole life. Default <c>chat</c>.</summary>
    public string ServiceId { get; set; } = "chat";

    /// <summary>
    /// Redis in which the members of a cluster find each other, as StackExchange.Redis writes it. Default none: that of
    /// <c>Storage:Redis</c>; with the profile <c>AzureStorage</c> it must be set.
    /// </summary>
    public string Redis { get; set; } = "";

    /// <summary>TCP port on which members talk to each other. Default 0: any free one, as the others read it in Redis.</summary>
    public int SiloPort { get; set; }

    /// <summary>TCP port for Orleans clients from outside the cluster. Default 0: none, since a web front is a member.</summary>
    public int GatewayPort { get; set; }

    /// <summary>
    /// IP address or host name at which the other members reach this one. Default none: this machine's own address. A loopback
    /// address keeps the whole cluster on this machine.
    /// </summary>
    public string AdvertisedAddress { get; set; } = "";

    /// <summary>
    /// How long a member may take to answer another's probe. Default 2 s: shorter, and a busy member is taken for a dead one;
    /// longer, and a dead one is missed for longer. One whose process has ended is missed as soon as its probes fail; one that says
    /// nothing more on open connections (frozen, or its machine is gone) after 1.5 times this and <c>Cluster:NumMissedProbesLimit</c>: 6 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.2", "00:01:00", ErrorMessage = "Cluster:ProbeTimeout must be 00:00:00.2 to 00:01:00. Set it to the time that an answer may take, or leave it out for 00:00:02.")]
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Probes that a member may miss in a row until others hold it for dead. Default 2.</summary>
    [Range(1, 20, ErrorMessage = "Cluster:NumMissedProbesLimit must be 1 to 20. Set it so, or leave it out for 2.")]
    public int NumMissedProbesLimit { get; set; } = 2;

    /// <summary>
    /// Whether conversations and users live in this process too. Default true. A web front without them restarts without moving
    /// any; the cluster then needs at least one other member that hosts them.
    /// </summary>
    public bool HostsGrains { get; set; } = true;
}

/// <summary>The closed list of what <see cref="ClusterOptions.Profile"/> may say.</summary>
public enum ChatProfile
{
    /// <summary>One process on this machine, RocksDB in a directory.</summary>
    Embedded,

    /// <summary>One process, nothing is kept after it ends. For tests and demonstrations.</summary>
    Memory,

    /// <summary>Any number of processes that find each other and store in Redis.</summary>
    Redis,

    /// <summary>Any number of processes that find each other in Redis and store in Azure Tables.</summary>
    AzureStorage,
}
