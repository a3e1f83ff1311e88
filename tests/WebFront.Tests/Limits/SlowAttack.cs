using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace ChatOrleans.WebFront.Tests.Limits;

/// <summary>One who opens a connection and never comes to an end: sends a beginning, then a little again and again, and answers nothing.</summary>
/// <param name="Beginning">Sent at once.</param>
/// <param name="Upgrade">What to go on with once a WebSocket is open; null: there is none.</param>
/// <param name="Drip">Sent every 100 ms; empty: nothing more.</param>
/// <param name="Seconds">After which the server is to cut it off.</param>
/// <param name="End">What it is told: an HTTP status, a close code, or nothing.</param>
internal sealed record SlowAttack(string Name, string Beginning, byte[]? Upgrade, byte[] Drip, double Seconds, int? End)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    public override string ToString() => Name;

    /// <summary>A masked text frame, or a part of one: the mask is nothing, so that bytes stay readable.</summary>
    public static byte[] Frame(string text, bool first = true, bool last = true, int? claimed = null)
    {
        var payload = Encoding.ASCII.GetBytes(text);
        var length = claimed ?? payload.Length;
        return [(byte)((last ? 0x80 : 0) | (first ? 1 : 0)), .. length < 126 ? [(byte)(0x80 | length)] : (byte[])[0x80 | 126, (byte)(length >> 8), (byte)length], 0, 0, 0, 0, .. payload];
    }

    public static byte[] Ping { get; } = [0x89, 0x80, 0, 0, 0, 0];

    /// <summary>Attacks until the connection is over. Tells how long that took and what was said at the end.</summary>
    public async Task<(TimeSpan Took, int? End, string Received)> Run(Uri server)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.Host == "localhost" ? "127.0.0.1" : server.Host, server.Port);
        var began = Stopwatch.GetTimestamp();
        using var over = new CancellationTokenSource(Patience);
        var received = new List<byte>();
        var opened = new TaskCompletionSource();
        var reading = Read(socket, received, opened, over.Token);
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(Beginning.Replace("HOST", server.Authority, StringComparison.Ordinal)));
            if (Upgrade is not null)
            {
                await Task.WhenAny(opened.Task, reading);
                await socket.SendAsync(Upgrade);
            }

            using var pace = new PeriodicTimer(Pause);
            while (Drip.Length > 0 && !reading.IsCompleted && await pace.WaitForNextTickAsync())
            {
                await socket.SendAsync(Drip);
            }
        }
        catch (SocketException)
        {
            // Cut off while it wrote.
        }

        await reading;
        return (Stopwatch.GetElapsedTime(began), EndOf(received), Encoding.Latin1.GetString([.. received]));
    }

    private static async Task Read(Socket socket, List<byte> received, TaskCompletionSource opened, CancellationToken over)
    {
        var buffer = new byte[4_096];
        try
        {
            while (await socket.ReceiveAsync(buffer, over) is var count and > 0)
            {
                received.AddRange(buffer.AsSpan(0, count));
                opened.TrySetResult();
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // Reset: as good an end as any. Or never: the time that it took says so.
        }
    }

    /// <summary>The code of a close frame, or the status of an answer; null where nothing was said.</summary>
    private static int? EndOf(List<byte> received)
    {
        var bytes = received.ToArray();
        for (var i = 0; i + 3 < bytes.Length; i++)
        {
            // Close codes of ours are 4400 to 4429.
            if (bytes[i] == 0x88 && ((bytes[i + 2] << 8) | bytes[i + 3]) is var code and >= 4_400 and < 4_430)
            {
                return code;
            }
        }

        return Encoding.ASCII.GetString(bytes).Split(' ') is [_, var status, ..] ? int.Parse(status, System.Globalization.CultureInfo.InvariantCulture) : null;
    }
}
