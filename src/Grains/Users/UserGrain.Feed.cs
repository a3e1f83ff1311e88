using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>How devices read the feed, and what they show. Nothing here appends but what opening a conversation marks read.</summary>
public sealed partial class UserGrain
{
    private const int MostEventsPerBatch = 256;
    private const int ConversationsInSnapshot = 50;
    private const int NotificationsInSnapshot = 50;

    public async IAsyncEnumerable<FeedBatch> Feed(FeedRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Opened();
        CheckMayRead(request);
        Remember(request.Name);
        var opening = await Open(request.After);
        // While storage was read, tokens may have been revoked, and others may have connected. From here on in one turn.
        CheckMayRead(request);
        _metrics.Opened(request.After, opening.Resumed);
        var head = opening.Position.Cursor + opening.Replayed;
        // A connection that was slow to take what it was sent asks again after a while, and is still behind.
        var replayUntil = request.Continues && opening.Resumed ? request.ReplayUntil : head;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _siloStop.Token);
        var reader = ReaderOf(request, opening.Position.Cursor, replayUntil);
        Connect(reader, request);
        try
        {
            yield return new FeedBatch { Opening = opening, Head = head };
            if (reader.Nearby is not null)
            {
                BeginHandingOut(reader);
            }

            while (true)
            {
                if (_stopped || _siloStop.Token.IsCancellationRequested)
                {
                    throw ChatException.Unavailable("The feed moves. Ask again from the last cursor.");
                }

                reader.ThrowIfStopped();
                if (reader.Nearby is null && (reader.Cursor < Head || reader.HasHints))
                {
                    yield return await Next(reader);
                }
                else
                {
                    await reader.WaitForMore(ending.Token);
                }
            }
        }
        finally
        {
            Disconnect(reader);
        }
    }

    public async Task<FeedPage> ReadFeed(Actor actor, FeedPosition? after, int limit)
    {
        await Opened();
        Remember(actor.Name);
        CheckRecentConversations();
        var opening = await Open(after);
        var events = opening.Resumed ? await Events(opening.Position.Cursor, limit) : [];
        return new FeedPage(opening, events, Head);
    }

    public Task Hint(Ephemeral hint)
    {
        foreach (var reader in _readers)
        {
            reader.Add(hint);
        }

        return Task.CompletedTask;
    }

    private void CheckMayRead(FeedRequest request)
    {
        if (IsRevoked(request.TokenIssuedAt))
        {
            throw Revoked();
        }

        CheckConnections(request.DeviceId);
    }

    private long FirstCursor => _log.First(LogTrack.Feed);

    private async Task<FeedOpening> Open(FeedPosition? after)
    {
        if (after is { } position && _profile.CanResume(position, FirstCursor, Head))
        {
            return new FeedOpening(new FeedPosition(_profile.Epoch, position.Cursor), Resumed: true, Head - position.Cursor, null);
        }

        return await OpenAnew();
    }

    /// <summary>Everything as of one cursor: what came before is in the snapshot, what comes after is an event.</summary>
    private async Task<FeedOpening> OpenAnew()
    {
        while (true)
        {
            var until = Head;
            var page = await NotificationsBelow(unreadOnly: false, until + 1, NotificationsInSnapshot);
            if (until + 1 < _tail.First)
            {
                // So much came meanwhile that memory has let go of some of it.
                continue;
            }

            // From here on in one turn. What came while storage was read is still in memory.
            var deleted = DeletedAfter(until);
            var notifications = NewestNotifications(until).Concat(page.Notifications)
                .Take(NotificationsInSnapshot)
                .Select(notification => notification with
                {
                    Read = !_inbox.IsUnread(notification.Id),
                    Content = deleted.Contains((notification.ConversationId, notification.MessageSeq)) ? "" : notification.Content,
                });
            var snapshot = new FeedSnapshot(
                Marks(null, ConversationsInSnapshot),
                page with { Notifications = [.. notifications], Unread = _inbox.UnreadNotifications });
            return new FeedOpening(new FeedPosition(_profile.Epoch, Head), Resumed: false, 0, snapshot);
        }
    }

    private IEnumerable<Notification> NewestNotifications(long after)
    {
        for (var cursor = Head; cursor > after; cursor--)
        {
            if (_tail[cursor] is { Entry: { NotificationId: not null } entry } made && !IsMyOwn(entry))
            {
                yield return InboxNotifications.Of(entry, made.Message, read: false);
            }
        }
    }

    /// <summary>Messages deleted after a cursor: what was read before that, in storage or in events, still shows them.</summary>
    private HashSet<(ConversationId?, long)> DeletedAfter(long after)
    {
        HashSet<(ConversationId?, long)> deleted = [];
        for (var cursor = Math.Max(after + 1, _tail.First); cursor <= Head; cursor++)
        {
            if (_tail[cursor].Entry is { Kind: FeedEntryKind.MessageDeleted } entry)
            {
                deleted.Add((entry.ConversationId, entry.Seq));
            }
        }

        return deleted;
    }

    private async Task<FeedBatch> Next(FeedReader reader)
    {
        _metrics.Pulled(Head - reader.Cursor);
        Behind? behind = null;
        ImmutableArray<FeedEvent> events = [];
        if (reader.Cursor >= reader.ReplayUntil && IsTooFarBehind(reader))
        {
            _metrics.FellBehind();
            behind = new Behind(reader.Cursor, Head, MarksTouchedAfter(reader.Cursor));
            reader.Cursor = Head;
        }
        else if (reader.Cursor < Head)
        {
            events = await Events(reader.Cursor, MostEventsPerBatch);
            reader.Cursor += events.Length;
        }

        return new FeedBatch { Events = events, Behind = behind, Ephemerals = reader.TakeHints(), Head = Head };
    }

    private bool IsTooFarBehind(FeedReader reader)
    {
        var unsent = Head - reader.Cursor;
        if (unsent > _timing.MostUnsentEvents)
        {
            return true;
        }

        // Texts are limited, so only many of them can be too much; counting is left out for the usual few.
        long characters = 0;
        if (unsent > 32)
        {
            for (var cursor = Math.Max(reader.Cursor + 1, _tail.First); cursor <= Head; cursor++)
            {
                characters += _tail[cursor].Message?.Text.Length ?? 0;
            }
        }

        return characters > _timing.MostUnsentBytes;
    }

    /// <summary>Events after a cursor: from memory where they are, else from the store.</summary>
    private async Task<ImmutableArray<FeedEvent>> Events(long after, int limit)
    {
        if (after + 1 >= _tail.First)
        {
            var events = ImmutableArray.CreateBuilder<FeedEvent>((int)Math.Min(limit, Head - after));
            for (var cursor = after + 1; cursor <= Head && events.Count < limit; cursor++)
            {
                events.Add(_tail[cursor]);
            }

            return events.DrainToImmutable();
        }

        return await _messages.Complete(await EntriesFrom(after + 1, limit));
    }

    /// <summary>Entries below a cursor, newest first, read as far as they are looked at; the further, the more at once.</summary>
    private async IAsyncEnumerable<FeedEntry> EntriesBelow(long cursor)
    {
        var scan = EntriesPerScan;
        for (var end = Math.Min(cursor - 1, Head); end >= FirstCursor; end -= scan, scan = Math.Min(scan * 2, MostEntriesPerScan))
        {
            var start = Math.Max(FirstCursor, end - scan + 1);
            foreach (var entry in (await EntriesFrom(start, (int)(end - start + 1))).Reverse())
            {
                yield return entry;
            }
        }
    }

    /// <summary>Entries from a cursor on, so many or up to the end, wherever they are.</summary>
    private async Task<ImmutableArray<FeedEntry>> EntriesFrom(long from, int count)
    {
        var entries = ImmutableArray.CreateBuilder<FeedEntry>(Math.Min(count, MostEventsPerBatch));
        for (var next = from; entries.Count < count && next <= Head; next = from + entries.Count)
        {
            if (next >= _tail.First)
            {
                entries.Add(_tail[next].Entry);
                continue;
            }

            // What is not in memory is stored. While it is read, the tail may let go of more, which is stored by then.
            var stored = (int)Math.Min(count - entries.Count, _tail.First - next);
            var rows = await _log.Store.Read(_log.Owner, LogTrack.Feed, next, stored);
            foreach (var row in rows.Rows)
            {
                entries.Add(_entries.Deserialize(row)!);
            }

            if (rows.Rows.IsEmpty || rows.First != next)
            {
                // They have gone meanwhile: the feed was trimmed.
                throw ChatException.Unavailable("The feed could not be read. Try again.");
            }
        }

        return entries.DrainToImmutable();
    }
}
