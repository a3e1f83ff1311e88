using ChatOrleans.Conversations;

namespace ChatOrleans.WebFront.Frames;

/// <summary>
/// A message's fields, encoded once in a process however many members it goes to, and spliced into each one's frame. The last
/// few are kept: a message is delivered to all within moments, and what is gone is only encoded again.
/// </summary>
internal sealed class MessageFragment
{
    /// <summary>Enough for what is being handed out: what is kept for longer, the garbage collector moves.</summary>
    private const int Slots = 512;

    // A slot is read and written as one reference, so a race costs an encoding and never mixes two messages.
    private static readonly MessageFragment?[] Kept = new MessageFragment?[Slots];

    private readonly Message _message;
    private byte[]? _json;
    private byte[]? _messagePack;
    private byte[]? _jsonNotificationId;
    private byte[]? _messagePackNotificationId;

    private MessageFragment(Message message) => _message = message;

    public static MessageFragment Of(Message message)
    {
        ref var slot = ref Kept[(uint)((int)message.Seq ^ message.ConversationId.GetHashCode()) % Slots];
        var kept = Volatile.Read(ref slot);
        // By value where not by reference: a copy from another silo is the same message, an edited one is not.
        if (kept is not null && (ReferenceEquals(kept._message, message) || kept._message.Equals(message)))
        {
            return kept;
        }

        var made = new MessageFragment(message);
        Volatile.Write(ref slot, made);
        return made;
    }

    /// <summary>Names and values without braces.</summary>
    public ReadOnlySpan<byte> Fields(FrameEncoding encoding) => encoding == FrameEncoding.Json
        ? _json ??= EncodeFields(buffer => new JsonFrameWriter(buffer))
        : _messagePack ??= EncodeFields(buffer => new MessagePackFrameWriter(buffer));

    /// <summary>The id of the notification that this message makes, as a string value.</summary>
    public ReadOnlySpan<byte> NotificationId(FrameEncoding encoding) => encoding == FrameEncoding.Json
        ? _jsonNotificationId ??= EncodeNotificationId(buffer => new JsonFrameWriter(buffer))
        : _messagePackNotificationId ??= EncodeNotificationId(buffer => new MessagePackFrameWriter(buffer));

    private byte[] EncodeFields<TWriter>(Func<FrameBuffer, TWriter> start)
        where TWriter : struct, IFrameWriter
    {
        using var buffer = new FrameBuffer();
        var writer = start(buffer);
        MessageObject.WriteFields(ref writer, _message);
        return buffer.WrittenSpan.ToArray();
    }

    private byte[] EncodeNotificationId<TWriter>(Func<FrameBuffer, TWriter> start)
        where TWriter : struct, IFrameWriter
    {
        using var buffer = new FrameBuffer(128);
        var writer = start(buffer);
        writer.String($"msg-{_message.Id}");
        return buffer.WrittenSpan.ToArray();
    }
}
