using Azure.Core;
using Azure.Identity;
using ChatOrleans.Silo.Storage.AzureTables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace ChatOrleans.Silo.Tests.Storage;

/// <summary>How the account is entered, and what is refused before anything is called.</summary>
public sealed class AzureTablesOptionsTests
{
    private const string Scope = "https://storage.azure.com/.default";
    private static readonly string Key = Convert.ToBase64String(new byte[64]);

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("chat", "neither a connection string nor an address")]
    [InlineData("http://chat.table.core.windows.net", "without TLS")]
    [InlineData("https://chat.table.core.windows.net/?sv=2024-08-04&sig=secret", "with a signature")]
    [InlineData("https://chat.blob.core.windows.net", "another service")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=chat", "lacks something")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=chat;AccountKey=secret!", "lacks something")]
    public void Account_ThatCannotBe_IsRefusedAtTheStart_WithKeyRuleAndFix(string account, string rule)
    {
        using var services = With(account);
        var refused = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
        var failure = Assert.Single(refused.Failures);
        Assert.StartsWith("Storage:AzureTables ", failure, StringComparison.Ordinal);
        Assert.Contains(rule, failure, StringComparison.Ordinal);
        Assert.Contains("https://", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void ConnectionString_IsEnteredWithItsOwnKey()
    {
        using var services = With($"DefaultEndpointsProtocol=https;AccountName=chat;AccountKey={Key};EndpointSuffix=core.windows.net");
        services.GetRequiredService<IStartupValidator>().Validate();
        var connection = services.GetRequiredService<AzureTablesConnection>();
        Assert.Null(connection.Credential);
        Assert.Equal(new Uri("https://chat.table.core.windows.net/chatlogs"), connection.Logs.Uri);
    }

    /// <summary>An address leads to the platform's own endpoint for identities, here one of ours in its place, which is asked for storage.</summary>
    [Fact]
    public async Task Address_IsEnteredWithTheIdentityOfTheProcess()
    {
        await using var platform = await Platform.Start();
        using var services = With("https://chat.table.core.windows.net");
        services.GetRequiredService<IStartupValidator>().Validate();
        var connection = services.GetRequiredService<AzureTablesConnection>();
        Assert.IsType<DefaultAzureCredential>(connection.Credential);
        Assert.Equal(new Uri("https://chat.table.core.windows.net/chatstates"), connection.States.Uri);

        var token = await connection.Credential.GetTokenAsync(new TokenRequestContext([Scope]), default);

        Assert.Equal("token of chat-identity for https://storage.azure.com", token.Token);
    }

    private static ServiceProvider With(string account) => new ServiceCollection()
        .AddLogging()
        .AddAzureTablesStorage(options => options.AzureTables = account)
        .BuildServiceProvider();

    /// <summary>What App Service and its kin give to a process: an address and a secret, in the environment.</summary>
    private sealed class Platform : IAsyncDisposable
    {
        private static readonly string[] Variables = ["IDENTITY_ENDPOINT", "IDENTITY_HEADER", "AZURE_CLIENT_ID"];
        private readonly WebApplication _app = WebApplication.CreateSlimBuilder().Build();

        public static async Task<Platform> Start()
        {
            var platform = new Platform();
            platform._app.Urls.Add("http://127.0.0.1:0");
            platform._app.MapGet("/token", (string resource, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "client_id")] string client, HttpRequest request) =>
                request.Headers["X-IDENTITY-HEADER"] != "secret" ? Results.Unauthorized() : Results.Json(new
                {
                    access_token = $"token of {client} for {resource}",
                    expires_on = DateTimeOffset.UnixEpoch.AddYears(100).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
                    token_type = "Bearer",
                    resource,
                    client_id = client,
                }));
            await platform._app.StartAsync();
            var address = platform._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
            Set($"{address}/token", "secret", "chat-identity");
            return platform;
        }

        public ValueTask DisposeAsync()
        {
            Set(null, null, null);
            return _app.DisposeAsync();
        }

        private static void Set(params string?[] values)
        {
            foreach (var (name, value) in Variables.Zip(values))
                Environment.SetEnvironmentVariable(name, value);
        }
    }
}
