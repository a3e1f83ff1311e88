using System.Diagnostics;
using System.Text;

namespace ChatOrleans.Cluster.Tests.Processes;

/// <summary>A real process of the product, or one that it stores in, which can be killed, frozen, stopped and started again.</summary>
public class NodeProcess(string program, IReadOnlyList<string> arguments, string directory, IReadOnlyDictionary<string, string> environment) : IAsyncDisposable
{
    /// <summary>More than any process may take, so that whoever asks how long it took is told.</summary>
    private static readonly TimeSpan s_longestStop = TimeSpan.FromSeconds(60);

    private readonly StringBuilder _log = new();
    private Process? _process;

    public int Starts { get; private set; }

    public int ProcessId => _process!.Id;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>What all runs have printed so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Memory of the process that lies in the machine's.</summary>
    public long ResidentBytes
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts without waiting for anything.</summary>
    public void Launch()
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        _process = Process.Start(start)!;
        Starts++;
        _process.OutputDataReceived += (_, line) => Write(line.Data);
        _process.ErrorDataReceived += (_, line) => Write(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task Kill()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, or another signal, and waits for a clean end.</summary>
    public async Task Stop(string signal = "TERM")
    {
        await Signal(signal);
        try
        {
            await _process!.WaitForExitAsync().WaitAsync(s_longestStop);
        }
        catch (TimeoutException)
        {
            // Not left half stopped to whoever uses the cluster next.
            await Kill();
            throw new TimeoutException($"It did not end within {s_longestStop.TotalSeconds:0} s of SIG{signal}.");
        }

        Assert.True(_process.ExitCode == 0, $"It ended with {_process.ExitCode}. It says:\n{Log}");
    }

    /// <summary>SIGSTOP: it stays where it is and does nothing.</summary>
    public Task Freeze() => Signal("STOP");

    public Task Thaw() => Signal("CONT");

    /// <summary>With what it ended.</summary>
    public int ExitCode => _process!.ExitCode;

    /// <summary>Waits until it has ended by itself, however.</summary>
    public Task Ended() => _process!.WaitForExitAsync();

    public virtual async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await Kill();
        }

        _process?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Fails at once where the process has ended meanwhile.</summary>
    protected void AssertRunning()
    {
        if (!IsRunning)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {_process!.ExitCode}. It says:\n{Log}");
        }
    }

    private async Task Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{ProcessId}"]);
        await kill.WaitForExitAsync();
    }

    private void Write(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }
}
