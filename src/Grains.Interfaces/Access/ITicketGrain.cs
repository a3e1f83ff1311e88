using ChatOrleans.Ids;

namespace ChatOrleans.Access;

/// <summary>What a token said of the one who got a ticket for it.</summary>
/// <param name="Scope">Space separated; null where the token had none.</param>
/// <param name="IssuedAt">The token's <c>iat</c>; null where there was no token (Development).</param>
/// <param name="ExpiresAt">The token's <c>exp</c>: a connection that a ticket opened ends with the token, not with the ticket.</param>
[GenerateSerializer, Immutable, Alias("chat.TicketHolder")]
public sealed record TicketHolder(
    [property: Id(0)] UserId UserId,
    [property: Id(1)] string? Name,
    [property: Id(2)] string? Scope,
    [property: Id(3)] DateTime? IssuedAt,
    [property: Id(4)] DateTime? ExpiresAt);

/// <summary>
/// One ticket. Key: a hash of the ticket, so that no log line that names the grain gives the ticket away. It lives in memory
/// alone: if its silo dies the ticket is void, never good twice.
/// </summary>
[Alias("chat.ITicketGrain")]
public interface ITicketGrain : IGrainWithStringKey
{
    [Alias("Issue")] Task Issue(TicketHolder holder, DateTime expiresAt);

    /// <summary>The holder, once; null where the ticket was redeemed, has expired or never was.</summary>
    [Alias("Redeem")] Task<TicketHolder?> Redeem();
}
