using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using ChatOrleans.Cluster.Tests.Clients;
using ChatOrleans.Cluster.Tests.Processes;

namespace ChatOrleans.Cluster.Tests;

/// <summary>
/// A server that finds its disk or its port other than it left them: it says what is wrong and ends with 1, or answers that it
/// cannot read, and once it is mended everything is there.
/// </summary>
public sealed class DamageTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan _most = TimeSpan.FromSeconds(30);

    /// <summary>Long, so that they fill several blocks of a table, and too random to be written shorter.</summary>
    private readonly string[] _texts = [.. Enumerable.Range(0, 6).Select(_ => Convert.ToBase64String(RandomNumberGenerator.GetBytes(4_500)))];

    private readonly WebFrontProcess _server = new();
    private RestClient? _grace;
    private string _room = "";

    private RestClient Grace => _grace!;

    private string Store => Path.Combine(_server.Data, "store");

    /// <summary>A server that was stopped, with messages; started twice, so that what it stores is in tables.</summary>
    public async Task InitializeAsync()
    {
        await _server.Start();
        _grace = await _server.SignIn("grace");
        _room = await Grace.Create("group", ["ada"], "lounge");
        for (var i = 1; i <= _texts.Length; i++)
        {
            Assert.Equal(i, await Grace.Send(_room, _texts[i - 1], $"c-{i}"));
        }

        await _server.Stop();
        await _server.Start();
        await _server.Stop();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _grace?.Dispose();

    /// <summary>One fault after the other, as a server that starts takes seconds; each is mended before the next.</summary>
    [Fact]
    public async Task Start_WithAFault_SaysWhichAndEnds_AndNothingIsLostOnceItIsMended()
    {
        foreach (var list in new[] { "MANIFEST-*", "CURRENT" })
        {
            using (Damaged(Directory.EnumerateFiles(Store, list).Single(), one => one.Length))
            {
                await RefusesToStart("cannot be opened", "Corruption", "Restore it from a backup");
            }
        }

        // The first rows; what says where rows are lies at the end.
        var tables = Directory.EnumerateFiles(Store, "*.sst").Select(path => Damaged(path, _ => 100)).ToList();
        Assert.NotEmpty(tables);
        await RefusesToStart("cannot be opened", "Corruption", ".sst", "Restore it from a backup");
        tables.ForEach(table => table.Dispose());

        // As a directory that is read-only is for whoever is not root, so this is for everybody.
        Directory.Move(Store, $"{Store}-away");
        await File.WriteAllTextAsync(Store, "no directory");
        await RefusesToStart("Storage:Path", Store);
        File.Delete(Store);
        Directory.Move($"{Store}-away", Store);

        using (var holder = new TcpListener(IPAddress.Loopback, _server.Port))
        {
            holder.Start();
            await RefusesToStart("address already in use", $"{_server.Port}", "choose another");
        }

        await HasEverything();
    }

    [Fact]
    public async Task Message_Damaged_IsReadToNobody_AndNothingIsLostOnceItIsBack()
    {
        var (path, whole, at) = Directory.EnumerateFiles(Store, "*.sst").Select(path => (path, whole: File.ReadAllBytes(path)))
            .Select(table => (table.path, table.whole, at: table.whole.AsSpan().IndexOf(Encoding.UTF8.GetBytes(_texts[4][3_000..3_016])))).Single(table => table.at > 0);
        await File.WriteAllBytesAsync(path, [.. whole[..at], (byte)~whole[at], .. whole[(at + 1)..]]);

        await _server.Start();
        Grace.Patience = TimeSpan.Zero;
        var unanswered = await Assert.ThrowsAsync<TimeoutException>(() => Grace.History(_room));
        Assert.Contains("503", unanswered.Message, StringComparison.Ordinal);
        await Wait.Until(() => _server.Log.Contains("Corruption: block checksum mismatch", StringComparison.Ordinal), _most, () => $"the damage to be logged. It says:\n{_server.Log}");
        await _server.Kill();

        await File.WriteAllBytesAsync(path, whole);
        Grace.Patience = _most;
        await HasEverything();
    }

    /// <summary>Turns the first bytes of a file around; as it was once disposed.</summary>
    private static Mended Damaged(string path, Func<byte[], int> much)
    {
        var whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, [.. whole.Select((one, at) => at < much(whole) ? (byte)~one : one)]);
        return new Mended(() => File.WriteAllBytes(path, whole));
    }

    private async Task RefusesToStart(params string[] said)
    {
        var before = _server.Log.Length;
        _server.Launch();
        await _server.Ended().WaitAsync(_most);
        await Wait.Until(
            () => said.All(word => _server.Log[before..].Contains(word, StringComparison.Ordinal)), _most, () => $"{string.Join(", ", said)} to be said. It says:\n{_server.Log[before..]}");
        Assert.Equal(1, _server.ExitCode);
        Assert.Contains("ChatOrleans cannot start. ", _server.Log[before..], StringComparison.Ordinal);
    }

    private async Task HasEverything()
    {
        await _server.Start();
        Assert.Equal(_texts, (await Grace.History(_room)).Select(message => message.GetProperty("text").GetString()));
        Assert.Equal(_texts.Length + 1, await Grace.Send(_room, "one more", "c-more"));
        await Grace.HasNoDrift();
    }

    private sealed class Mended(Action mend) : IDisposable
    {
        public void Dispose() => mend();
    }
}
