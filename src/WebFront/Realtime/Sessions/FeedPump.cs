using ChatOrleans.Errors;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Realtime.Sessions;

/// <summary>
/// Brings one user's feed to one connection: pull, encode, send, and pull again only when the connection took it. Whatever goes
/// wrong on the way, it asks again from the last cursor that was sent; the device only notices where the feed could not go on.
/// </summary>
internal sealed partial class FeedPump(SessionContext session, FeedMark mark, SessionAttention attention, ILogger log)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>After so many failures in a row one conversation that can't be read no longer holds up all the others.</summary>
    private const int FailuresBeforeLenience = 3;

    private readonly TaskCompletionSource _greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _failures;

    /// <summary>Completes when the first hello was sent, or none ever will be. Nothing else is sent before it.</summary>
    public Task Greeted => _greeted.Task;

    /// <summary>The last pull was let in: a refusal after that is none of the number of connections.</summary>
    public bool WasLetIn { get; private set; }

    private bool IsLenient => _failures >= FailuresBeforeLenience;

    /// <summary>Completes when the device is gone, when it was refused (then with the refusal), or when it is told to stop.</summary>
    public async Task<Failure?> Run(CancellationToken stopping)
    {
        try
        {
            return await ReadAgainAndAgain(stopping);
        }
        finally
        {
            _greeted.TrySetResult();
        }
    }

    private async Task<Failure?> ReadAgainAndAgain(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            using var reading = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            var start = mark.Begin(reading);
            WasLetIn = false;
            var began = session.Time.GetTimestamp();
            try
            {
                if (!await Read(start, reading.Token))
                {
                    return null;
                }
            }
            catch (OperationCanceledException) when (reading.IsCancellationRequested)
            {
                // It stops, or goes on elsewhere.
            }
            catch (ChatException refusal) when (refusal.Code is ErrorCode.RateLimited or ErrorCode.Unauthenticated or ErrorCode.Forbidden)
            {
                return Failure.Of(refusal);
            }
            catch (Exception failure)
            {
                // What went well for a while is no part of a row of failures, even where nothing came.
                _failures = session.Time.GetElapsedTime(began) > LongestWait * 2 ? 0 : _failures;
                await WaitAfter(failure, stopping);
            }
            finally
            {
                mark.End();
                start.Answer?.TrySetException(ChatException.Unavailable("The feed could not be opened. Try again."));
            }
        }

        return null;
    }

    /// <returns>False when the device is gone.</returns>
    private async Task<bool> Read(FeedStart start, CancellationToken cancellation)
    {
        var request = new FeedRequest
        {
            DeviceId = session.Id,
            Name = session.Actor.Name,
            After = start.After,
            Attention = attention.Present,
            Continues = start.Continues,
            ReplayUntil = start.ReplayUntil,
            TokenIssuedAt = session.Token.IssuedAt,
        };
        await foreach (var batch in session.Feeds.Read(session.User, request, cancellation))
        {
            WasLetIn = true;
            if (batch.Opening is { } opening && !await Open(opening, start))
            {
                return false;
            }

            if (!await Deliver(batch))
            {
                return false;
            }

            // An opening alone proves little: what failed may be the first batch after it.
            if (batch.Opening is null)
            {
                _failures = 0;
            }
        }

        return true;
    }

    private async ValueTask<bool> Open(FeedOpening opening, FeedStart start)
    {
        var snapshot = opening.Snapshot is { } marks ? await session.Views.Read(session.Actor.Id, marks, IsLenient) : null;
        if (!mark.Opened(opening))
        {
            return true;
        }

        var hello = new Hello(
            session.Actor.Id.Value, opening.Position, opening.Resumed, opening.Replayed, session.Id, session.Options.HeartbeatSeconds, snapshot);
        using var buffer = new FrameBuffer();
        session.Connection.Envelope.Wrap(buffer, new HelloFrame(hello));
        var sent = await session.Connection.Send(buffer.Written);
        _greeted.TrySetResult();
        start.Answer?.TrySetResult(hello);
        return sent;
    }

    private async ValueTask<bool> Deliver(FeedBatch batch)
    {
        // Nearly always null, and then at once.
        var conversations = await session.Views.ReadFor(session.Actor.Id, batch.Events, IsLenient);
        var (began, replayUntil) = (session.Time.GetUtcNow(), mark.ReplayUntil);
        var encoder = new BatchEncoder(session.Actor.Id, session.Connection, batch, conversations);
        while (!encoder.IsDone)
        {
            using var buffer = new FrameBuffer();
            var cursor = encoder.Encode(buffer, mark.SentCursor);
            if (buffer.Length > 0)
            {
                mark.Sending(cursor);
                if (!await session.Connection.SendTogether(buffer.Written))
                {
                    return false;
                }

                mark.Sent(cursor);
            }
        }

        session.Metrics.Sent(batch, replayUntil, began, session.Time.GetUtcNow(), session.Connection.Transport);
        mark.SawHead(batch.Head);
        return true;
    }

    /// <summary>An enumeration that the grain let go of (it moved, it rested) is asked for again at once; a failure after a while.</summary>
    private async Task WaitAfter(Exception failure, CancellationToken stopping)
    {
        if (failure is EnumerationAbortedException && _failures++ == 0)
        {
            return;
        }

        var wait = Math.Min(FirstWait.TotalMilliseconds * (1 << Math.Min(_failures++, 10)), LongestWait.TotalMilliseconds);
        LogFeedFailed(failure, session.Id, _failures);
        if (_failures == FailuresBeforeLenience)
        {
            LogFeedKeepsFailing(failure, session.Id, _failures);
        }

        try
        {
            // Between half and the whole of it: many devices lose one grain or silo together.
            await Task.Delay(TimeSpan.FromMilliseconds(wait * (0.5 + (Random.Shared.NextDouble() / 2))), session.Time, stopping);
        }
        catch (OperationCanceledException)
        {
            // The loop sees that it is to stop.
        }
    }
}
