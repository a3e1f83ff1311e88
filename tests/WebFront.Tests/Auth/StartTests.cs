using System.Security.Cryptography;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Hosting;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Tests.Auth;

/// <summary>What the host refuses to start with, and that it says which key, which rule and what to do.</summary>
public sealed class StartTests
{
    private const string GoodKey = "a-signing-key-of-more-than-thirty-two-bytes";

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public void Start_WithAKeyOfOnesOwn_IsAllowed(string environment) =>
        Assert.Empty(Refusals(new AuthOptions { SigningKey = GoodKey }, environment));

    [Fact]
    public void Start_WithAnAuthority_IsAllowed() =>
        Assert.Empty(Refusals(new AuthOptions { Authority = "https://login.example.com", Audience = "chat" }, "Production"));

    [Fact]
    public void Start_WithTheDevelopmentKey_IsForDevelopmentAlone()
    {
        var options = new AuthOptions { SigningKey = DevelopmentKey.Value, AllowUserIdWithoutToken = true };
        Assert.Empty(Refusals(options, "Development"));
        var refusals = Refusals(options, "Staging").ToList();
        Assert.Contains(refusals, text => text.StartsWith("Auth:SigningKey is the development key", StringComparison.Ordinal));
        Assert.Contains(refusals, text => text.StartsWith("Auth:AllowUserIdWithoutToken is true", StringComparison.Ordinal));
    }

    public static TheoryData<AuthOptions, string> Unsafe => new()
    {
        { new AuthOptions(), "Auth:SigningKey, Auth:PublicKey and Auth:Authority are all empty" },
        { new AuthOptions { SigningKey = GoodKey, Authority = "https://login.example.com", Audience = "chat" }, "Auth:SigningKey, Auth:PublicKey and Auth:Authority are not to be set together" },
        { new AuthOptions { PublicKey = "-----BEGIN PUBLIC KEY-----" }, "Auth:PublicKey is no public key" },
        { new AuthOptions { PublicKey = ECDsa.Create().ExportECPrivateKeyPem() }, "Auth:PublicKey is no public key" },
        { new AuthOptions { PublicKey = RSA.Create(1024).ExportSubjectPublicKeyInfoPem() }, "Auth:PublicKey is no public key" },
        { new AuthOptions { SigningKey = GoodKey, RevocationAge = TimeSpan.FromHours(1) }, "Auth:RevocationAge must be between" },
        { new AuthOptions { SigningKey = "short" }, "Auth:SigningKey is shorter than 32 bytes" },
        { new AuthOptions { Authority = "http://login.example.com", Audience = "chat" }, "Auth:Authority must be an absolute https address" },
        { new AuthOptions { Authority = "login", Audience = "chat" }, "Auth:Authority must be an absolute https address" },
        { new AuthOptions { Authority = "https://login.example.com" }, "Auth:Audience is empty" },
        { new AuthOptions { SigningKey = GoodKey, ClockSkew = TimeSpan.FromHours(1) }, "Auth:ClockSkew must be between" },
    };

    [Theory]
    [MemberData(nameof(Unsafe))]
    public void Start_WhenUnsafe_IsRefusedWithTheKey(AuthOptions options, string beginning) =>
        Assert.Contains(Refusals(options, "Production"), text => text.StartsWith(beginning, StringComparison.Ordinal));

    [Theory]
    [InlineData("AllowedOrigins", "*")]
    [InlineData("AllowedOrigins", "https://*.example.com")]
    [InlineData("AllowedOrigins", "http://app.example.com")]
    [InlineData("AllowedOrigins", "https://app.example.com/")]
    [InlineData("AllowedOrigins", "app.example.com")]
    [InlineData("FrameAncestors", "*")]
    [InlineData("ConnectSources", "http://login.example.com")]
    [InlineData("TrustedProxies", "everybody")]
    public void Start_WithDoorsOpenToStrangers_IsRefusedWithTheKey(string key, string value)
    {
        var options = new WebOptions();
        typeof(WebOptions).GetProperty(key)!.SetValue(options, value);
        var refusals = new WebOptionsValidator(new Named("Production")).Validate(null, options).Failures ?? [];
        Assert.StartsWith($"Web:{key} has '{value}'", Assert.Single(refusals), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Production", 60, 30, false)]
    [InlineData("Production", 30, 30, true)]
    [InlineData("Development", 20, 0, true)]
    public void Start_WhereARevokedTokenCouldOutlastAnErasure_IsRefused(string environment, int age, int grace, bool fits)
    {
        var validator = new ErasureValidator(Options.Create(new GrainTiming { ErasureGrace = TimeSpan.FromSeconds(grace) }), new Named(environment));

        var result = validator.Validate(null, new AuthOptions { RevocationAge = TimeSpan.FromSeconds(age) });

        Assert.Equal(fits, result.Succeeded);
        Assert.Equal(!fits, result.FailureMessage?.Contains("Set it to 00:01:00 or more", StringComparison.Ordinal) ?? false);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void Start_WithProxiesBeyondCount_IsRefusedWithTheKey(int hops)
    {
        var refusals = new WebOptionsValidator(new Named("Production")).Validate(null, new WebOptions { ProxyHops = hops }).Failures ?? [];
        Assert.StartsWith("Web:ProxyHops must be 1 to 10", Assert.Single(refusals), StringComparison.Ordinal);
    }

    [Fact]
    public void Start_WithNamedDoors_IsAllowed() => Assert.True(new WebOptionsValidator(new Named("Production")).Validate(null, new WebOptions
    {
        AllowedOrigins = "https://app.example.com https://other.example.com:8443",
        TrustedProxies = "10.0.0.7, 192.168.0.0/16 ::1",
    }).Succeeded);

    private static IEnumerable<string> Refusals(AuthOptions options, string environment) =>
        new AuthOptionsValidator(new Named(environment)).Validate(null, options).Failures ?? [];

    private sealed class Named(string environment) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = environment;

        public string ApplicationName { get; set; } = "";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
