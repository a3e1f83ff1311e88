using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace ChatOrleans.Cluster.Tests.Processes;

/// <summary>A client in Node: a script of the folder node, which prints what it gets as lines of JSON and reads commands.</summary>
public sealed class NodeClient : IAsyncDisposable
{
    private static readonly string _folder = typeof(NodeClient).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "NodeClients").Value!;

    private static readonly Lazy<Task> _installed = new(Install);

    private readonly Process _process;
    private readonly List<JsonElement> _lines = [];
    private readonly List<string> _errors = [];

    private NodeClient(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Add(_lines, line.Data, text => JsonElement.Parse(text));
        _process.ErrorDataReceived += (_, line) => Add(_errors, line.Data, text => text);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public IReadOnlyList<JsonElement> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public static async Task<NodeClient> Start(string script, params string[] arguments)
    {
        await _installed.Value;
        return new NodeClient(Run("node", [script, .. arguments]));
    }

    public async Task Say(object command)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command));
        await _process.StandardInput.FlushAsync();
    }

    public Task WaitFor(Func<IReadOnlyList<JsonElement>, bool> condition, string what) => Wait.Until(
        () => condition(Lines),
        TimeSpan.FromSeconds(60),
        () =>
        {
            lock (_errors)
            {
                return $"{what}. The client printed:\n{string.Join('\n', Lines)}\n{string.Join('\n', _errors)}";
            }
        });

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Once, where a checkout has not been prepared: what the lock file names.</summary>
    private static async Task Install()
    {
        if (Directory.Exists(Path.Combine(_folder, "node_modules", "ws")))
        {
            return;
        }

        using var install = Run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
        var output = install.StandardOutput.ReadToEndAsync();
        var errors = install.StandardError.ReadToEndAsync();
        await install.WaitForExitAsync();
        Assert.True(install.ExitCode == 0, $"npm ci ended with {install.ExitCode}:\n{await output}{await errors}");
    }

    private static Process Run(string program, IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = _folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static void Add<T>(List<T> list, string? line, Func<string, T> read)
    {
        if (!string.IsNullOrEmpty(line))
        {
            lock (list)
            {
                list.Add(read(line));
            }
        }
    }
}
