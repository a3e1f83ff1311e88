namespace ChatOrleans.LoadTester.Drivers;

/// <summary>The raw WebSocket: one JSON object a frame, or a batch of events.</summary>
internal sealed class SocketProtocol : WireProtocol
{
    public override byte Opcode => WireSocket.Text;

    public override ReadOnlySpan<byte> Handshake => [];

    public override ReadOnlySpan<byte> KeepAlive => [];

    public override string Path => "/ws/notifications/";

    public override int Send(Span<byte> to, long request, ReadOnlySpan<byte> room, ReadOnlySpan<byte> text, long clientId) => Write(
        to, $$"""{"action":"send_message","request_id":{{request}},"conversation_id":"{{room}}","client_message_id":"{{clientId}}","text":"{{text}}"}""");

    public override int MarkRead(Span<byte> to, long request, ReadOnlySpan<byte> room, long seq) => Write(
        to, $$"""{"action":"mark_read","request_id":{{request}},"conversation_id":"{{room}}","seq":{{seq}}}""");

    public override ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> payload)
    {
        var all = payload;
        payload = [];
        return all;
    }

    public override bool IsReply(ReadOnlySpan<byte> message, out long request, out bool refused)
    {
        (request, refused) = (0, false);
        if (message.StartsWith("{\"event_type\":\"error\""u8))
        {
            refused = true;
        }
        else if (!message.StartsWith("{\"event_type\":\"reply\""u8))
        {
            return false;
        }

        var head = message[..Math.Min(message.Length, 80)];
        request = NumberAfter(head, "\"request_id\":"u8);
        refused |= head.IndexOf("\"ok\":false"u8) >= 0;
        return true;
    }
}
