using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ChatOrleans.Conversations;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Silo.Observability;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Realtime.Sessions;

/// <summary>All connected devices of this process: opens sessions, looks after their signs of life, and closes them when it stops.</summary>
internal sealed class DeviceSessions : BackgroundService
{
    /// <summary>Who takes nothing any more is not waited for.</summary>
    private static readonly TimeSpan LongestClose = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, DeviceSession> _open = new();
    private readonly IGrainFactory _grains;
    private readonly NearbyFeeds _feeds;
    private readonly MessageCommands _messages;
    private readonly ReadCommands _reads;
    private readonly ConversationViews _views;
    private readonly RealtimeOptions _options;
    private readonly TimeProvider _time;
    private readonly RealtimeMetrics _metrics;
    private readonly SessionAccess _access;
    private readonly ILogger<DeviceSession> _log;
    private readonly HubRequests _hubRequests;
    private readonly CancellationToken _stopping;

    public DeviceSessions(
        IGrainFactory grains, NearbyFeeds feeds, MessageCommands messages, ReadCommands reads, ConversationViews views, IOptions<RealtimeOptions> options,
        SessionAccess access, TimeProvider time, ILogger<DeviceSession> log, RealtimeMetrics metrics, IMeterFactory meters,
        HubRequests hubRequests, IHostApplicationLifetime lifetime)
    {
        (_grains, _feeds, _messages, _reads, _views, _options, _access, _time, _log, _metrics, _hubRequests) =
            (grains, feeds, messages, reads, views, options.Value, access, time, log, metrics, hubRequests);
        _stopping = lifetime.ApplicationStopping;
        meters.Create(ChatObservability.MeterName).CreateObservableGauge(
            "chat.connections", CountByTransport, unit: "{connection}", description: "Devices that are connected to this process.");
    }

    public int Count => _open.Count;

    /// <summary>Opens a session and starts its feed. Whoever opens it disposes it.</summary>
    public DeviceSession Open(Actor actor, TokenTimes token, DeviceConnection connection, ConnectionQuery query)
    {
        var id = Guid.NewGuid().ToString("N");
        var context = new SessionContext(id, actor, token, connection, _grains.User(actor.Id), _feeds, _views, _options, _time, _metrics,
            _access.BudgetOf(actor));
        var session = new DeviceSession(context, query, _access, _messages, _reads, _log, ended => _open.TryRemove(ended.Id, out _));
        _open[id] = session;
        session.Start();
        if (_stopping.IsCancellationRequested)
        {
            _ = Close(session);
        }

        return session;
    }

    /// <summary>
    /// Devices are told when the host begins to stop, not when it is this service's turn: the web server waits for its connections first.
    /// The last to register is called first, and SignalR, which registered when it was built, ends its own connections without a word as
    /// soon as it is called: so it is held up until all have been told.
    /// </summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        var longest = LongestClose + TimeSpan.FromSeconds(_options.StopSpreadSeconds);
        _stopping.Register(() => Task.Run(CloseAllToTheEnd).Wait(longest, CancellationToken.None));
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // One timer for all: a fifth of a heartbeat is exact enough to see one pass.
        var period = _options.Heartbeat / 5;
        using var timer = new PeriodicTimer(period, _time);
        var (looked, judgedSince) = (_time.GetTimestamp(), long.MinValue);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var (before, now) = (looked, _time.GetUtcNow().UtcDateTime);
                looked = _time.GetTimestamp();
                // This process stood still, as a machine does that is moved. What devices said meanwhile is not read yet, so that all of them
                // would be taken for gone at once.
                judgedSince = _time.GetElapsedTime(before, looked) > period + (_options.Heartbeat / 2) ? looked : judgedSince;
                foreach (var (_, session) in _open)
                {
                    _ = session.Tick(now, judgedSince);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    /// <summary>Tells every device to come back, which a balancer leads to another member.</summary>
    public Task CloseAll() => Task.WhenAll(_open.Values.Select(Close));

    private async Task CloseAllToTheEnd()
    {
        await CloseAll();
        await _hubRequests.Ended();
    }

    /// <summary>Spread out, so that those who come back do not all come at once.</summary>
    private async Task Close(DeviceSession session)
    {
        await Task.Delay(TimeSpan.FromSeconds(_options.StopSpreadSeconds * Random.Shared.NextDouble()), _time);
        await session.Close(CloseCode.Restarting, "The server restarts.");
    }

    private IEnumerable<Measurement<int>> CountByTransport() => _open.Values
        .GroupBy(session => session.Transport)
        .Select(group => new Measurement<int>(group.Count(), new KeyValuePair<string, object?>("transport", group.Key)));
}
