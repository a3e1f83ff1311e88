using Microsoft.AspNetCore.SignalR;

namespace ChatOrleans.Peers;

/// <summary>One message, in one shape, as the others in the room get it.</summary>
public sealed record PeerMessage(string Id, string ConversationId, string SenderId, string Text, DateTime Timestamp, string? ClientMessageId);

/// <summary>The shortest hub that is a chat: rooms come with the connection, a message goes to the others in its room.</summary>
public sealed class PeerHub(IMessageStore store) : Hub
{
    private string User => Context.GetHttpContext()!.Request.Query["user"]!;

    public override async Task OnConnectedAsync()
    {
        Context.Items["user"] = User;
        foreach (var room in Context.GetHttpContext()!.Request.Query["rooms"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            await Groups.AddToGroupAsync(Context.ConnectionId, room);
        }

        // Before this a message of the room may pass the connection by.
        await Clients.Caller.SendAsync("hello");
    }

    /// <summary>Answers the id, once the store has the message.</summary>
    public async Task<string> SendMessage(string conversationId, string text, string? clientMessageId, object? meta)
    {
        var message = new PeerMessage(
            Guid.NewGuid().ToString("n"), conversationId, (string)Context.Items["user"]!, text, DateTime.UtcNow, clientMessageId);
        await store.Add(message);
        await Clients.OthersInGroup(conversationId).SendAsync("message", message);
        return message.Id;
    }
}
