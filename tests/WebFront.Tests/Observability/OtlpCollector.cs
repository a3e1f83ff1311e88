using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ChatOrleans.WebFront.Tests.Observability;

/// <summary>A span as it came over the wire; ids in hexadecimal, no parent: empty. Without a conversation: likewise.</summary>
internal sealed record WireSpan(string Service, string Name, string Trace, string Id, string Parent, string Conversation);

/// <summary>
/// Takes traces and metrics by OTLP over gRPC, as a collector does, and keeps what a test looks at. Numbers of fields: the
/// OpenTelemetry protocol's trace.proto, resource.proto and common.proto, version 1.
/// </summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpCollector(WebApplication app) => _app = app;

    public ConcurrentQueue<WireSpan> Spans { get; } = new();

    /// <summary>Names of metrics in the order in which they came, again with every export.</summary>
    public ConcurrentQueue<string> Metrics { get; } = new();

    /// <summary>All that came, as text: to look for what must not be in it.</summary>
    public ConcurrentQueue<string> Raw { get; } = new();

    public string Address => _app.Urls.Single();

    public static async Task<OtlpCollector> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, at => at.Protocols = HttpProtocols.Http2));
        var collector = new OtlpCollector(builder.Build());
        collector._app.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", context => collector.Take(context, collector.TakeSpans));
        collector._app.MapPost("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", context => collector.Take(context, collector.TakeMetrics));
        await collector._app.StartAsync();
        return collector;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Take(HttpContext context, Action<ReadOnlyMemory<byte>> take)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var call = body.ToArray().AsMemory();
        // A call is a byte (is it compressed?), a length, and the message; an answer likewise, here an empty one.
        Assert.Equal(0, call.Span[0]);
        var message = call.Slice(5, (int)BinaryPrimitives.ReadUInt32BigEndian(call.Span[1..]));
        Raw.Enqueue(Encoding.UTF8.GetString(message.Span));
        take(message);
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.Body.WriteAsync(new byte[5]);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private void TakeSpans(ReadOnlyMemory<byte> request)
    {
        foreach (var (resource, span) in Within(request))
        {
            Spans.Enqueue(new WireSpan(resource, Text(span, 5), Hex(span, 1), Hex(span, 2), Hex(span, 4), Attribute(span, 9, "chat.conversation_id")));
        }
    }

    private void TakeMetrics(ReadOnlyMemory<byte> request)
    {
        foreach (var (service, metric) in Within(request))
        {
            Assert.Equal("chatorleans", service);
            Metrics.Enqueue(Text(metric, 1));
        }
    }

    /// <summary>Resources (their attributes in 1) with scopes in 2, which have spans or metrics in 2.</summary>
    private static IEnumerable<(string Service, ReadOnlyMemory<byte> Part)> Within(ReadOnlyMemory<byte> request) =>
        from of in Fields(request, 1)
        from scope in Fields(of, 2)
        from part in Fields(scope, 2)
        select (Attribute(Fields(of, 1).Single(), 1, "service.name"), part);

    /// <summary>A text among the attributes, which lie under a number; empty where there is none of that name.</summary>
    private static string Attribute(ReadOnlyMemory<byte> message, int number, string name) => Fields(message, number)
        .Where(attribute => Text(attribute, 1) == name).Select(attribute => Text(Fields(attribute, 2).Single(), 1)).SingleOrDefault() ?? "";

    private static string Text(ReadOnlyMemory<byte> message, int number) =>
        Encoding.UTF8.GetString(Fields(message, number).SingleOrDefault().Span);

    private static string Hex(ReadOnlyMemory<byte> message, int number) => Convert.ToHexStringLower(Fields(message, number).SingleOrDefault().Span);

    /// <summary>What a protocol buffers message has under a number: texts, bytes or messages.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int number)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message.Span, ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(message.Span, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 5:
                    at += 4;
                    break;
                case 2:
                    var length = (int)Varint(message.Span, ref at);
                    if ((int)(tag >> 3) == number)
                    {
                        yield return message.Slice(at, length);
                    }

                    at += length;
                    break;
                default:
                    throw new InvalidDataException($"There is no wire type {tag & 7}.");
            }
        }
    }

    private static ulong Varint(ReadOnlySpan<byte> from, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = from[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
