using Xunit.Abstractions;

namespace ChatOrleans.Cluster.Tests.Clusters;

/// <summary>One cluster for several classes of tests, each of which leaves it whole. They run when no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SharedCluster : IAsyncLifetime, ICollectionFixture<SharedCluster>
{
    public const string Name = "shared cluster";

    public ChatCluster Cluster { get; } = new(silos: 3, fronts: 2);

    public Task InitializeAsync() => Cluster.Start();

    public async Task DisposeAsync()
    {
        // Asked for, also where nothing fails.
        if (Environment.GetEnvironmentVariable("CHAT_FAULT_LOGS") is { Length: > 0 } directory)
        {
            Keep(directory);
        }

        await Cluster.DisposeAsync();
    }

    /// <summary>A test. Where it fails, what the members said is kept, and what it left behind must not fail the next one.</summary>
    public async Task Try(ITestOutputHelper output, Func<Task> test)
    {
        try
        {
            await test();
        }
        catch (Exception)
        {
            Tell(output);
            await Mend();
            throw;
        }
    }

    private async Task Mend()
    {
        if (!Cluster.Redis.IsRunning)
        {
            await Cluster.Redis.Start();
        }

        foreach (var member in Cluster.Members)
        {
            if (!member.IsRunning)
            {
                await member.Start();
            }

            await member.Thaw();
        }
    }

    private void Tell(ITestOutputHelper output)
    {
        var directory = Directory.CreateTempSubdirectory("chat-logs-").FullName;
        Keep(directory);
        output.WriteLine($"What the members said is in {directory}");
    }

    private void Keep(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var member in Cluster.Members)
        {
            File.WriteAllText(Path.Combine(directory, $"{member.Name}.log"), member.Log);
        }
    }
}
