using System.Diagnostics;
using System.Globalization;
using System.Text;
using ChatOrleans.Conversations;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Ids;
using ChatOrleans.LoadTester.Load;
using ChatOrleans.Users;

namespace ChatOrleans.LoadTester.Drivers;

/// <summary>A person's device without a socket: it reads the feed as the web front end does, and posts to the grains.</summary>
internal sealed class GrainDevice(Person person, Traffic traffic, IGrainFactory grains, NearbyFeeds feeds) : Device(person, traffic)
{
    private readonly SortedDictionary<long, (Sending Sending, string Text, long Number)> _unanswered = [];
    private readonly Dictionary<ConversationId, long> _seqs = [];
    private readonly Lock _gate = new();
    private CancellationTokenSource? _connection;
    private FeedPosition? _position;
    private Task _reading = Task.CompletedTask;
    private long _requests;

    /// <summary>How often the feed could not go on where the device was.</summary>
    public int NotResumed { get; private set; }

    /// <summary>How often events were left out because the device took them too slowly.</summary>
    public int FellBehind { get; private set; }

    public override async Task Connect(CancellationToken cancellationToken)
    {
        var connection = _connection = new CancellationTokenSource();
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _reading = Read(opened, connection.Token);
        await opened.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
        (long, (Sending, string, long))[] again;
        lock (_gate)
        {
            again = [.. _unanswered.Select(one => (one.Key, one.Value))];
        }

        foreach (var (request, (sending, text, number)) in again)
        {
            _ = Send(request, sending, text, number);
        }
    }

    public override void Post(Sending sending)
    {
        Span<byte> text = stackalloc byte[Math.Max(128, Traffic.Options.Payload)];
        lock (_gate)
        {
            var number = sending.Next();
            var length = new Marker(sending.Room.Index, Person.Index, number, Stopwatch.GetTimestamp()).Write(text, Traffic.Options.Payload);
            var message = Encoding.UTF8.GetString(text[..length]);
            var request = ++_requests;
            if (Traffic.Options.Verify)
            {
                _unanswered[request] = (sending, message, number);
            }

            _ = Send(request, sending, message, number);
        }
    }

    public override void MarkRead(Room room, long seq) => _ = grains.GetGrain<IUserGrain>(Person.Id).MarkRead(new ConversationId(room.Id), seq);

    public override void Flush()
    {
    }

    public override void Cut() => _connection?.Cancel();

    public override async ValueTask DisposeAsync()
    {
        Cut();
        await _reading;
    }

    public Task Ended() => _reading;

    private async Task Send(long request, Sending sending, string text, long number)
    {
        try
        {
            await grains.GetGrain<IConversationGrain>(sending.Room.Id).Post(new PostMessage
            {
                Actor = new Actor(new UserId(Person.Id), null),
                Text = text,
                ClientMessageId = number.ToString(CultureInfo.InvariantCulture),
            });
            lock (_gate)
            {
                _unanswered.Remove(request);
            }
        }
        catch (Exception e)
        {
            Traffic.WasRefused(e.Message);
        }
    }

    private async Task Read(TaskCompletionSource opened, CancellationToken cancellationToken)
    {
        await Task.Yield();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ReadFeed(opened, cancellationToken);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                // The connection was cut.
            }
            catch (Exception e) when (!opened.Task.IsCompleted)
            {
                opened.TrySetException(e);
                return;
            }
            catch (Exception)
            {
                // As in the front end: whatever failed, ask again from the last position.
            }
        }
    }

    private async Task ReadFeed(TaskCompletionSource opened, CancellationToken cancellationToken)
    {
        var request = new FeedRequest { DeviceId = $"{Person.Id}/{Guid.NewGuid():n}", After = _position };
        await foreach (var batch in feeds.Read(grains.GetGrain<IUserGrain>(Person.Id), request, cancellationToken))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            if (batch.Opening is { } opening)
            {
                NotResumed += _position is not null && !opening.Resumed ? 1 : 0;
                _position = opening.Position;
                opened.TrySetResult();
            }

            if (batch.Behind is { } behind)
            {
                await PullWhatWasLeftOut(behind);
            }

            foreach (var one in batch.Events)
            {
                _position = _position!.Value with { Cursor = one.Entry.Cursor };
                if (one is { Entry.Kind: FeedEntryKind.NewMessage, Message: { } message })
                {
                    Received(message);
                }
            }
        }
    }

    /// <summary>As a client must: the device took its events too slowly, so it reads on by seq.</summary>
    private async Task PullWhatWasLeftOut(Behind behind)
    {
        foreach (var mark in behind.Conversations)
        {
            for (var after = _seqs.GetValueOrDefault(mark.ConversationId); after < mark.LastSeq; after = _seqs[mark.ConversationId])
            {
                var page = await grains.GetGrain<IConversationGrain>(mark.ConversationId.Value)
                    .ReadMessages(new ReadMessages(new UserId(Person.Id), null, after, (int)Math.Min(200, mark.LastSeq - after)));
                foreach (var message in page.Messages)
                {
                    Received(message);
                }
            }
        }

        FellBehind++;
        _position = _position!.Value with { Cursor = behind.ToCursor };
    }

    private void Received(Message message)
    {
        _seqs[message.ConversationId] = message.Seq;
        Span<byte> text = stackalloc byte[128];
        var length = Encoding.UTF8.GetBytes(message.Text.AsSpan(0, Math.Min(message.Text.Length, 96)), text);
        if (text.StartsWith(Marker.Opening) && Marker.TryRead(text[Marker.Opening.Length..length], out var marker, out _))
        {
            Traffic.Received(Person, marker, message.Seq);
        }
    }
}
