using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChatOrleans.LoadTester.Servers;

/// <summary>A server that this run started, on a temporary directory, with what it uses of the machine. Linux only.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const double TicksPerSecond = 100;

    private readonly StringBuilder _log = new();
    private readonly List<Process> _processes = [];
    private readonly string _directory;
    private readonly bool _temporary;

    public ServerProcess(string? directory = null)
    {
        _temporary = directory is null;
        _directory = directory ?? Directory.CreateTempSubdirectory("chat-load-").FullName;
        Directory.CreateDirectory(_directory);
    }

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort()}");

    public string DataDirectory => _directory;

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

    /// <summary>User and system time of all processes of this server.</summary>
    public TimeSpan Cpu => TimeSpan.FromSeconds(_processes.Sum(process => CpuTicks(process.Id)) / TicksPerSecond);

    /// <summary>Memory of all processes that lies in the machine's.</summary>
    public long ResidentBytes => _processes.Sum(process => Resident(process.Id));

    public void Run(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
    }

    /// <summary>Waits until an address answers with success.</summary>
    /// <param name="at">Where, if not at this server's first address.</param>
    public async Task Ready(string path, CancellationToken cancellationToken, Uri? at = null)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (_processes.Find(process => process.HasExited) is { } ended)
            {
                throw new InvalidOperationException($"The server ended with {ended.ExitCode}. It says:\n{Log}");
            }

            try
            {
                using var answer = await http.GetAsync(new Uri(at ?? Address, path), cancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or TaskCanceledException)
            {
                // Not there yet.
            }

            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(60))
            {
                throw new TimeoutException($"The server was not ready after a minute. It says:\n{Log}");
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync();
            }

            process.Dispose();
        }

        _processes.Clear();
        if (_temporary)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Write(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }

    private static long CpuTicks(int id)
    {
        // The name in parentheses may hold anything; the fields are counted from behind it.
        var stat = File.ReadAllText($"/proc/{id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }

    private static long Resident(int id) => File.ReadLines($"/proc/{id}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(line => long.Parse(line[6..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024)
        .FirstOrDefault();
}
