using ChatOrleans.Conversations;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Ids;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace ChatOrleans.Grains.Recovery;

[Reentrant]
internal sealed partial class RecoveryGrain : Grain, IRecoveryGrain
{
    private const int MostAtOnce = 32;

    private readonly GrainLog _log;
    private readonly ConversationWaker _waker;
    private readonly ILogger _logger;
    private readonly HashSet<ConversationId> _listed = [];
    private Task? _recovering;
    private bool _recoverAgain;

    public RecoveryGrain(ILogStore store, ConversationWaker waker, ILogger<RecoveryGrain> logger)
    {
        (_waker, _logger) = (waker, logger);
        _log = new GrainLog(store, ChatGrains.RecoveryOwner(this.GetPrimaryKeyString()), () => { }, Break);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _log.Load(cancellationToken);
        if (!_log.BeganEmpty)
        {
            // What the one before lists after it was read would be missed. (An empty store stays so where a server is only started on it.)
            await _log.TakeOver();
        }

        await foreach (var (key, _) in _log.Store.ScanKeys(_log.Owner, cancellationToken: cancellationToken))
        {
            _listed.Add(new ConversationId(key));
        }
    }

    public Task List(ConversationId conversation)
    {
        if (_listed.Add(conversation))
        {
            _log.Begin();
            _log.SetKey(conversation.Value, Array.Empty<byte>());
        }

        // Also for a known one: its first listing may still be on its way.
        return _log.Flush();
    }

    public Task Unlist(ConversationId conversation)
    {
        if (!_listed.Remove(conversation))
        {
            return Task.CompletedTask;
        }

        _log.Begin();
        _log.SetKey(conversation.Value, null);
        return _log.Flush();
    }

    public Task Recover()
    {
        _recoverAgain = true;
        if (_recovering is null or { IsCompleted: true })
        {
            _recovering = RecoverListed();
        }

        return Task.CompletedTask;
    }

    private async Task RecoverListed()
    {
        while (_recoverAgain)
        {
            // Asked again meanwhile, because another silo has died: that may have had some that were called already.
            _recoverAgain = false;
            var left = new Queue<ConversationId>(_listed);
            await Task.WhenAll(Enumerable.Range(0, MostAtOnce).Select(_ => RecoverAll(left)));
        }
    }

    /// <summary>One after another, beside others who do the same: one that does not answer holds up none of those.</summary>
    private async Task RecoverAll(Queue<ConversationId> left)
    {
        while (left.TryDequeue(out var conversation))
        {
            await Recover(conversation);
        }
    }

    private async Task Recover(ConversationId conversation)
    {
        try
        {
            await GrainFactory.GetGrain<IConversationGrain>(conversation.Value).Recover();
        }
        catch (Exception)
        {
            // It stays listed, and is called until it answers; the waker tells why it does not.
            _waker.Wake(conversation);
        }
    }

    private void Break(Exception failure)
    {
        LogWriteFailed(failure, this.GetPrimaryKeyString());
        DeactivateOnIdle();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A write of recovery list {Shard} failed; the grain deactivates and reads again.")]
    private partial void LogWriteFailed(Exception exception, string shard);
}
