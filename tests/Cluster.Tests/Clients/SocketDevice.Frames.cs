using System.Net;
using System.Text.Json;

namespace ChatOrleans.Cluster.Tests.Clients;

/// <summary>What the device makes of each frame, and what it pulls where frames leave something out.</summary>
public sealed partial class SocketDevice
{
    private async Task Take(JsonElement frame)
    {
        var type = frame.GetProperty("event_type").GetString()!;
        if (type == "hello")
        {
            await Greet(frame);
            return;
        }

        var cursor = frame.TryGetProperty("cursor", out var told) ? told.GetInt64() : (long?)null;
        if (type == "behind")
        {
            await CatchUp();
            cursor = frame.GetProperty("to_cursor").GetInt64();
        }
        else if (cursor is not null && cursor != Position.Cursor + 1)
        {
            Breach($"cursor {cursor} after {Position.Cursor} in epoch {Position.Epoch}");
        }

        lock (_lock)
        {
            if (type == "new_message" && !_announced.Add((_position!.Value.Epoch!, frame.GetProperty("id").GetString()!)))
            {
                _breaches.Add($"message {frame.GetProperty("id")} announced twice in epoch {_position.Value.Epoch}");
            }

        }

        if (type == "new_conversation")
        {
            // What was said before we came, if it is ours to see.
            await ReadOn(frame.GetProperty("conversation").GetProperty("id").GetString()!, fromStart: true);
        }

        lock (_lock)
        {
            _state.Apply(type, frame);
            _position = (_position!.Value.Epoch, cursor ?? _position.Value.Cursor);
            _frames.Add(new ServerFrame(type, _position.Value.Epoch!, cursor, frame));
        }
    }

    private async Task Greet(JsonElement hello)
    {
        Hello = hello;
        var resumed = hello.GetProperty("resumed").GetBoolean();
        lock (_lock)
        {
            // Until it has read on it does not know what lies before the new position: who leaves now comes back from the old one.
            _greeting = !resumed && _position is { } old ? new Away(old, new ClientState(_state), new Dictionary<string, long>(_revs)) : null;
            _position = (hello.GetProperty("epoch").GetString()!, hello.GetProperty("cursor").GetInt64());
            _frames.Add(new ServerFrame("hello", _position.Value.Epoch!, null, hello));
        }

        if (resumed)
        {
            Resumed++;
        }
        else
        {
            Snapshots++;
            Locked(() => _state.Take(hello.GetProperty("snapshot")));
            await ReadOn();
            Locked(() => _greeting = null);
        }

        IsConnected = true;
    }

    /// <summary>Events were left out: the lists again, and what was said and changed since.</summary>
    private async Task CatchUp()
    {
        var conversations = await _rest.All("/api/conversations?limit=200");
        var notifications = await _rest.Get("/api/notifications?limit=50");
        var unread = (await _rest.Get("/api/users/me")).GetProperty("unread_notifications").GetInt64();
        Locked(() =>
        {
            _state.SetConversations(conversations);
            _state.SetNotifications(notifications.EnumerateArray(), unread);
        });
        await ReadOn();
    }

    private async Task ReadOn()
    {
        foreach (var conversation in Conversations)
        {
            await ReadOn(conversation, fromStart: false);
        }
    }

    /// <summary>Messages by seq, then changes by rev, as a client does when its events were left out.</summary>
    private async Task ReadOn(string conversation, bool fromStart)
    {
        try
        {
            var messages = await _rest.History(conversation, fromStart ? 0 : LastSeq(conversation));
            var changes = await _rest.Changes(conversation, _revs.GetValueOrDefault(conversation));
            lock (_lock)
            {
                messages.ForEach(_state.Upsert);
                foreach (var change in changes)
                {
                    _revs[conversation] = change.GetProperty("rev").GetInt64();
                    if (change.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.Object)
                    {
                        _state.Upsert(message);
                    }
                }
            }
        }
        catch (RestException refused) when (refused.Status == HttpStatusCode.Forbidden)
        {
            // Removed meanwhile; the event that says so follows.
        }
    }

    private void Breach(string what) => Locked(() => _breaches.Add(what));

    private void Locked(Action action)
    {
        lock (_lock)
        {
            action();
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }
}
