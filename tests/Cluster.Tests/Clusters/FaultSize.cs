namespace ChatOrleans.Cluster.Tests.Clusters;

/// <summary>How much the fault suite asks of the machine.</summary>
/// <param name="Kills">Silos that are killed, one after another.</param>
/// <param name="Stop">How long Redis stays stopped, and a silo frozen.</param>
public sealed record FaultSize(LoadSize Load, int Kills, TimeSpan Stop)
{
    /// <summary>For every run: a few minutes on two cores.</summary>
    private static readonly FaultSize _short = new(new LoadSize(Conversations: 12, Largest: 16, Users: 24, TimeSpan.FromMilliseconds(400)), Kills: 2, TimeSpan.FromSeconds(8));

    private static readonly FaultSize _long = new(new LoadSize(Conversations: 30, Largest: 50, Users: 80, TimeSpan.FromMilliseconds(500)), Kills: 10, TimeSpan.FromSeconds(20));

    /// <summary>The long one where CHAT_FAULTS is <c>long</c>.</summary>
    public static FaultSize Chosen => Environment.GetEnvironmentVariable("CHAT_FAULTS") == "long" ? _long : _short;
}
