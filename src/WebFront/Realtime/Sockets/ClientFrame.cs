using System.Text;
using System.Text.Json;

namespace ChatOrleans.WebFront.Realtime.Sockets;

/// <summary>One frame of a client: <c>{"action":A,"request_id":R,...}</c>. Fields that nobody knows are passed over.</summary>
internal sealed class ClientFrame
{
    /// <summary>Any depth: a frame's size bounds it, and what is too deep for a meta gets an answer of its own.</summary>
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    public Argument Action { get; private set; }

    /// <summary>A string or number as JSON text, echoed as it came; null where there is none.</summary>
    public string? RequestId { get; private set; }

    public Argument ConversationId { get; private set; }

    public Argument Text { get; private set; }

    public Argument ClientMessageId { get; private set; }

    public Argument Meta { get; private set; }

    public Argument Visible { get; private set; }

    public Argument Seq { get; private set; }

    public Argument NotificationId { get; private set; }

    public Argument Cursor { get; private set; }

    /// <summary>Null where it is no JSON, or no object: such a frame has no answer.</summary>
    public static ClientFrame? TryParse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return Parse(utf8);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ClientFrame? Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, AnyDepth);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        var frame = new ClientFrame();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            frame.ReadField(ref reader, utf8);
        }

        // Anything after the object but white space is no frame of ours.
        return reader.Read() ? null : frame;
    }

    private void ReadField(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        if (!Argument.HasValidText(ref reader))
        {
            // No name of ours, and nothing that a name can be compared with.
            reader.Read();
            reader.Skip();
            return;
        }

        if (reader.ValueTextEquals("request_id"u8))
        {
            reader.Read();
            RequestId = ReadRequestId(ref reader, utf8);
            return;
        }

        var field = FieldOf(ref reader);
        reader.Read();
        if (field == Field.Unknown)
        {
            reader.Skip();
            return;
        }

        var value = Argument.Read(ref reader);
        switch (field)
        {
            case Field.Action: Action = value; break;
            case Field.ConversationId: ConversationId = value; break;
            case Field.Text: Text = value; break;
            case Field.ClientMessageId: ClientMessageId = value; break;
            case Field.Meta: Meta = value; break;
            case Field.Visible: Visible = value; break;
            case Field.Seq: Seq = value; break;
            case Field.NotificationId: NotificationId = value; break;
            default: Cursor = value; break;
        }
    }

    private enum Field
    {
        Unknown, Action, ConversationId, Text, ClientMessageId, Meta, Visible, Seq, NotificationId, Cursor,
    }

    private static Field FieldOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("action"u8) ? Field.Action
        : reader.ValueTextEquals("conversation_id"u8) ? Field.ConversationId
        : reader.ValueTextEquals("text"u8) ? Field.Text
        : reader.ValueTextEquals("client_message_id"u8) ? Field.ClientMessageId
        : reader.ValueTextEquals("meta"u8) ? Field.Meta
        : reader.ValueTextEquals("visible"u8) ? Field.Visible
        : reader.ValueTextEquals("seq"u8) ? Field.Seq
        : reader.ValueTextEquals("notification_id"u8) ? Field.NotificationId
        : reader.ValueTextEquals("cursor"u8) ? Field.Cursor
        : Field.Unknown;

    private static string? ReadRequestId(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
        {
            return Encoding.UTF8.GetString(utf8[start..(int)reader.BytesConsumed]);
        }

        reader.Skip();
        return null;
    }
}
