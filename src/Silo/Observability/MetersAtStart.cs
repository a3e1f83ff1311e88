using ChatOrleans.Grains.Observability;

namespace ChatOrleans.Silo.Observability;

/// <summary>Makes the grains' instruments when the host starts, so that a query finds a zero before the first message.</summary>
internal sealed class MetersAtStart(ChatMetrics metrics) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        GC.KeepAlive(metrics);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
