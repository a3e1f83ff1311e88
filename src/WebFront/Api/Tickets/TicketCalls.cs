using System.Security.Claims;
using ChatOrleans.WebFront.Api.Description;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Api;

/// <summary>What a browser puts into the address of a socket instead of its token.</summary>
internal static class TicketCalls
{
    public static void MapTickets(this RouteGroupBuilder api) => api.MapPost("/ws-ticket", Issue).WithTags("Users")
        .WithSummary("A ticket that opens one connection")
        .Describe("Give it as ticket= in the query of /ws/notifications/ or of /hubs/chat (a WebSocket without negotiation). It is good "
            + "once, for 30 seconds; the connection lasts as long as the token that it was made with.")
        .Answers("ticket", "A ticket.");

    private static async Task<FrameAnswer<TicketObject>> Issue(ClaimsPrincipal principal, Tickets tickets)
    {
        var (ticket, expiresAt) = await tickets.Issue(principal);
        return Answer.Of(new TicketObject(ticket, expiresAt));
    }
}
