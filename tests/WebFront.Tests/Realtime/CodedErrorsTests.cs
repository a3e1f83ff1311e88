using System.Buffers;
using System.Text;
using ChatOrleans.WebFront.Realtime.Hubs;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>What a client is told where SignalR closes a connection by itself: it goes by the code whether it comes back.</summary>
public sealed class CodedErrorsTests
{
    /// <summary>SignalR's words; behind them it puts those of a HubException, of any other nothing.</summary>
    private const string Closed = "Connection closed with an error.";

    [Theory]
    [InlineData("json", true)]
    [InlineData("json", false)]
    [InlineData("messagepack", true)]
    [InlineData("messagepack", false)]
    public void Close_WithoutACode_IsUnavailable_AndLeavesOpenWhoMayComeBack(string protocol, bool allowReconnect)
    {
        var (frame, close) = Written(protocol, new CloseMessage(Closed, allowReconnect));

        Assert.Contains("unavailable", frame, StringComparison.Ordinal);
        Assert.StartsWith("unavailable: ", close.Error, StringComparison.Ordinal);
        Assert.EndsWith("Connect again.", close.Error, StringComparison.Ordinal);
        Assert.Equal(allowReconnect, close.AllowReconnect);
    }

    [Theory]
    [InlineData("json", "{\"type\":1,\u001e")]
    [InlineData("json", "[]\u001e")]
    [InlineData("messagepack", "\u0001\u0001")]
    [InlineData("messagepack", "\u0002xx")]
    public void Parse_OfAMalformedMessage_EndsTheConnectionAsAnInvalidRequest(string protocol, string malformed)
    {
        var refusal = Assert.Throws<HubException>(() => Parse(Coded(protocol), Encoding.ASCII.GetBytes(malformed)));

        var (frame, close) = Written(protocol, new CloseMessage($"{Closed} HubException: {refusal.Message}", allowReconnect: true));
        Assert.Contains("invalid_request", frame, StringComparison.Ordinal);
        Assert.Equal(refusal.Message, close.Error);
        Assert.StartsWith("invalid_request: ", close.Error, StringComparison.Ordinal);
        Assert.False(close.AllowReconnect);
    }

    /// <summary>The error frame, as it is on the wire, and the close behind it.</summary>
    private static (string Frame, CloseMessage Close) Written(string protocol, CloseMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Coded(protocol).WriteMessage(message, buffer);
        var rest = new ReadOnlySequence<byte>(buffer.WrittenMemory);
        Assert.True(Inner(protocol).TryParseMessage(ref rest, new EventsBinder(), out var events));
        Assert.Equal("events", Assert.IsType<InvocationMessage>(events).Target);
        var frame = Encoding.UTF8.GetString(buffer.WrittenSpan[..^(int)rest.Length]);
        Assert.True(Inner(protocol).TryParseMessage(ref rest, new EventsBinder(), out var close));
        return (frame, Assert.IsType<CloseMessage>(close));
    }

    private static HubMessage? Parse(CodedErrors protocol, byte[] bytes)
    {
        var input = new ReadOnlySequence<byte>(bytes);
        return protocol.TryParseMessage(ref input, new EventsBinder(), out var message) ? message : null;
    }

    private static CodedErrors Coded(string protocol) => new(Inner(protocol), longest: 32 * 1024);

    private static IHubProtocol Inner(string protocol) => protocol == "json" ? new JsonHubProtocol() : new MessagePackHubProtocol();
}
