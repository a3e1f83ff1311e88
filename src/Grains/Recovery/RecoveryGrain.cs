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

    private readonly StoredSet _listed;
    private readonly ConversationWaker _waker;
    private readonly ILogger _logger;
    private Task? _recovering;
    private bool _recoverAgain;

    public RecoveryGrain(ILogStore store, ConversationWaker waker, ILogger<RecoveryGrain> logger)
    {
        (_waker, _logger) = (waker, logger);
        _listed = new StoredSet(store, ChatGrains.RecoveryOwner(this.GetPrimaryKeyString()), Break);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken) => _listed.Load(cancellationToken);

    public Task List(ConversationId conversation) => _listed.Set(conversation.Value, listed: true);

    public Task Unlist(ConversationId conversation) => _listed.Set(conversation.Value, listed: false);

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
            var left = new Queue<ConversationId>(_listed.Names.Select(name => new ConversationId(name)));
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
