using ChatOrleans.WebFront.Tests.Api;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOrleans.WebFront.Tests.Hosting;

[Collection(ServerCollection.Name)]
public sealed class OperationsTests(ChatServer server)
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_IsTold(string path)
    {
        using var stranger = server.Stranger();
        Assert.Equal("Healthy", await stranger.GetStringAsync(new Uri(path, UriKind.Relative)));
    }

    [Fact]
    public async Task Metrics_AreThoseOfTheProductAndOfOrleans()
    {
        using var ada = await server.As("ada-metrics");
        await ada.Get("/api/users/me");
        using var stranger = server.Stranger();
        var metrics = await stranger.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("orleans_", metrics, StringComparison.Ordinal);
        Assert.Contains("http_server_request_duration", metrics, StringComparison.Ordinal);
        Assert.Contains("otel_scope_name=\"ChatOrleans\"", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("ada-metrics", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public void SettingsFiles_AreNotWatched()
    {
        // A watcher would see every write of a database that lies below it.
        var files = ((IConfigurationRoot)server.Services.GetRequiredService<IConfiguration>()).Providers.OfType<JsonConfigurationProvider>().ToList();
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.False(file.Source.ReloadOnChange, $"{file.Source.Path} is watched."));
    }

    [Fact]
    public async Task History_SurvivesARestart_AndNothingIsWarnedOf()
    {
        var directory = Directory.CreateTempSubdirectory("chat-restart-");
        try
        {
            string path;
            var first = await ChatServer.Start([], directory.FullName);
            await using (first)
            {
                using var ada = await first.As("ada");
                path = $"/api/conversations/{(await ada.Post("/api/conversations", new { kind = "group", members = Array.Empty<object>() })).Is(201).Text("id")}/messages";
                (await ada.Post(path, new { text = "still here?", client_message_id = "c-1" })).Is(201);
            }

            var second = await ChatServer.Start([], directory.FullName);
            await using (second)
            {
                using var ada = await second.As("ada");
                Assert.Equal("still here?", (await ada.Get(path)).Is(200).Body[0].GetProperty("text").GetString());
                (await ada.Post(path, new { text = "still here?", client_message_id = "c-1" })).Is(200);
            }

            Assert.DoesNotContain(first.Logs.Warnings.Concat(second.Logs.Warnings), line => !SlowMachine.Says(line));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
