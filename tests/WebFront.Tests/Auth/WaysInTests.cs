using System.Security.Cryptography;
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
    public async Task Authority_ThatChangesItsKeys_IsAskedAgain()
    {
        await using var issuer = await Issuer.Start();
        await using var server = await ChatServer.Start(new() { ["Auth:Authority"] = issuer.Address, ["Auth:Audience"] = "chat" });
        using var before = server.With(issuer.Token("ada"));
        (await before.Get("/api/users/me")).Is(200);

        issuer.ChangeKey();
        using var after = server.With(issuer.Token("ada"));

        await Eventually.Is(() => after.Get("/api/users/me"), answer => answer.Status == 200, "the new key to be known");
        (await before.Get("/api/users/me")).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task PublicKeys_LetInWhomAnyOfThemSigned_AndNobodyWhoSignsWithTheKeyItself()
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = rsa.ExportSubjectPublicKeyInfoPem() + "\n" + curve.ExportSubjectPublicKeyInfoPem();
        await using var server = await ChatServer.Start(new() { ["Auth:PublicKey"] = pem }, environment: "Production");

        Assert.Equal(200, await Answer(new SigningCredentials(new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSha256)));
        Assert.Equal(200, await Answer(new SigningCredentials(new ECDsaSecurityKey(curve), SecurityAlgorithms.EcdsaSha256)));
        // The old trick: the public key's bytes as the secret of a symmetric algorithm.
        var confused = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()));
        Assert.Equal(401, await Answer(new SigningCredentials(confused, SecurityAlgorithms.HmacSha256)));
        using var stranger = RSA.Create(2048);
        Assert.Equal(401, await Answer(new SigningCredentials(new RsaSecurityKey(stranger), SecurityAlgorithms.RsaSha256)));

        async Task<int> Answer(SigningCredentials credentials)
        {
            var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
            {
                Claims = new Dictionary<string, object> { ["sub"] = "ada" },
                Expires = DateTime.UtcNow.AddHours(1),
                SigningCredentials = credentials,
            });
            using var client = server.With(token);
            return (await client.Get("/api/users/me")).Status;
        }
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
