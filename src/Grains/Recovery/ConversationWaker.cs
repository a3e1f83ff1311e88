using ChatOrleans.Conversations;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Ids;
using Microsoft.Extensions.Logging;

namespace ChatOrleans.Grains.Recovery;

/// <summary>
/// Calls conversations whose activation ended before its time, until they answer, also while their storage is away: something may be
/// stored that nobody was told of, and nobody else may ever ask. Where this process dies meanwhile, the recovery list does it.
/// </summary>
public sealed partial class ConversationWaker(IGrainFactory grains, TimeProvider time, SiloStop siloStop, ILogger<ConversationWaker> logger)
{
    private const int MostAtOnce = 32;

    private readonly Lock _gate = new();
    private readonly HashSet<ConversationId> _asleep = [];
    private bool _waking;

    /// <summary>Returns at once.</summary>
    public void Wake(ConversationId conversation)
    {
        lock (_gate)
        {
            _asleep.Add(conversation);
            if (_waking)
            {
                return;
            }

            _waking = true;
        }

        // Not in the turns of the grain that goes.
        _ = Task.Run(WakeUntilAwake);
    }

    private async Task WakeUntilAwake()
    {
        for (var failures = 0; TakeAsleep() is { Length: > 0 } asleep;)
        {
            Exception? failure = null;
            foreach (var some in asleep.Chunk(MostAtOnce))
            {
                failure = (await Task.WhenAll(some.Select(TryWake))).FirstOrDefault(one => one is not null) ?? failure;
            }

            if (failure is not null && !siloStop.Token.IsCancellationRequested)
            {
                var wait = Backoff.After(failures++);
                LogAsleep(failure, asleep.Length, wait);
                await Task.Delay(wait, time, siloStop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Empty, and this is over, where nobody is left or the silo stops.</summary>
    private ConversationId[] TakeAsleep()
    {
        lock (_gate)
        {
            ConversationId[] asleep = siloStop.Token.IsCancellationRequested ? [] : [.. _asleep];
            _asleep.Clear();
            _waking = asleep.Length > 0;
            return asleep;
        }
    }

    private async Task<Exception?> TryWake(ConversationId conversation)
    {
        try
        {
            await grains.GetGrain<IConversationGrain>(conversation.Value).Recover().WaitAsync(siloStop.Token);
            return null;
        }
        catch (Exception failure)
        {
            lock (_gate)
            {
                _asleep.Add(conversation);
            }

            return failure;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Of {Count} conversations whose storage failed some do not answer yet; they are called again in {Wait}.")]
    private partial void LogAsleep(Exception exception, int count, TimeSpan wait);
}
