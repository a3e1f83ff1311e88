using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>A message that made no notification because a device showed its conversation.</summary>
/// <param name="Cursor">Of its event in the feed.</param>
public readonly record struct SuppressedMessage(MessageId Message, long Cursor, DateTime At);

/// <summary>
/// What a user's devices show. A device that was not heard for a lease shows nothing any more, and what it suppressed since it was
/// last heard is handed back to be notified after all: nobody can have seen it.
/// </summary>
/// <param name="lease">How long a sign of life holds.</param>
public sealed class DeviceAttention(TimeSpan lease)
{
    private readonly Dictionary<string, Shown> _devices = [];

    /// <summary>What devices of an earlier activation suppressed. Whoever shows its conversation answers for it.</summary>
    private readonly List<SuppressedMessage> _left = [];

    /// <summary>True while something suppressed waits for a sign of life.</summary>
    public bool IsWaiting => _left.Count > 0 || _devices.Values.Any(device => device.Suppressed.Count > 0);

    /// <summary>What waits for a sign of life; what several devices have to answer for, several times.</summary>
    public IEnumerable<SuppressedMessage> Waiting => _devices.Values.SelectMany(device => device.Suppressed).Concat(_left);

    /// <summary>Sets what a device shows; returns what must be notified now that it no longer shows something else.</summary>
    public IReadOnlyList<SuppressedMessage> Set(string deviceId, Attention attention)
    {
        var before = _devices.GetValueOrDefault(deviceId);
        var heardAt = before is null || attention.HeardAt > before.HeardAt ? attention.HeardAt : before.HeardAt;
        var unseen = before?.TakeUnseen(heardAt) ?? [];
        if (attention.ConversationId is { } conversation && attention.Visible)
        {
            var shown = _devices[deviceId] = new Shown(conversation, heardAt);
            shown.Suppressed.AddRange(_left.Where(message => message.Message.Conversation == conversation && message.At > heardAt));
            _left.RemoveAll(message => message.Message.Conversation == conversation);
            if (before?.Conversation == conversation)
            {
                // It still shows it, and still has to answer for what it has not been heard after.
                shown.Suppressed.AddRange(unseen);
                return [];
            }
        }
        else
        {
            _devices.Remove(deviceId);
        }

        return unseen;
    }

    /// <summary>The connection ended, or the device fell silent.</summary>
    public IReadOnlyList<SuppressedMessage> Remove(string deviceId) => Set(deviceId, Attention.Nowhere);

    /// <summary>The user was removed: no device shows the conversation any more, also once they are back, until one says so again.</summary>
    public void Leave(ConversationId conversation)
    {
        foreach (var (id, device) in _devices)
        {
            if (device.Conversation == conversation)
            {
                _devices.Remove(id);
            }
        }

        _left.RemoveAll(message => message.Message.Conversation == conversation);
    }

    /// <summary>An earlier activation has left this behind: it waits until its own lease has run out, or somebody shows the conversation.</summary>
    public void TakeUp(SuppressedMessage message) => _left.Add(message);

    /// <summary>A sign of life. Returns the conversation that the device shows again with it, having lapsed; else null.</summary>
    public ConversationId? Heard(string deviceId, DateTime at, DateTime now)
    {
        if (!_devices.TryGetValue(deviceId, out var device) || at <= device.HeardAt)
        {
            return null;
        }

        var heard = _devices[deviceId] = device with { HeardAt = at };
        WasSeen(device, message => message.At <= at);
        return !IsFresh(device, now) && IsFresh(heard, now) ? heard.Conversation : null;
    }

    /// <summary>The device says that it has everything up to this cursor, which holds also where nothing is heard of it any more.</summary>
    public void Seen(string deviceId, long cursor)
    {
        if (_devices.TryGetValue(deviceId, out var device))
        {
            WasSeen(device, message => message.Cursor <= cursor);
        }
    }

    public bool Shows(ConversationId conversation, DateTime now) => ShownBy(conversation, now) is not null;

    /// <summary>A device that shows the conversation now; null where none does.</summary>
    public string? ShownBy(ConversationId conversation, DateTime now)
    {
        foreach (var (id, device) in _devices)
        {
            if (device.Conversation == conversation && IsFresh(device, now))
            {
                return id;
            }
        }

        return null;
    }

    /// <summary>What one device shows now; null where nothing.</summary>
    public ConversationId? ShownOn(string deviceId, DateTime now) =>
        _devices.TryGetValue(deviceId, out var device) && IsFresh(device, now) ? device.Conversation : null;

    /// <summary>Every device that shows the conversation may have to answer for this message.</summary>
    public void Suppressed(MessageId message, long cursor, DateTime now)
    {
        foreach (var device in _devices.Values)
        {
            if (device.Conversation == message.Conversation && IsFresh(device, now))
            {
                device.Suppressed.Add(new SuppressedMessage(message, cursor, now));
            }
        }
    }

    /// <summary>What retention removed is not notified of any more.</summary>
    public void Forget(ConversationId conversation, long firstSeq)
    {
        foreach (var suppressed in _devices.Values.Select(device => device.Suppressed).Append(_left))
        {
            suppressed.RemoveAll(message => message.Message.Conversation == conversation && message.Message.Seq < firstSeq);
        }
    }

    /// <summary>Returns what nobody saw on devices that have lapsed. They stay known: one that is only late shows again with its next sign of life.</summary>
    public IReadOnlyList<SuppressedMessage> Lapse(DateTime now)
    {
        var unseen = _left.FindAll(message => !IsFresh(message.At, now));
        _left.RemoveAll(message => !IsFresh(message.At, now));
        foreach (var (id, device) in _devices.Where(entry => !IsFresh(entry.Value, now)).ToList())
        {
            unseen.AddRange(device.TakeUnseen(device.HeardAt));
            if (device.HeardAt > now)
            {
                // No sign of life would be later than one from before the clock was set back.
                _devices.Remove(id);
            }
        }

        return [.. unseen.Distinct()];
    }

    /// <summary>What was seen on one device, no other has to answer for.</summary>
    private void WasSeen(Shown device, Predicate<SuppressedMessage> seen)
    {
        foreach (var message in device.Suppressed.FindAll(seen))
        {
            foreach (var each in _devices.Values)
            {
                each.Suppressed.Remove(message);
            }
        }
    }

    /// <summary>A sign of life from far ahead is from before the clock was set back: nobody knows how old it is.</summary>
    private bool IsFresh(Shown device, DateTime now) => IsFresh(device.HeardAt, now);

    private bool IsFresh(DateTime at, DateTime now) => at + lease > now && at - lease < now;

    private sealed record Shown(ConversationId Conversation, DateTime HeardAt)
    {
        public List<SuppressedMessage> Suppressed { get; } = [];

        public List<SuppressedMessage> TakeUnseen(DateTime heardAt)
        {
            var unseen = Suppressed.Where(message => message.At > heardAt).ToList();
            Suppressed.Clear();
            return unseen;
        }
    }
}
