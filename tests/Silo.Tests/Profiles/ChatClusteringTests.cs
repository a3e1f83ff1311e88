using ChatOrleans.Silo.Tests.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Clustering.Redis;
using Orleans.Runtime;
using OrleansClusterOptions = Orleans.Configuration.ClusterOptions;

namespace ChatOrleans.Silo.Tests.Profiles;

/// <summary>Who finds whom in a Redis that clusters share, and what a member says of one that may forget them.</summary>
[Collection(nameof(RedisServer))]
public sealed class ChatClusteringTests(RedisServer server) : IDisposable
{
    private readonly LogLines _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Members_OnOneRedis_WithPrefixesOfTheirOwn_AreTwoClusters()
    {
        using var first = await Start(new() { ["Storage:KeyPrefix"] = "a" });
        using var second = await Start(new() { ["Storage:KeyPrefix"] = "b" });

        foreach (var member in (IHost[])[first, second])
            Assert.Single(await member.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true));
        await Task.WhenAll(first.StopAsync(), second.StopAsync());
    }

    /// <summary>With the default prefix members of earlier versions and of this one find each other. Azure tells no capital letters in a table's name.</summary>
    [Theory]
    [InlineData("Redis", "Storage:KeyPrefix", "chat", "data/members/mine")]
    [InlineData("Redis", "Storage:KeyPrefix", "b", "b/data/members/mine")]
    [InlineData("AzureStorage", "Storage:TablePrefix", "chat", "data/members/mine")]
    [InlineData("AzureStorage", "Storage:TablePrefix", "Chat", "data/members/mine")]
    [InlineData("AzureStorage", "Storage:TablePrefix", "B", "b/data/members/mine")]
    public void Members_AreListed_UnderWhatTheirDataAre(string profile, string setting, string prefix, string key)
    {
        using var member = Build(new() { ["Cluster:Profile"] = profile, [setting] = prefix, ["Storage:AzureTables"] = "UseDevelopmentStorage=true" });

        var options = member.Services.GetRequiredService<IOptions<RedisClusteringOptions>>().Value;

        Assert.Equal(key, options.CreateRedisKey(new OrleansClusterOptions { ServiceId = "data", ClusterId = "mine" }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_WithARedisForMembersThatMayForgetThem_SaysSo(bool keeps)
    {
        var ofMembers = new RedisServer { AppendOnly = keeps };
        await ofMembers.InitializeAsync();
        try
        {
            using var member = await Start(new() { ["Cluster:Redis"] = ofMembers.Endpoint });
            await member.StopAsync();
        }
        finally
        {
            await ofMembers.DisposeAsync();
        }

        var said = _log.All.Where(line => line.Text.Contains("may forget who is a member", StringComparison.Ordinal)).ToList();
        if (keeps)
            Assert.Empty(said);
        else
            Assert.StartsWith($"Cluster:Redis = {ofMembers.Endpoint}: this Redis", Assert.Single(said).Text, StringComparison.Ordinal);
    }

    private async Task<IHost> Start(Dictionary<string, string?> settings)
    {
        var member = Build(settings);
        await member.StartAsync();
        return member;
    }

    private IHost Build(Dictionary<string, string?> settings)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Cluster:Profile"] = "Redis",
            ["Cluster:AdvertisedAddress"] = "127.0.0.1",
            ["Storage:Redis"] = server.Endpoint,
        });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.UseChatSilo();
        builder.Logging.ClearProviders().AddProvider(_log);
        return builder.Build();
    }
}
