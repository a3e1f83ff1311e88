using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Tests.Api;
using ChatOrleans.WebFront.Tests.Realtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ChatServer = ChatOrleans.WebFront.Tests.Hosting.ChatServer;

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
    public async Task Authority_ThatDoesNotAnswer_MakesNoTokenABadOne()
    {
        var issuer = await Issuer.Start();
        var (address, token) = (issuer.Address, issuer.Token("ada"));
        await issuer.DisposeAsync();
        await using var server = await ChatServer.Start(new() { ["Auth:Authority"] = address, ["Auth:Audience"] = "chat" });
        using var ada = server.With(token);

        (await ada.Get("/api/users/me")).IsProblem(503, "unavailable");
        await using var socket = await SocketDevice.Connect(new Uri($"ws://{server.Address.Authority}/ws/notifications/?token={token}"));
        Assert.Equal(1012, await socket.Closed);
        Assert.Contains(server.Logs.All, line => line.Text.StartsWith("Auth:Authority = ", StringComparison.Ordinal));
        using var stranger = server.Stranger();
        (await stranger.Get("/api/users/me")).IsProblem(401, "unauthenticated");
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

    /// <summary>A key must be as long as what the algorithm makes.</summary>
    [Theory]
    [InlineData(32, new[] { SecurityAlgorithms.HmacSha256 })]
    [InlineData(48, new[] { SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384 })]
    [InlineData(64, new[] { SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512 })]
    public async Task SigningKey_OfSoManyBytes_SignsByWhatItIsLongEnoughFor(int bytes, string[] algorithms)
    {
        var key = new string('k', bytes);
        await using var server = await ChatServer.Start(new() { ["Auth:SigningKey"] = key });
        foreach (var algorithm in algorithms)
        {
            using var client = server.With(new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
            {
                Claims = new Dictionary<string, object> { ["sub"] = "ada" },
                Expires = DateTime.UtcNow.AddHours(1),
                SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key)), algorithm),
            }));
            (await client.Get("/api/users/me")).Is(200);
        }
    }

    [Theory]
    [InlineData("1893456000000")]
    [InlineData("253402300799")]
    public void AToken_WhoseTimesAreNone_IsOlderThanAnyRevocation(string expires)
    {
        var times = TokenTimes.Of(new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "ada"), new Claim("exp", expires)])));

        Assert.Equal(new TokenTimes(DateTime.UnixEpoch, null), times);
    }

    [Fact]
    public async Task ATicketThatNeverWas_TakesNoMemory()
    {
        await using var server = await ChatServer.Start([]);
        using var stranger = server.Stranger();
        foreach (var i in Enumerable.Range(0, 50))
        {
            (await stranger.Get($"/hubs/chat?ticket={i:d32}")).IsProblem(401, "unauthenticated");
        }

        var management = server.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        await Eventually.Is(
            async () => (await management.GetSimpleGrainStatistics()).Where(grain => grain.GrainType.Contains("Ticket", StringComparison.Ordinal)).Sum(grain => grain.ActivationCount),
            count => count == 0, "no grain of a ticket");
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
