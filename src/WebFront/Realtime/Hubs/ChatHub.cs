using ChatOrleans.Errors;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Limits;
using ChatOrleans.WebFront.Realtime.Sessions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;

namespace ChatOrleans.WebFront.Realtime.Hubs;

/// <summary>
/// SignalR's door to a session. Names and the order of arguments are contract; failures are a HubException whose message starts
/// with the error code and a colon. SignalR begins a connection's calls in order; the session decides which may go on beside others.
/// </summary>
[Authorize]
internal sealed class ChatHub(DeviceSessions sessions, ConnectionGate gate) : Hub
{
    private static readonly object SessionKey = new();

    private static readonly object PlaceKey = new();

    /// <summary>Null where the connection was refused.</summary>
    private DeviceSession? Session => Context.Items.TryGetValue(SessionKey, out var session) ? (DeviceSession?)session : null;

    public override async Task OnConnectedAsync()
    {
        try
        {
            var caller = Caller.Of(Context.User!);
            var http = Context.GetHttpContext()!;
            if (await QueryOrClose(http.Request.Query) is not { } query)
            {
                return;
            }

            var connection = ConnectionOf(query.Format);
            var (tooMany, place) = gate.Enter(http.Connection.RemoteIpAddress);
            Context.Items[PlaceKey] = place;
            if ((tooMany ?? await gate.Admit(caller.Id)) is { } refusal)
            {
                await connection.Close(CloseCodes.CodeOf(refusal), refusal.Message, refusal.RetryAfter);
                return;
            }

            Context.Items[SessionKey] = sessions.Open(caller, TokenTimes.Of(Context.User!), connection, query);
        }
        catch
        {
            // SignalR tells a hub nothing of the end of a connection whose beginning failed.
            LeavePlace();
            throw;
        }
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        LeavePlace();
        if (Session is { } session)
        {
            await session.DisposeAsync();
        }
    }

    /// <summary>Answers the message, once it is durable.</summary>
    public Task<HubResult?> SendMessage(Argument conversationId, Argument text, Argument clientMessageId, Argument meta) =>
        Answer(static (c, a) => c.SendMessage(a.One, a.Two, a.Three, a.Four), conversationId, text, clientMessageId, meta, beside: true);

    /// <summary>Answers the message as it now is.</summary>
    public Task<HubResult?> EditMessage(Argument conversationId, Argument messageId, Argument text) =>
        Answer(static (c, a) => c.EditMessage(a.One, a.Two, a.Three), conversationId, messageId, text);

    public Task<HubResult?> DeleteMessage(Argument conversationId, Argument messageId) =>
        Answer(static (c, a) => c.DeleteMessage(a.One, a.Two), conversationId, messageId);

    public Task<HubResult?> SetActiveConversation(Argument conversationId, Argument visible) =>
        Answer(static (c, a) => c.SetActiveConversation(a.One, a.Two), conversationId, visible);

    /// <summary>Answers <c>{read_seq, unread}</c>.</summary>
    public Task<HubResult?> MarkRead(Argument conversationId, Argument seq) =>
        Answer(static (c, a) => c.MarkRead(a.One, a.Two), conversationId, seq, beside: true);

    public Task<HubResult?> MarkNotificationRead(Argument notificationId) =>
        Answer(static (c, a) => c.MarkNotificationRead(a.One), notificationId);

    public Task<HubResult?> MarkAllNotificationsRead() => Answer(static (c, _) => c.MarkAllNotificationsRead());

    public Task<HubResult?> Typing(Argument conversationId) => Answer(static (c, a) => c.Typing(a.One), conversationId);

    /// <summary>Answers <c>{cursor, epoch}</c>: the end of the feed.</summary>
    public Task<HubResult?> Ping(Argument cursor) =>
        Answer(static async (c, a) => new PositionObject(await c.Ping(a.One)), cursor);

    /// <summary>Answers the new hello, which comes among the events as well: what follows it there follows its position.</summary>
    public Task<HubResult?> Resume(Argument cursor, Argument epoch) => Answer(static (c, a) => c.Resume(a.One, a.Two), cursor, epoch);

    private async Task<HubResult?> Answer(
        Func<SessionCommands, Arguments, Task<IFrameObject>> command,
        Argument one = default,
        Argument two = default,
        Argument three = default,
        Argument four = default,
        bool beside = false)
    {
        var session = Session;
        if (session is null || !await session.BeginCommand(beside))
        {
            throw Refusal(Failure.Of(ChatException.Unavailable("The connection is closing. Connect again.")));
        }

        try
        {
            var result = await Begin();
            // What REST answers with 204 has no result here.
            return result is NothingObject ? null : new HubResult(result);
        }
        catch (Exception failure) when (failure is not HubException)
        {
            throw Refusal(session.Refuse(failure, "a hub call"));
        }
        finally
        {
            session.EndCommand();
        }

        async ValueTask<IFrameObject> Begin()
        {
            Task<IFrameObject> doing;
            try
            {
                doing = await session.Admit() is { } tooSoon
                    ? throw Refusal(tooSoon)
                    : command(session.Commands, new Arguments(one, two, three, four));
            }
            finally
            {
                if (beside)
                {
                    session.CommandBegun();
                }
            }

            return await doing;
        }
    }

    /// <summary>Null where it was malformed, and told so: thrown on, SignalR would log it as an error of ours, with its trace.</summary>
    private async ValueTask<ConnectionQuery?> QueryOrClose(IQueryCollection query)
    {
        try
        {
            return ConnectionQuery.Of(query);
        }
        catch (ChatException invalid)
        {
            await ConnectionOf(FrameFormat.Both).Close(CloseCode.Malformed, invalid.Message, retryAfter: null);
            return null;
        }
    }

    private HubConnection ConnectionOf(FrameFormat format) => new(
        Context.Features.GetRequiredFeature<HubConnectionContext>(), Context.Features.GetRequiredFeature<SignsOfLife>(), format);

    private void LeavePlace() => (Context.Items.TryGetValue(PlaceKey, out var place) ? (IDisposable?)place : null)?.Dispose();

    private static HubException Refusal(Failure failure) => new(CodedErrors.TextOf(failure));

    private readonly record struct Arguments(Argument One, Argument Two, Argument Three, Argument Four);
}
