using System.Net.WebSockets;
using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.WebFront.Api;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Hosting;
using ChatOrleans.WebFront.Limits;
using ChatOrleans.WebFront.Realtime.Sessions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Realtime.Sockets;

/// <summary>
/// The raw WebSocket's door. The upgrade is accepted first and a refusal told by the close code, because a browser tells its page
/// nothing of a refused upgrade.
/// </summary>
internal sealed class SocketEndpoint(DeviceSessions sessions, AllowedOrigins origins, ConnectionGate gate, IOptions<RealtimeOptions> options)
{
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(3);

    public async Task Run(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await Problems.Write(context, new Failure(ErrorCode.InvalidRequest, "This address is for WebSockets."));
            return;
        }

        // We ping by ourselves, where silence calls for it.
        using var socket = await context.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        var (tooMany, place) = gate.Enter(context.Connection.RemoteIpAddress);
        using var leaving = place;
        if (tooMany is { } refusal)
        {
            await Refuse(context, socket, CloseCodes.CodeOf(refusal), refusal);
        }
        else if (!origins.Allows(context))
        {
            await Refuse(socket, CloseCode.Forbidden, "Pages of this origin may not connect.");
        }
        else if (BearerEvents.WhyUnanswered(context) is { } unanswered)
        {
            await Refuse(context, socket, CloseCodes.CodeOf(unanswered), unanswered);
        }
        else if (!Caller.TryOf(context.User, out var caller))
        {
            await Refuse(socket, CloseCode.Unauthenticated, "A valid token is needed.");
        }
        else if (Caller.IsContradicted(context))
        {
            await Refuse(socket, CloseCode.Forbidden, "user_id is not the token's sub.");
        }
        else
        {
            await Serve(context, socket, caller);
        }
    }

    private async Task Serve(HttpContext context, WebSocket socket, Actor caller)
    {
        ConnectionQuery query;
        try
        {
            query = ConnectionQuery.Of(context.Request.Query);
        }
        catch (ChatException invalid)
        {
            await Refuse(context, socket, CloseCode.Malformed, Failure.Of(invalid));
            return;
        }

        if (await gate.Admit(caller.Id) is { } refusal)
        {
            await Refuse(context, socket, CloseCodes.CodeOf(refusal), refusal);
            return;
        }

        var stream = context.Features.GetRequiredFeature<SocketUpgrade>().Stream!;
        var connection = new SocketConnection(socket, stream, query, context.Abort);
        await using var session = sessions.Open(caller, TokenTimes.Of(context.User), connection, query);
        using var reader = new SocketReader(socket, stream, connection, session, options.Value.FrameBytes);
        await reader.Run();
    }

    /// <summary>The error frame says what was wrong or when to come back, which the close code cannot.</summary>
    private static async Task Refuse(HttpContext context, WebSocket socket, CloseCode code, Failure refusal)
    {
        using var buffer = new FrameBuffer();
        SocketEnvelope.Single.Wrap(buffer, new RefusalFrame(null, refusal, Closing: true));
        await context.Features.GetRequiredFeature<SocketUpgrade>().Stream!.WriteFrames(buffer.Written);
        await Refuse(socket, code, refusal.Message);
    }

    private static async Task Refuse(WebSocket socket, CloseCode code, string reason)
    {
        try
        {
            using var limit = new CancellationTokenSource(CloseTime);
            await socket.CloseAsync((WebSocketCloseStatus)(int)code, reason, limit.Token);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException)
        {
            socket.Abort();
        }
    }
}
