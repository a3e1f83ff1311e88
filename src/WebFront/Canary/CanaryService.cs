using System.Security.Cryptography;
using System.Text;
using ChatOrleans.Conversations;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Ids;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Realtime;
using ChatOrleans.WebFront.Realtime.Sessions;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Canary;

/// <summary>
/// Sends a message every so often, the way a device's command does, and waits for it on both ways back: pushed to a session, and
/// pulled. It waits for that very message: another process may be the same users.
/// </summary>
internal sealed partial class CanaryService(
    IGrainFactory grains, MessageCommands messages, ReadCommands reads, SyncCommands syncs, DeviceSessions sessions, CanaryRecord record,
    IOptions<CanaryOptions> options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<CanaryService> log) : BackgroundService
{
    /// <summary>One of 16: containers that are made anew have a name of their own each time, and would leave users behind without end.</summary>
    private static readonly string Here = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Environment.MachineName)))[..1];

    /// <summary>What anybody may still want to look at after a failure; without an end it would grow for ever.</summary>
    private static readonly Retention Kept = new(TimeSpan.FromHours(1), null);

    private readonly Actor _sender = new(new UserId($"{Caller.Reserved}sender.{Here}"), "Canary");
    private readonly Actor _receiver = new(new UserId($"{Caller.Reserved}receiver.{Here}"), "Canary");
    private CanaryConnection? _connection;
    private DeviceSession? _session;
    private string? _conversation;

    /// <summary>Of this process's users.</summary>
    internal ConversationId Conversation => ConversationId.Direct(_sender.Id, _receiver.Id);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Interval == TimeSpan.Zero)
        {
            return;
        }

        // Not before the host is up: what would fail then is no failure.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var up = lifetime.ApplicationStarted.Register(started.SetResult);
        try
        {
            await started.Task.WaitAsync(stoppingToken);
            using var timer = new PeriodicTimer(options.Value.Interval, time);
            do
            {
                await SendOnce(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
        finally
        {
            await Disconnect();
        }
    }

    private async Task SendOnce(CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, patience.Token);
        var path = CanaryPath.Send;
        try
        {
            var conversation = _conversation ??= await Create().WaitAsync(either.Token);
            var position = (await syncs.Read(_receiver, null, 1).WaitAsync(either.Token)).Position;
            var word = $"canary-{Guid.NewGuid():N}";
            var heard = (await Connected()).Hears(word);
            var began = time.GetTimestamp();
            var sent = await messages.Send(_sender, conversation, word, word, null).WaitAsync(either.Token);
            record.Came(path, time.GetElapsedTime(began));

            path = CanaryPath.Push;
            await heard.WaitAsync(either.Token);
            record.Came(path, time.GetElapsedTime(began));

            path = CanaryPath.Pull;
            while (!await Pulls(word).WaitAsync(either.Token))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), time, either.Token);
            }

            record.Came(path, time.GetElapsedTime(began));
            await reads.MarkRead(_receiver, conversation, sent.Message.Seq).WaitAsync(either.Token);

            async Task<bool> Pulls(string word)
            {
                var page = await syncs.Read(_receiver, position, 50);
                position = page.Position;
                return page.Events.Any(one => one.Event.Message?.Text == word);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure)
        {
            record.Failed(path, failure is OperationCanceledException ? $"{path}: nothing within {options.Value.Timeout.TotalSeconds:0.###} s." : $"{path} failed.");
            CanaryFailed(failure, path);
            await Disconnect();
        }
    }

    private async Task<string> Create()
    {
        var id = Conversation;
        await grains.Conversation(id).Create(new CreateConversation
        {
            Actor = _sender,
            Kind = ConversationKind.Direct,
            Members = [new NewMember(_receiver.Id, null, null)],
        });
        await grains.Reach<IConversationKeeping>(id.Value).SetRetention(Kept);
        return id.Value;
    }

    private async Task<CanaryConnection> Connected()
    {
        if (_connection is not { IsClosed: false })
        {
            await Disconnect();
            _connection = new CanaryConnection(time);
            _session = sessions.Open(_receiver, default, _connection, new ConnectionQuery(null, FrameFormat.Flat, Batch: false));
        }

        return _connection;
    }

    private async Task Disconnect()
    {
        if (_session is { } session)
        {
            (_session, _connection) = (null, null);
            await session.DisposeAsync();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The canary's message did not make it: {Path}.")]
    private partial void CanaryFailed(Exception failure, string path);
}
