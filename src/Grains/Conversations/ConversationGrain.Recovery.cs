using System.Collections.Immutable;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Recovery;
using Orleans.Runtime;

namespace ChatOrleans.Grains.Conversations;

/// <summary>
/// What is left for the next activation: the head, a checkpoint of both logs' fold, and the place on the recovery list, by which the
/// conversation is woken after a crash while anybody may lack something.
/// </summary>
public sealed partial class ConversationGrain
{
    private Task? _listed;
    private TimeSpan _listAgainAt;
    private int _listFailures;
    private Task<bool> _writingHead = Task.FromResult(true);
    /// <summary>True once this activation has looked for the last time whether somebody lacks something.</summary>
    private bool _ended;
    /// <summary>True where a name or a read mark is known that neither the head nor a log tells.</summary>
    private bool _learnedMore;

    public async Task Recover()
    {
        if (_broken)
        {
            throw ChatException.Unavailable("The conversation is about to be read again. Try again.");
        }

        if (_state.Exists)
        {
            await _log.Rows.TakeOver();
            // Also where nobody was there to list it: that may have failed together with what it was for. It leaves the list when it comes to rest.
            var listed = Listed();
            WatchOutbox();
            await DeliverTo(_outbox.Tick(_log.Committed, Recipients(), Target, _time.Uptime(), atOnce: true), mustSucceed: false);
            await listed.WaitAsync(_siloStop.Token);
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Leave();
        _leaving?.Dispose();
        _outboxTimer?.Dispose();
        _metrics.Lagging.Forget(_id);
        // Others see to what is listed once this silo has gone.
        var stops = reason.ReasonCode == DeactivationReasonCode.ShuttingDown;
        if ((_log.Rows.HasWritten || _learnedMore) && !_broken)
        {
            try
            {
                await WriteHead();
                if (!stops)
                {
                    await Unlist();
                }
            }
            catch (Exception e)
            {
                // Nothing is lost: the conversation stays listed, and its next activation folds the logs from the older head.
                LogHeadNotWritten(e, _id);
            }
        }

        _ended = true;
        if (!stops && !_broken && !IsAtRest)
        {
            // Let go to save memory, or because its own ticks were late on a busy machine: nobody else goes on telling.
            _waker.Wake(_id);
        }
    }

    /// <summary>
    /// Completes when a crash could not put the conversation to sleep. Where that fails the caller is told to repeat, durable or
    /// not, and the repeat lists it anew.
    /// </summary>
    private Task Listed() => _listed is { IsFaulted: false, IsCanceled: false } listed
        ? listed
        : _listed = GrainFactory.GetGrain<IRecoveryGrain>(RecoveryShards.Of(_id)).List(_id);

    /// <summary>Where listing failed, with the answer to a post, it is nobody else's to try again.</summary>
    private async Task ListAgain()
    {
        if (_listed is { IsCompleted: false } or { IsCompletedSuccessfully: true } || _time.Uptime() < _listAgainAt)
        {
            return;
        }

        try
        {
            await Listed();
            _listFailures = 0;
        }
        catch (Exception)
        {
            // Its list's grain tells why.
            _listAgainAt = _time.Uptime() + Backoff.After(_listFailures++);
        }
    }

    private async Task Rest()
    {
        try
        {
            await WriteHead();
            await Unlist();
        }
        catch (Exception e)
        {
            LogNotUnlisted(e, _id);
        }
    }

    /// <summary>Leaves the recovery list if nobody lacks anything. A post meanwhile lists it anew, behind this call.</summary>
    private async Task Unlist()
    {
        if (!_broken && _listed is { IsCompletedSuccessfully: true } && IsAtRest)
        {
            _listed = null;
            await GrainFactory.GetGrain<IRecoveryGrain>(RecoveryShards.Of(_id)).Unlist(_id);
        }
    }

    /// <summary>Something for the head that no log tells: written at rest, or when this activation ends.</summary>
    private void LearnedMore()
    {
        _learnedMore = true;
        if (_resting && !_left)
        {
            WatchOutbox();
        }
    }

    /// <summary>True where the head was stored as it is at a time after this call: not where one was being written already.</summary>
    private Task<bool> WriteHead() => _broken || !_writingHead.IsCompleted ? Task.FromResult(false) : _writingHead = StoreHead();

    private async Task<bool> StoreHead()
    {
        try
        {
            // Only what is committed may be in the head; a staged change is in the state already, so wait for it.
            await _log.Rows.Flush();
            if (_state.Rev != _log.Committed.Rev)
            {
                return false;
            }

            _learnedMore = false;
            var head = new ConversationHead
            {
                State = _state,
                Seq = _log.Committed.Seq,
                Names = _names.ToImmutableDictionary(),
                ReadSeqs = _readSeqs.ToImmutableDictionary(entry => entry.Key, entry => Math.Min(entry.Value, _log.Committed.Seq)),
                Floor = _outbox.Floor,
                Behind = _outbox.Behind.ToImmutableDictionary(),
                LastTimestamp = _lastTimestamp,
                Untold = _untold.From,
            };
            await _head.Write(head);
            _headSeq = head.Seq;
            return true;
        }
        catch (Exception e)
        {
            // Another activation has written, or the storage is away: the next activation reads what is there.
            LogHeadNotWritten(e, _id);
            GiveUp(wakeNext: !IsAtRest);
            return false;
        }
    }
}
