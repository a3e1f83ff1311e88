using Orleans.Runtime;

namespace ChatOrleans.Grains.Hosting;

/// <summary>
/// Tells the grains of this process that their silo stops. A grain deactivates only once none of its calls is under way, and a
/// device's feed always is one.
/// </summary>
public sealed class SiloStop : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Cancelled before anything of the silo stops.</summary>
    public CancellationToken Token => _stopping.Token;

    public void Participate(ISiloLifecycle observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        observer.Subscribe(nameof(SiloStop), ServiceLifecycleStage.Last, static _ => Task.CompletedTask, _ => _stopping.CancelAsync());
    }

    public void Dispose() => _stopping.Dispose();
}
