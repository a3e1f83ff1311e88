using System.Diagnostics;

namespace ChatOrleans.Silo.Tests.Cli;

/// <summary>The program <c>chatorleans</c> in a process of its own.</summary>
internal sealed class ChatProgram : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);
    private readonly Process _process;
    private readonly string _command;

    private ChatProgram(string[] args)
    {
        _command = string.Join(' ', args);
        _process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "chatorleans.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    public bool HasExited => _process.HasExited;

    public static ChatProgram Begin(params string[] args) => new(args);

    /// <summary>What it printed. Fails where it does not end with the code that is expected.</summary>
    public static async Task<string> Run(int expected, params string[] args)
    {
        using var program = new ChatProgram(args);
        var output = program._process.StandardOutput.ReadToEndAsync();
        var errors = program._process.StandardError.ReadToEndAsync();
        try
        {
            await program._process.WaitForExitAsync().WaitAsync(s_patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"chatorleans {program._command} had not ended after {s_patience.TotalMinutes} minutes.");
        }

        var printed = await output + await errors;
        Assert.True(program._process.ExitCode == expected, $"chatorleans {program._command} ended with {program._process.ExitCode}, not {expected}: {printed}");
        return printed;
    }

    /// <summary>The first line that it tells whoever looks on, besides its outcome.</summary>
    public async Task<string?> FirstWords() => await _process.StandardError.ReadLineAsync();

    /// <summary>With SIGKILL.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
