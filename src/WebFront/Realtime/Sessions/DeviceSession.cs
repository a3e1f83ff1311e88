using ChatOrleans.Errors;
using ChatOrleans.WebFront.Commands;

namespace ChatOrleans.WebFront.Realtime.Sessions;

/// <summary>
/// One connected device: its feed flows out, its commands come in, and its signs of life decide how long it stays. Both doors,
/// hub and socket, hold one; it knows nothing of either. Disposing it ends the feed, and with it what the device shows.
/// </summary>
internal sealed partial class DeviceSession : IAsyncDisposable
{
    /// <summary>How long a command waits for the hello.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private readonly SessionContext _context;
    private readonly SessionAccess _access;
    private readonly FeedPump _pump;
    private readonly SessionAttention _attention;
    private readonly Action<DeviceSession> _ended;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CommandGate _commands = new();
    private Task _pumping = Task.CompletedTask;
    private int _closing;
    private int _ticking;
    private int _refusals;

    public DeviceSession(
        SessionContext context, ConnectionQuery query, SessionAccess access, MessageCommands messages, ReadCommands reads, ILogger log,
        Action<DeviceSession> ended)
    {
        (_context, _access, _log, _ended) = (context, access, log, ended);
        var mark = new FeedMark(query.After);
        _attention = new SessionAttention(context);
        _pump = new FeedPump(context, mark, _attention, log);
        Commands = new SessionCommands(context, mark, _attention, messages, reads);
    }

    public string Id => _context.Id;

    public string Transport => _context.Connection.Transport;

    public SessionCommands Commands { get; }

    public void Start() => _pumping = Pump();

    /// <summary>
    /// Commands take effect in the order they came (see <see cref="CommandGate"/>), and a flood waits in the network, not here; none
    /// before the hello, which is the first frame. False once the connection is closing: then nothing new is begun.
    /// </summary>
    /// <param name="beside">It keeps its place in the order by itself once <see cref="CommandBegun"/> is called.</param>
    public async ValueTask<bool> BeginCommand(bool beside = false)
    {
        if (IsClosing)
        {
            return false;
        }

        // In its place before the hello is waited for: over a hub several wait for it, and wake in any order.
        await _commands.Enter(beside);
        if ((_pump.Greeted.IsCompleted || await Greeted()) && !IsClosing)
        {
            return true;
        }

        if (beside)
        {
            _commands.Begun();
        }

        _commands.Leave();
        return false;
    }

    /// <summary>
    /// Null where the command that was begun may be done; otherwise what to answer. Who does not stop asking is closed, because
    /// refusing costs something too.
    /// </summary>
    public ValueTask<Failure?> Admit()
    {
        var spending = _context.Budget.Spend(1);
        return spending.IsCompletedSuccessfully ? new(Admit(spending.Result)) : Awaited(spending);

        async ValueTask<Failure?> Awaited(ValueTask<TimeSpan?> asked) => Admit(await asked);
    }

    private Failure? Admit(TimeSpan? wait)
    {
        if (wait is not { } time)
        {
            return null;
        }

        var refusal = _access.TooSoon(time);
        if (Interlocked.Increment(ref _refusals) > _access.RefusalsBeforeClose)
        {
            _ = Close(CloseCode.TooMany, "Too many commands.", refusal.RetryAfter);
        }

        return refusal;
    }

    /// <summary>Only of one that may be done beside others: the next may begin.</summary>
    public void CommandBegun() => _commands.Begun();

    public void EndCommand() => _commands.Leave();

    /// <summary>What to tell the device of a command that failed. Faults of ours are logged here, once.</summary>
    public Failure Refuse(Exception exception, string action)
    {
        var failure = Failure.Of(exception);
        if (failure.IsFault)
        {
            LogCommandFailed(exception, Id, action);
        }

        return failure;
    }

