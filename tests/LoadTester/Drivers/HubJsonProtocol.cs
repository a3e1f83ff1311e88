namespace ChatOrleans.LoadTester.Drivers;

/// <summary>SignalR's JSON protocol: messages that end with a record separator.</summary>
internal sealed class HubJsonProtocol : WireProtocol
{
    public override byte Opcode => WireSocket.Text;

    public override ReadOnlySpan<byte> Handshake => "{\"protocol\":\"json\",\"version\":1}\u001e"u8;

    public override ReadOnlySpan<byte> KeepAlive => "{\"type\":6}\u001e"u8;

    public override string Path => "/hubs/chat";

    public override int Send(Span<byte> to, long request, ReadOnlySpan<byte> room, ReadOnlySpan<byte> text, long clientId) => Write(
        to, $$"""{"type":1,"invocationId":"{{request}}","target":"SendMessage","arguments":["{{room}}","{{text}}","{{clientId}}",null]}{{'\u001e'}}""");

    public override int MarkRead(Span<byte> to, long request, ReadOnlySpan<byte> room, long seq) => Write(
        to, $$"""{"type":1,"invocationId":"{{request}}","target":"MarkRead","arguments":["{{room}}",{{seq}}]}{{'\u001e'}}""");

    public override ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> payload)
    {
        var end = payload.IndexOf((byte)0x1e);
        var message = end < 0 ? payload : payload[..end];
        payload = end < 0 ? [] : payload[(end + 1)..];
        return message;
    }

    public override bool IsReply(ReadOnlySpan<byte> message, out long request, out bool refused)
    {
        (request, refused) = (0, false);
        if (!message.StartsWith("{\"type\":3"u8))
        {
            return false;
        }

        request = NumberAfter(message[..Math.Min(message.Length, 60)], "\"invocationId\":\""u8);
        refused = message.IndexOf("\"error\":\""u8) >= 0;
        return true;
    }
}
