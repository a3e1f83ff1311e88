using System.Diagnostics;

namespace ChatOrleans.Silo.Tests.Storage;

/// <summary>The program of <c>tests/StorageWriter</c> in a process of its own, and the lines that it prints.</summary>
internal sealed class WriterProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    public WriterProcess(string mode, string directory)
    {
        _process = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "ChatOrleans.StorageWriter.dll"), mode, directory },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    /// <summary>The next line; fails where the process ends or stays silent instead.</summary>
    public async Task<string> Line()
    {
        try
        {
            return await _process.StandardOutput.ReadLineAsync().WaitAsync(s_patience)
                ?? throw new InvalidOperationException($"The writer ended: {await _process.StandardError.ReadToEndAsync()}");
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The writer printed no line for {s_patience.TotalSeconds} s.");
        }
    }

    /// <summary>Ends it with SIGKILL; returns the whole lines that it had printed and nobody had read.</summary>
    public async Task<string[]> Kill()
    {
        _process.Kill();
        var rest = await _process.StandardOutput.ReadToEndAsync().WaitAsync(s_patience);
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        // The last one may have been torn.
        return rest.Split('\n')[..^1];
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
