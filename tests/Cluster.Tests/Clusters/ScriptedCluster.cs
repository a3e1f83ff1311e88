using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace ChatOrleans.Cluster.Tests.Clusters;

/// <summary>The cluster of eng/cluster.sh, in a directory and on ports of its own; what the tests were built with is what runs.</summary>
public sealed class ScriptedCluster : IAsyncDisposable
{
    /// <summary>Above its first port; as the script says.</summary>
    private static readonly int[] _distances = [0, 1, 2, 11, 12, 13, 20, 21];

    private readonly string _directory = Directory.CreateTempSubdirectory("chat-script-").FullName;
    private readonly int _port = Ports.Free(_distances);

    /// <summary>Where nginx listens.</summary>
    public Uri Http => new($"http://127.0.0.1:{_port}");

    public Uri Socket => new($"ws://127.0.0.1:{_port}/ws/notifications/");

    /// <summary>A web front itself, counted from 1.</summary>
    public Uri Front(int number) => new($"http://127.0.0.1:{_port + number}");

    /// <summary>Runs the script; fails with what it says where it fails.</summary>
    public async Task<string> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Metadata("ClusterScript"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CHAT_CLUSTER_DIR"] = _directory;
        start.Environment["CHAT_CLUSTER_PORT"] = _port.ToString(CultureInfo.InvariantCulture);
        start.Environment["CHAT_CLUSTER_BUILD"] = $"none:{Metadata("Configuration")}";
        using var script = Process.Start(start)!;
        var (output, error) = (script.StandardOutput.ReadToEndAsync(), script.StandardError.ReadToEndAsync());
        await script.WaitForExitAsync();
        Assert.True(script.ExitCode == 0, $"cluster.sh {string.Join(' ', arguments)} ended with {script.ExitCode}: {await output}{await error}");
        return await output;
    }

    /// <summary>Every process that works in the cluster's directory, children of those that were started included.</summary>
    public IReadOnlyList<int> Processes() =>
        [.. Directory.EnumerateDirectories("/proc").Select(path => Path.GetFileName(path)).Where(name => name.All(char.IsAsciiDigit))
            .Select(name => int.Parse(name, CultureInfo.InvariantCulture)).Where(id => WorkingDirectory(id)?.StartsWith(_directory, StringComparison.Ordinal) == true)];

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Run("down");
        }
        finally
        {
            foreach (var left in Processes())
            {
                using var process = Process.GetProcessById(left);
                process.Kill();
                await process.WaitForExitAsync();
            }

            Directory.Delete(_directory, recursive: true);
        }
    }

    private static string? WorkingDirectory(int process)
    {
        try
        {
            return new FileInfo($"/proc/{process}/cwd").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile, or is somebody else's.
            return null;
        }
    }

    private static string Metadata(string key) => typeof(ScriptedCluster).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
