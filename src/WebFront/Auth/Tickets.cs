using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using ChatOrleans.Access;
using ChatOrleans.Grains.Hosting;

namespace ChatOrleans.WebFront.Auth;

/// <summary>Single-use tickets, which stand in for a token where only an address can carry one. One for one connection, anywhere in the cluster.</summary>
internal sealed class Tickets(IGrainFactory grains, TimeProvider time)
{
    private const int Bytes = 24;
    private const int Length = 32;

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    public async Task<(string Ticket, DateTime ExpiresAt)> Issue(ClaimsPrincipal principal)
    {
        var ticket = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        var expiresAt = time.GetUtcNow().UtcDateTime + Lifetime;
        await Grain(ticket).Issue(HolderOf(principal), expiresAt);
        return (ticket, expiresAt);
    }

    /// <summary>Null where it was used, has expired or never was.</summary>
    public async Task<TicketHolder?> Redeem(string ticket) => ticket.Length == Length ? await Grain(ticket).Redeem() : null;

    /// <summary>As the token would have made it.</summary>
    public static ClaimsPrincipal PrincipalOf(TicketHolder holder, string scheme)
    {
        List<Claim> claims = [new(Caller.SubjectClaim, holder.UserId.Value)];
        Add(Caller.NameClaim, holder.Name);
        Add(Caller.ScopeClaim, holder.Scope);
        Add(TokenTimes.IssuedClaim, TokenTimes.Text(holder.IssuedAt));
        Add(TokenTimes.ExpiresClaim, TokenTimes.Text(holder.ExpiresAt));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme, Caller.SubjectClaim, null));

        void Add(string type, string? value)
        {
            if (value is not null)
            {
                claims.Add(new Claim(type, value));
            }
        }
    }

    private static TicketHolder HolderOf(ClaimsPrincipal principal)
    {
        var actor = Caller.Of(principal);
        var times = TokenTimes.Of(principal);
        var scopes = string.Join(' ', principal.FindAll(Caller.ScopeClaim).Select(claim => claim.Value));
        return new TicketHolder(actor.Id, actor.Name, scopes.Length == 0 ? null : scopes, times.IssuedAt, times.ExpiresAt);
    }

    private ITicketGrain Grain(string ticket) =>
        grains.Reach<ITicketGrain>(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ticket))));
}
