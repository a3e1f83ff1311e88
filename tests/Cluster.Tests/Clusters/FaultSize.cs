namespace ChatOrleans.Cluster.Tests.Clusters;

/// <summary>How much the fault suite asks of the machine.</summary>
/// <param name="Kills">Silos that are killed, one after another.</param>
/// <param name="Stop">How long Redis stays stopped, and a silo frozen.</param>
/// <param name="Again">
/// How long after the cluster has noticed a death every device has events again, beyond what that takes when nothing happens. Promised are
/// 5 s, on a machine of one's own; the short form, for machines shared with others, asks that it come and tells how long it took.
/// </param>
public sealed record FaultSize(LoadSize Load, int Kills, TimeSpan Stop, TimeSpan Again)
{
    /// <summary>For every run: a few minutes on two cores.</summary>
    private static readonly FaultSize _short = new(new LoadSize(Conversations: 12, Largest: 16, Users: 24, TimeSpan.FromMilliseconds(400)), Kills: 2, TimeSpan.FromSeconds(8), Again: TimeSpan.FromSeconds(20));

    private static readonly FaultSize _long = new(new LoadSize(Conversations: 30, Largest: 50, Users: 80, TimeSpan.FromMilliseconds(500)), Kills: 10, TimeSpan.FromSeconds(20), Again: TimeSpan.FromSeconds(5));

    /// <summary>The long one where CHAT_FAULTS is <c>long</c>.</summary>
    public static FaultSize Chosen => Environment.GetEnvironmentVariable("CHAT_FAULTS") == "long" ? _long : _short;
}
