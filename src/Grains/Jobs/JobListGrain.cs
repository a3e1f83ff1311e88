using ChatOrleans.Conversations;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Ids;
using ChatOrleans.Jobs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace ChatOrleans.Grains.Jobs;

[Reentrant]
internal sealed partial class JobListGrain : Grain, IJobListGrain
{
    private const string JobPrefix = "job/";
    private const string RetentionPrefix = "retention/";

    private readonly StoredSet _listed;
    private readonly GrainTiming _timing;
    private readonly ILogger _logger;

    public JobListGrain(ILogStore store, IOptions<GrainTiming> timing, ILogger<JobListGrain> logger)
    {
        (_timing, _logger) = (timing.Value, logger);
        _listed = new StoredSet(store, ChatGrains.JobListOwner, Break);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _listed.Load(cancellationToken);
        this.RegisterGrainTimer(Sweep, new GrainTimerCreationOptions
        {
            DueTime = _timing.SweepInterval,
            Period = _timing.SweepInterval,
            Interleave = true,
            KeepAlive = true,
        });
    }

    public Task Begin(string job) => _listed.Set(JobPrefix + job, listed: true);

    public Task End(string job) => _listed.Set(JobPrefix + job, listed: false);

    public Task Keep(ConversationId conversation, bool forever) => _listed.Set(RetentionPrefix + conversation, listed: !forever);

    public Task Recover()
    {
        foreach (var key in _listed.Names.Where(key => key.StartsWith(JobPrefix, StringComparison.Ordinal)).ToList())
        {
            _ = Quietly(key, () => GrainFactory.GetGrain<IDataJobGrain>(key[JobPrefix.Length..]).Resume());
        }

        return Task.CompletedTask;
    }

    private async Task Sweep(CancellationToken cancellationToken)
    {
        await Recover();
        foreach (var key in _listed.Names.Where(key => key.StartsWith(RetentionPrefix, StringComparison.Ordinal)).ToList())
        {
            await Quietly(key, () => GrainFactory.GetGrain<IConversationKeeping>(key[RetentionPrefix.Length..]).Sweep());
        }
    }

    private async Task Quietly(string key, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception e)
        {
            // It stays listed: the next sweep, or the next start, tries again.
            ListedFailed(e, key);
        }
    }

    private void Break(Exception failure)
    {
        WriteFailed(failure);
        DeactivateOnIdle();
    }

    [LoggerMessage(LogLevel.Warning, "{Listed} could not be gone on with; it is tried again.")]
    private partial void ListedFailed(Exception exception, string listed);

    [LoggerMessage(LogLevel.Warning, "A write of the list of jobs failed; the grain deactivates and reads again.")]
    private partial void WriteFailed(Exception exception);
}
