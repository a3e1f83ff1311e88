using System.Text;
using ChatOrleans.WebFront.Tests.Api;
using ChatOrleans.WebFront.Tests.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ChatOrleans.WebFront.Tests.Auth;

/// <summary>Each way of saying who may come in, on a server that is set up for it.</summary>
public sealed class WaysInTests
{
    [Fact]
    public async Task Authority_LetsInWhomItsKeysSign()
    {
        await using var issuer = await Issuer.Start();
        await using var server = await ChatServer.Start(new() { ["Auth:Authority"] = issuer.Address, ["Auth:Audience"] = "chat" });
        using (var ada = server.With(issuer.Token("ada")))
        {
            Assert.Equal("ada", (await ada.Get("/api/users/me")).Is(200).Text("id"));
        }

        var forged = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer.Address,
            Audience = "chat",
            Claims = new Dictionary<string, object> { ["sub"] = "ada" },
            SigningCredentials = new SigningCredentials(
                new SymmetricSecurityKey(Encoding.UTF8.GetBytes("chat-orleans-development-key-that-everybody-knows")), SecurityAlgorithms.HmacSha256),
        });
        foreach (var token in new[] { issuer.Token("ada", audience: "another"), issuer.Token("ada", issuer: "http://elsewhere"), issuer.Token("a b"), forged })
        {
            using var refused = server.With(token);
            (await refused.Get("/api/users/me")).IsProblem(401, "unauthenticated");
        }

        using var stranger = server.Stranger();
        (await stranger.Post("/api/auth/token", new { user_id = "ada" })).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task BareUserId_IsLetIn_WhereThatIsAllowed()
    {
        await using var server = await ChatServer.Start(new() { ["Auth:AllowUserIdWithoutToken"] = "true" });
        using var stranger = server.Stranger();
        Assert.Equal("ada", (await stranger.Get("/api/users/me?user_id=ada")).Is(200).Text("id"));
        (await stranger.Get("/api/users/me?user_id=a%20b")).IsProblem(401, "unauthenticated");
        (await stranger.Get("/api/users/me")).IsProblem(401, "unauthenticated");
        using var bad = server.With("nonsense");
        (await bad.Get("/api/users/me?user_id=ada")).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task Production_HasNoSignInByName()
    {
        await using var server = await ChatServer.Start(
            new() { ["Auth:SigningKey"] = "a-signing-key-of-more-than-thirty-two-bytes" }, environment: "Production");
        using var stranger = server.Stranger();
        (await stranger.Post("/api/auth/token", new { user_id = "ada" })).IsProblem(404, "not_found");
        (await stranger.Get("/api/users/me?user_id=ada")).IsProblem(401, "unauthenticated");
    }
}
