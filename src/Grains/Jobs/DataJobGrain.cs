using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Ids;
using ChatOrleans.Jobs;
using ChatOrleans.Users;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Serialization;

namespace ChatOrleans.Grains.Jobs;

/// <summary>
/// A step at a time: do it, then store what came of it and how far the job is, in one write. A step that was done but not stored is
/// done again, which changes nothing.
/// </summary>
[Reentrant]
internal sealed partial class DataJobGrain : Grain, IDataJobGrain
{
    private const string StateKey = "job";
    private const int MessagesPerStep = 64;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestStep = TimeSpan.FromMinutes(5);

    private readonly GrainLog _log;
    private readonly ILogStore _store;
    private readonly Serializer _serializer;
    private readonly TimeProvider _time;
    private readonly TimeSpan _grace;
    private readonly ILogger _logger;
    private readonly DataJobKind _kind;
    private readonly UserId _user;
    private DataJob? _job;
    /// <summary>By this activation: the next one revokes again, and waits again.</summary>
    private long? _revokedAt;
    private Task _running = Task.CompletedTask;
    private Task _unlisting = Task.CompletedTask;
    private bool _starting;
    private bool _stopping;

    public DataJobGrain(ILogStore store, Serializer serializer, IOptions<GrainTiming> timing, TimeProvider time, ILogger<DataJobGrain> logger)
    {
        _grace = timing.Value.ErasureGrace;
        (_store, _serializer, _time, _logger) = (store, serializer, time, logger);
        (_kind, _user) = DataJobKeys.Parse(this.GetPrimaryKeyString());
        _log = new GrainLog(store, ChatGrains.JobOwner(this.GetPrimaryKeyString()), () => { }, Break);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _log.Load(cancellationToken);
        _job = await _store.ReadKey(_log.Owner, StateKey, cancellationToken) is { } stored ? _serializer.Deserialize<DataJob>(stored) : null;
        // Whoever asks how far it is finds it going on.
        await Resume();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _stopping = true;
        // The step under way; what it does not store is done again.
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public async Task<DataJob> Start()
    {
        // What took it off the list must not come after what lists it.
        await _unlisting;
        if (_job is not { IsRunning: true })
        {
            _starting = true;
            try
            {
                await GrainFactory.GetGrain<IJobListGrain>(IJobListGrain.Key).Begin(this.GetPrimaryKeyString());
                await Store(new DataJob { Kind = _kind, StartedAt = _time.GetUtcNow().UtcDateTime }, [], trim: true);
                _revokedAt = null;
            }
            finally
            {
                _starting = false;
            }
        }

        await Resume();
        return _job!;
    }

    public Task<DataJob?> Status() => Task.FromResult(_job);

    public Task Resume()
    {
        if (_job is { IsRunning: true } && _running.IsCompleted)
        {
            _running = Run();
        }
        else if (_job is { IsRunning: false } && !_starting && _unlisting.IsCompleted)
        {
            // It ended, and then something failed or was killed before it left the list.
            _unlisting = Unlist();
        }

        return Task.CompletedTask;
    }

    private async Task Unlist()
    {
        try
        {
            await GrainFactory.GetGrain<IJobListGrain>(IJobListGrain.Key).End(this.GetPrimaryKeyString());
        }
        catch (Exception e)
        {
            // The next sweep asks again.
            StepFailed(e, this.GetPrimaryKeyString());
        }
    }

    public async Task<ExportPage> Read(long from, int limit)
    {
        if (_job is not { IsRunning: false })
        {
            throw ChatException.NotFound("There is no finished export.");
        }

        var rows = await _store.Read(_log.Owner, LogTrack.Messages, from, limit, 1 << 20);
        ImmutableArray<ExportItem> items = [.. rows.Rows.Select(row => _serializer.Deserialize<ExportItem>(row)!)];
        var next = rows.First + items.Length;
        return new ExportPage(items, items.IsEmpty || next > _log.Committed(LogTrack.Messages) ? null : next);
    }

    private async Task Run()
    {
        while (_job is { IsRunning: true } job && !_stopping)
        {
            // Nobody need call a grain while it works; it would be collected as idle in the middle.
            DelayDeactivation(s_longestStep);
            try
            {
                await Step(job);
            }
            catch (Exception e)
            {
                StepFailed(e, this.GetPrimaryKeyString());
                _job = job with { Failures = job.Failures + 1 };
                await Task.Delay(s_pause, _time);
            }
        }
    }

    private Task Step(DataJob job) =>
        job.Conversations.IsDefault ? Begin(job)
        : job.ConversationsDone < job.Conversations.Length ? (_kind == DataJobKind.Erase ? EraseSome(job) : ExportSome(job))
        : Finish(job);

    private async Task Begin(DataJob job)
    {
        var user = GrainFactory.GetGrain<IUserGrain>(_user.Value);
        ImmutableArray<ExportItem> items = [];
        if (_kind == DataJobKind.Erase)
        {
            // Nothing is written any more while it is taken away, once everybody has heard of it.
            if (!await HaveTokensEnded(user))
            {
                return;
            }

            // Conversations learn it with each delivery, also while they are gone through.
            await GrainFactory.GetGrain<IUserKeeping>(_user.Value).ForgetName();
        }
        else
        {
            items = [new ExportItem { User = await user.Me(new Actor(_user, null)) }];
        }

        await Store(job with { Conversations = await GrainFactory.GetGrain<IUserKeeping>(_user.Value).Known() }, items);
    }

    /// <summary>False: not yet, after a pause; the step is to be done again.</summary>
    private async Task<bool> HaveTokensEnded(IUserGrain user)
    {
        if (_revokedAt is null)
        {
            await user.RevokeTokens();
            _revokedAt = _time.GetTimestamp();
        }

        if (_time.GetElapsedTime(_revokedAt.Value) >= _grace)
        {
            return true;
        }

        await Task.Delay(s_pause, _time);
        return false;
    }

    private async Task EraseSome(DataJob job)
    {
        var conversation = GrainFactory.GetGrain<IConversationKeeping>(job.Conversations[job.ConversationsDone].Value);
        var erased = await conversation.EraseSender(_user, job.NextSeq, MessagesPerStep);
        if (erased.Next is null)
        {
            await conversation.ForgetMember(_user);
        }

        await Store(Next(job, erased.Messages, erased.Next), []);
    }

    private async Task ExportSome(DataJob job)
    {
        var id = job.Conversations[job.ConversationsDone];
        var items = ImmutableArray.CreateBuilder<ExportItem>();
        if (job.NextSeq == 1)
        {
            items.Add(new ExportItem { Conversation = WithoutOthers(await GrainFactory.GetGrain<IConversationGrain>(id.Value).ViewForFeed(_user)) });
        }

        // Straight from the log: what is committed is all that counts.
        var rows = await _store.Read(ChatGrains.Owner(id), LogTrack.Messages, job.NextSeq, MessagesPerStep);
        var own = rows.Rows.Select(row => _serializer.Deserialize<Message>(row)!).Where(message => message.SenderId == _user).ToList();
        items.AddRange(own.Select(message => new ExportItem { Message = message }));
        await Store(Next(job, own.Count, rows.Rows.Length < MessagesPerStep ? null : rows.First + rows.Rows.Length), items.DrainToImmutable());
    }

    /// <summary>An export is kept: what others wrote, and are called, would outlive its deletion and their erasure there.</summary>
    private ConversationView WithoutOthers(ConversationView view) => view with
    {
        LastMessage = null,
        Members = [.. view.Members.Select(member => member.UserId == _user ? member : member with { Name = null, Label = null })],
    };

    private static DataJob Next(DataJob job, int messages, long? next) => job with
    {
        Messages = job.Messages + messages,
        NextSeq = next ?? 1,
        ConversationsDone = job.ConversationsDone + (next is null ? 1 : 0),
    };

    private async Task Finish(DataJob job)
    {
        if (_kind == DataJobKind.Erase)
        {
            await GrainFactory.GetGrain<IUserKeeping>(_user.Value).Forget();
            // An export that was made before would keep what is erased.
            var export = GrainFactory.GetGrain<IDataJobGrain>(DataJobKeys.Of(DataJobKind.Export, _user));
            if (await export.Status() is { } made)
            {
                if (made.IsRunning)
                {
                    // It may have read what has been erased since, and would go on as it is: it begins anew once it has ended.
                    await export.Resume();
                    await Task.Delay(s_pause, _time);
                    return;
                }

                await export.Start();
            }
        }

        await Store(job with { FinishedAt = _time.GetUtcNow().UtcDateTime }, []);
        JobFinished(this.GetPrimaryKeyString(), job.Messages, job.Conversations.Length);
        await (_unlisting = Unlist());
    }

    private async Task Store(DataJob job, ImmutableArray<ExportItem> items, bool trim = false)
    {
        _log.Begin();
        foreach (var item in items)
        {
            _log.Append(LogTrack.Messages, _serializer.SerializeToArray(item));
        }

        if (trim)
        {
            _log.Trim(LogTrack.Messages, _log.Last(LogTrack.Messages) + 1);
        }

        _log.SetKey(StateKey, _serializer.SerializeToArray(job));
        await _log.Flush();
        _job = job;
    }

    private void Break(Exception failure)
    {
        // The next activation reads what is there; the list of jobs, or whoever asks, wakes it.
        StepFailed(failure, this.GetPrimaryKeyString());
        _stopping = true;
        DeactivateOnIdle();
    }

    [LoggerMessage(LogLevel.Warning, "A step of the job {Job} failed; it is tried again.")]
    private partial void StepFailed(Exception exception, string job);

    [LoggerMessage(LogLevel.Information, "The job {Job} is done: {Messages} messages in {Conversations} conversations.")]
    private partial void JobFinished(string job, long messages, int conversations);
}
