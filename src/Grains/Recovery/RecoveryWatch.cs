using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Jobs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace ChatOrleans.Grains.Recovery;

/// <summary>
/// Has every recovery list looked through when this silo has started, and whenever another one has died; that of jobs also every
/// minute: where the storage fails, a job ends with its activation, and so may the list that would wake it.
/// </summary>
internal sealed partial class RecoveryWatch(
    IGrainFactory grains, IClusterMembershipService membership, IOptions<GrainTiming> timing, TimeProvider time, ILogger<RecoveryWatch> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan s_jobsInterval = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task _watching = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(RecoveryWatch), ServiceLifecycleStage.Active + 1, Start, Stop);

    private Task Start(CancellationToken cancellationToken)
    {
        // Not awaited: a silo is ready before everything that was under way in the last run is delivered.
        _watching = Task.Run(() => Task.WhenAll(UntilStopped(WatchMembers), UntilStopped(WatchJobs)), CancellationToken.None);
        return Task.CompletedTask;
    }

    private async Task Stop(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _watching;
    }

    public void Dispose() => _stopping.Dispose();

    private async Task UntilStopped(Func<Task> watch)
    {
        try
        {
            await watch();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task WatchMembers()
    {
        // Looked at first: who dies while the lists are read had some of what was called already.
        var dead = DeadOf(membership.CurrentSnapshot);
        await RecoverAll();
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(_stopping.Token))
        {
            var now = DeadOf(snapshot);
            if (!now.IsSubsetOf(dead))
            {
                await RecoverAll();
            }

            dead = now;
        }
    }

    private async Task WatchJobs()
    {
        var interval = timing.Value.SweepInterval < s_jobsInterval ? timing.Value.SweepInterval : s_jobsInterval;
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(_stopping.Token))
        {
            await RecoverJobs();
        }
    }

    private Task RecoverJobs() => UntilRead("of jobs", grains.GetGrain<IJobListGrain>(IJobListGrain.Key).Recover);

    private static HashSet<SiloAddress> DeadOf(ClusterMembershipSnapshot snapshot) =>
        [.. snapshot.Members.Values.Where(member => member.Status == SiloStatus.Dead).Select(member => member.SiloAddress)];

    /// <summary>Each beside the others: one that can't be read holds up none of those.</summary>
    private Task RecoverAll() => Task.WhenAll(
        RecoveryShards.All.Select(shard => UntilRead(shard, grains.GetGrain<IRecoveryGrain>(shard).Recover)).Prepend(RecoverJobs()));

    private async Task UntilRead(string list, Func<Task> recover)
    {
        for (var failures = 0; ; failures++)
        {
            _stopping.Token.ThrowIfCancellationRequested();
            try
            {
                await recover();
                return;
            }
            catch (Exception e)
            {
                // A grain that is slow to come elsewhere tells it as a cancellation too: only the silo's own stop ends this.
                _stopping.Token.ThrowIfCancellationRequested();
                LogRecoveryFailed(e, list, Backoff.After(failures));
            }

            await Task.Delay(Backoff.After(failures), time, _stopping.Token);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Recovery list {List} could not be read; it is tried again in {Wait}.")]
    private partial void LogRecoveryFailed(Exception exception, string list, TimeSpan wait);
}