    /// <summary>Waits for a command under way to be answered, tells the device why, and closes. Only the first reason counts.</summary>
    public async Task Close(CloseCode code, string reason, TimeSpan? retryAfter = null)
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0)
        {
            return;
        }

        // Not for ever: a command that hangs has its own time limit, which is longer than anyone waits for a close. Before the hello none is begun.
        var entered = code != CloseCode.Silent && _pump.Greeted.IsCompleted && await _commands.Interrupt(TimeSpan.FromSeconds(5));
        try
        {
            await _stopping.CancelAsync();
            LogClosing(Id, (int)code);
            await _context.Connection.Close(code, reason, retryAfter);
        }
        finally
        {
            if (entered)
            {
                _commands.Leave();
            }
        }
    }

    /// <summary>Called every few seconds: pings who is silent, ends the attention of who stays so, closes who is gone.</summary>
    /// <param name="judgedSince">A timestamp: no silence before it counts.</param>
    public async Task Tick(DateTime now, long judgedSince)
    {
        // A grain that does not answer must not pile up ticks.
        if (Interlocked.Exchange(ref _ticking, 1) != 0)
        {
            return;
        }

        try
        {
            // Forgiven by half at each look, so that only a row of refusals counts.
            if (!IsFlooded)
            {
                Volatile.Write(ref _refusals, Volatile.Read(ref _refusals) / 2);
            }

            if (await _access.EndOf(_context, now) is { } ended)
            {
                await Close(CloseCode.Unauthenticated, ended);
                return;
            }

            var (silence, longest) = (_context.SilenceToJudge(judgedSince), _context.Options.Heartbeat * 2);
            if (silence >= longest && !MayBeUnableToSpeak(silence))
            {
                await Close(CloseCode.Silent, "Nothing heard for two heartbeats.");
                return;
            }

            // Pings between its parts are signs of life, and so is each byte: a frame has a time of its own.
            if (_context.Connection.UnfinishedSince is { } since && _context.Time.GetElapsedTime(Math.Max(since, judgedSince)) >= longest)
            {
                await Close(CloseCode.Silent, "A frame was not whole after two heartbeats.");
                return;
            }

            // Well before a heartbeat is over: the answer still has to come back.
            if (silence >= _context.Options.Heartbeat * 0.4)
            {
                _context.Connection.Ping();
            }

            await _attention.Tick(judgedSince);
        }
        catch (Exception failure)
        {
            // The next tick, or the next reading of the feed, says it again.
            LogTickFailed(failure, Id);
        }
        finally
        {
            Volatile.Write(ref _ticking, 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _closing, 1);
        await _stopping.CancelAsync();
        await _pumping;
        _ended(this);
    }

    /// <summary>
    /// While a command of its is under way nothing more is read from a device. One that reads slowly sees a ping only after all
    /// that lies before it, which may be hundreds of kilobytes in the two kernels: it has longer.
    /// </summary>
    private bool MayBeUnableToSpeak(TimeSpan silence) =>
        _commands.IsBusy || (_context.Connection.IsBackedUp && silence < _context.Options.Heartbeat * 10);

    /// <summary>It is being closed because it does not stop asking: nothing that still comes is worth a look.</summary>
    public bool IsFlooded => Volatile.Read(ref _refusals) > _access.RefusalsBeforeClose;

    private bool IsClosing => Volatile.Read(ref _closing) != 0;

    /// <summary>A device whose feed can't be opened is told to come back, rather than left without a word.</summary>
    private async Task<bool> Greeted()
    {
        try
        {
            await _pump.Greeted.WaitAsync(LongestSilence, _context.Time);
            return true;
        }
        catch (TimeoutException)
        {
            _ = Close(CloseCode.Restarting, "The feed can't be opened right now. Connect again.");
            return false;
        }
    }

    private async Task Pump()
    {
        // Off the connection's own start-up at once.
        await Task.Yield();
        try
        {
            if (await _pump.Run(_stopping.Token) is { } refusal)
            {
                if (refusal.Code == ErrorCode.RateLimited && !_pump.WasLetIn)
                {
                    _access.HasTooMany();
                }

                _ = Close(CloseCodes.CodeOf(refusal), refusal.Message, refusal.RetryAfter);
            }
        }
        catch (Exception fault)
        {
            LogPumpFailed(fault, Id);
            _ = Close(CloseCode.Restarting, "Something went wrong on our side. Connect again.");
        }
    }
}
