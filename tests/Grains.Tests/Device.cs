using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests;

/// <summary>A connected device: reads its user's feed as the web front end does, asking again from its last cursor when a call fails.</summary>
public sealed class Device : IAsyncDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly IGrainFactory _grains;
    private readonly UserId _me;
    private readonly IUserGrain _user;
    private readonly List<FeedEvent> _events = [];
    private readonly List<Ephemeral> _hints = [];
    private readonly List<FeedOpening> _openings = [];
    private readonly Dictionary<ConversationId, SortedSet<long>> _seqs = [];
    private readonly List<Behind> _behinds = [];
    private readonly Task _reading;
    private FeedPosition? _position;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Device(IGrainFactory grains, UserId me, FeedPosition? after, Attention? attention)
    {
        _grains = grains;
        _me = me;
        _user = grains.GetGrain<IUserGrain>(me.Value);
        _position = after;
        Attention = attention ?? Attention.Nowhere;
        _reading = Read();
    }

    public string Id { get; } = Guid.NewGuid().ToString("n");

    public Attention Attention { get; private set; }

    /// <summary>While set, the device does not pull after the next batch.</summary>
    public TaskCompletionSource? Pause { get; set; }

    public IReadOnlyList<FeedEvent> Events => Copy(_events);

    public IReadOnlyList<FeedOpening> Openings => Copy(_openings);

    public IReadOnlyList<Behind> Behinds => Copy(_behinds);

    public IReadOnlyList<Ephemeral> Hints => Copy(_hints);

    public FeedPosition Position => _position!.Value;

    public IReadOnlyList<long> Seqs => [.. Events.Where(one => one.Entry.Kind == FeedEntryKind.NewMessage).Select(one => one.Entry.Seq)];

    /// <summary>Distinct seqs that the device has of a conversation, from events or, after a snapshot, from the history.</summary>
    public int CountIn(ConversationId conversation)
    {
        lock (_events)
        {
            return _seqs.GetValueOrDefault(conversation)?.Count ?? 0;
        }
    }

    public async Task Show(Attention attention)
    {
        Attention = attention;
        await _user.SetAttention(Id, attention);
    }

    public async Task<FeedOpening> Opened()
    {
        await Until(() => _openings.Count > 0, "the opening of the feed");
        return Openings[0];
    }

    public async Task<FeedEvent> Hears(FeedEntryKind kind, Func<FeedEvent, bool>? which = null)
    {
        FeedEvent? found = null;
        await Until(
            () => (found = _events.Find(one => one.Entry.Kind == kind && (which is null || which(one)))) is not null, $"an event {kind}");
        return found!;
    }

    public async Task<Ephemeral> Hears(EphemeralKind kind)
    {
        Ephemeral? found = null;
        await Until(() => (found = _hints.Find(hint => hint.Kind == kind)) is not null, $"a hint {kind}");
        return found!;
    }

    public Task HearsMessages(int count) =>
        Until(() => _events.Count(one => one.Entry.Kind == FeedEntryKind.NewMessage) >= count, $"{count} messages");

    public async Task Until(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            Task news;
            lock (_events)
            {
                if (condition())
                {
                    return;
                }

                news = _news.Task;
            }

            try
            {
                await news.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(
                    $"Waited 30 s for {what}. Heard {_events.Count} events, lately: {string.Join(", ", Events.TakeLast(20).Select(one => $"{one.Entry.Cursor} {one.Entry.Kind} {one.Entry.Seq}"))}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        Pause?.TrySetResult();
        await _reading;
        _closing.Dispose();
    }

    private async Task Read()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                var request = new FeedRequest { DeviceId = Id, After = _position, Attention = Attention };
                await foreach (var batch in _user.Feed(request, _closing.Token).WithBatchSize(1))
                {
                    var pause = Take(batch);
                    if (batch.Behind is { } behind)
                    {
                        await ReadOn(behind.Conversations);
                    }

                    if (batch.Opening is { Resumed: false, Snapshot: { } snapshot } && _openings.Count > 1)
                    {
                        await ReadOn(snapshot.Conversations.Marks);
                    }

                    if (pause is not null)
                    {
                        await pause.Task;
                    }
                }
            }
            catch (Exception) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception)
            {
                // As a session does: an ordinary re-ask.
                await Task.Yield();
            }
        }
    }

    /// <summary>What a client does when its cursor could not be resumed, or it fell behind: reads on by seq.</summary>
    private async Task ReadOn(IEnumerable<ConversationMark> marks)
    {
        foreach (var mark in marks)
        {
            long last;
            lock (_events)
            {
                last = _seqs.GetValueOrDefault(mark.ConversationId)?.Max ?? 0;
            }

            while (last < mark.LastSeq)
            {
                MessagePage page;
                try
                {
                    page = await _grains.GetGrain<IConversationGrain>(mark.ConversationId.Value)
                        .ReadMessages(new ReadMessages(_me, null, last, 200));
                }
                catch (ChatException refusal) when (refusal.Code == Errors.ErrorCode.NotAMember)
                {
                    // Removed, among what was left out: what it has stays, and there is no more.
                    break;
                }

                lock (_events)
                {
                    foreach (var message in page.Messages)
                    {
                        Note(mark.ConversationId, message.Seq);
                        last = message.Seq;
                    }

                    _news.TrySetResult();
                    _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
        }
    }

    private void Note(ConversationId conversation, long seq)
    {
        if (!_seqs.TryGetValue(conversation, out var seqs))
        {
            _seqs[conversation] = seqs = [];
        }

        seqs.Add(seq);
    }

    /// <returns>The pause that was set before the batch was heard of: one set because of it is for the next.</returns>
    private TaskCompletionSource? Take(FeedBatch batch)
    {
        lock (_events)
        {
            if (batch.Opening is { } opening)
            {
                _openings.Add(opening);
                _position = opening.Position;
            }

            if (batch.Behind is { } behind)
            {
                _behinds.Add(behind);
                _position = new FeedPosition(_position!.Value.Epoch, behind.ToCursor);
            }

            foreach (var one in batch.Events)
            {
                Assert.Equal(_position!.Value.Cursor + 1, one.Entry.Cursor);
                _position = new FeedPosition(_position.Value.Epoch, one.Entry.Cursor);
                _events.Add(one);
                if (one.Entry.Kind == FeedEntryKind.NewMessage)
                {
                    Note(one.Entry.ConversationId!.Value, one.Entry.Seq);
                }
            }

            _hints.AddRange(batch.Ephemerals);
            _news.TrySetResult();
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return Pause;
        }
    }

    private List<T> Copy<T>(List<T> list)
    {
        lock (_events)
        {
            return [.. list];
        }
    }
}
