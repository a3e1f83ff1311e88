using System.Globalization;
using ChatOrleans.Cli.Archive;
using ChatOrleans.Cli.Moving;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Silo.Storage;
using Microsoft.Extensions.Configuration;
using Orleans;
using Orleans.Runtime;
using Xunit.Abstractions;

namespace ChatOrleans.Silo.Tests.Cli;

/// <summary>
/// A used chat from one storage to the next and back, by the program itself. CHAT_EXPORT_MESSAGES=100000 makes it as large as the
/// measurement in docs/operations.md; left out, it is small.
/// </summary>
[Collection(nameof(MovedChat))]
public sealed class MoveTests(MovedChat chat, ITestOutputHelper output) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("chat-move-").FullName;
    private readonly string _redisPrefix = Guid.NewGuid().ToString("N")[..12];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Embedded_ToRedisAndBack_IsTheSame()
    {
        await Run("import", chat.Archive, Redis());
        await Run("export", At("redis.jsonl"), Redis());
        Assert.Equal(await MovedChat.Lines(chat.Archive), await MovedChat.Lines(At("redis.jsonl")));

        await Run("import", At("redis.jsonl"), Embedded("back"));
        await Run("export", At("back.jsonl"), Embedded("back"));
        Assert.Equal(await MovedChat.Lines(chat.Archive), await MovedChat.Lines(At("back.jsonl")));
        foreach (var person in new[] { "ada", "linus" })
            Assert.Equal(await FilledChat.SeenBy(chat.Store, person), await FilledChat.SeenBy(At("back"), person));
    }

    [Fact]
    public async Task Embedded_ToAzureTablesAndBack_IsTheSame()
    {
        await Run("import", chat.SmallArchive, Azure());
        await Run("import", chat.SmallArchive, Azure());
        await Run("export", At("azure.jsonl"), Azure());
        Assert.Equal(await MovedChat.Lines(chat.SmallArchive), await MovedChat.Lines(At("azure.jsonl")));
    }

    [Fact]
    public async Task Import_Killed_GoesOnAndLosesNothing()
    {
        await using var redis = await chat.Redis.Connect();
        var server = redis.GetServers()[0];
        // At several places, each further than the one before.
        foreach (var logs in new[] { 1, 10, 25 })
        {
            using var import = ChatProgram.Begin(["import", chat.Archive, "--quiet", .. Redis()]);
            await Eventually.Is(() => import.HasExited || server.Keys(pattern: $"{_redisPrefix}/log/*/h").Count() >= logs, $"the import to have begun {logs} logs");
            await import.Kill();
        }

        await Run("import", chat.Archive, Redis());
        await Run("import", chat.Archive, Redis());
        await Run("export", At("redis.jsonl"), Redis());
        Assert.Equal(await MovedChat.Lines(chat.Archive), await MovedChat.Lines(At("redis.jsonl")));
    }

    [Fact]
    public async Task Export_WhereverItWasKilled_GoesOnToTheSameFile()
    {
        var whole = await File.ReadAllBytesAsync(chat.SmallArchive);
        var states = whole.AsSpan().IndexOf("\n{\"state\""u8);
        int[] places = [0, 1, 60, whole.Length / 3, whole.Length / 2, states - 5, states + 1, states + 40, whole.Length - 10, whole.Length];
        foreach (var place in places)
        {
            var path = At($"{place}.jsonl");
            await File.WriteAllBytesAsync(path, whole[..place]);
            await using var store = await Open(chat.SmallStore);
            await new Export(store, new NoProgress()).Run(path, default);
            Assert.Equal(whole, await File.ReadAllBytesAsync(path));
        }
    }

    [Fact]
    public async Task Import_IntoAStoreThatWasUsed_IsRefused()
    {
        await Run("import", chat.SmallArchive, Embedded("used"));
        await FilledChat.Fill(At("used"), 50);

        var refusal = await ChatProgram.Run(1, ["import", chat.SmallArchive, "--quiet", .. Embedded("used")]);
        Assert.Contains("An import goes into an empty store", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_WhereTheStoreRefuses_TellsWhy_WhateverItWasDoing()
    {
        await Run("import", chat.SmallArchive, Embedded("refusing"));
        await using var store = await Open(At("refusing"));
        await Raise(store.Logs);
        // Which of reading and writing sees it first is a race.
        for (var i = 0; i < 20; i++)
        {
            var refusal = await Assert.ThrowsAsync<ArchiveException>(() => new Import(store, new NoProgress()).Run(chat.SmallArchive, default));
            Assert.Contains("is of another generation", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Export_OntoAFileOfSomethingElse_LeavesItAsItIs()
    {
        await File.WriteAllTextAsync(At("notes.txt"), "to do: call grace");
        await using var store = await Open(chat.SmallStore);

        await Assert.ThrowsAsync<ArchiveException>(() => new Export(store, new NoProgress()).Run(At("notes.txt"), default));

        Assert.Equal("to do: call grace", await File.ReadAllTextAsync(At("notes.txt")));
    }

    [Fact]
    public async Task File_ThatIsDamaged_IsRefusedWithItsLine()
    {
        var lines = await File.ReadAllLinesAsync(chat.SmallArchive);
        var row = Array.FindIndex(lines, line => line.StartsWith("{\"track\":\"messages\",\"at\":3,", StringComparison.Ordinal));
        var changed = lines.ToArray();
        changed[row] = lines[row].Replace("Message", "Massage", StringComparison.Ordinal);
        await Refused("digest", changed);
        await Refused($"Line {row + 1} ", [.. lines[..row], .. lines[(row + 1)..]]);
        await Refused("no end", lines[..^1]);
        await Refused("Line 5 ", [.. lines[..4], "{\"what\":1}", .. lines[4..]]);
        await Refused("Line 1 ", [lines[0].Replace(":1,", ":99,", StringComparison.Ordinal), .. lines[1..]]);

        async Task Refused(string why, string[] damaged)
        {
            await File.WriteAllLinesAsync(At("damaged.jsonl"), damaged);
            var refusal = await Assert.ThrowsAsync<ArchiveException>(() => Check.Run(At("damaged.jsonl"), new NoProgress(), default));
            Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Messages_AreReadable()
    {
        var lines = await File.ReadAllLinesAsync(chat.SmallArchive);
        var message = Assert.Single(lines, line => line.Contains("你好", StringComparison.Ordinal) && line.StartsWith("{\"track\":\"messages\",\"at\":2,", StringComparison.Ordinal));
        Assert.Contains("\"sender_id\":\"", message, StringComparison.Ordinal);
        // Every row that grains have written is of a type that we know.
        Assert.DoesNotContain(lines, line => line.StartsWith("{\"track\"", StringComparison.Ordinal) && line.Contains("\"bytes\":", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Export_WhileAServerWrites_IsRefused()
    {
        await Run("import", chat.SmallArchive, Embedded("running"));
        await using var store = await Open(At("running"));
        var meanwhile = new Meanwhile(() => Raise(store.Logs));

        var refusal = await Assert.ThrowsAsync<ArchiveException>(() => new Export(store, meanwhile).Run(At("running.jsonl"), default));
        Assert.Contains("Stop all servers", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>As the first write of an activation does; of a log that comes early in the order.</summary>
    private static async Task Raise(ILogStore logs)
    {
        var owner = new LogOwner("user/ada");
        var head = await logs.ReadHead(owner);
        await logs.Write(new LogWrite { Owner = owner, ExpectedGeneration = head.Generation, Generation = head.Generation + 1 });
    }

    /// <summary>Does something once, when the export is behind user/ada.</summary>
    private sealed class Meanwhile(Func<Task> work) : IMoveProgress
    {
        private bool _done;

        public void Report(long done, long all, string what)
        {
            if (!_done && done == all)
                work().GetAwaiter().GetResult();
            _done |= done == all;
        }
    }

    [Fact]
    public async Task Restored_EveryFeedBeginsANewEpoch_WhereItEnded()
    {
        await Run("import", chat.SmallArchive, Embedded("restored"));
        var before = await FilledChat.Position(At("restored"), "ada");

        await ChatProgram.Run(0, ["restored", "--quiet", .. Embedded("restored")]);
        var after = await FilledChat.Position(At("restored"), "ada");

        Assert.Equal(before.Cursor, after.Cursor);
        Assert.NotEqual(before.Epoch, after.Epoch);
    }

    [Fact]
    public async Task Export_OntoAFinishedFile_LeavesIt_AndIsRefusedWhereTheStoreHasChanged()
    {
        await Run("import", chat.SmallArchive, Embedded("again"));
        await Run("export", At("again.jsonl"), Embedded("again"));
        var finished = await File.ReadAllBytesAsync(At("again.jsonl"));
        await Run("export", At("again.jsonl"), Embedded("again"));

        await ChatProgram.Run(0, ["restored", "--quiet", .. Embedded("again")]);
        var refusal = await ChatProgram.Run(1, ["export", At("again.jsonl"), "--quiet", .. Embedded("again")]);

        Assert.Contains("export to a new file", refusal, StringComparison.Ordinal);
        Assert.Equal(finished, await File.ReadAllBytesAsync(At("again.jsonl")));
        await Run("export", At("fresh.jsonl"), Embedded("again"));
    }

    [Fact]
    public async Task Export_OntoAFinishedFile_WhereALogHasCome_IsRefused()
    {
        await Run("import", chat.SmallArchive, Embedded("grown"));
        await Run("export", At("grown.jsonl"), Embedded("grown"));
        await using var store = await Open(At("grown"));
        await store.Logs.Write(new LogWrite { Owner = new LogOwner("conversation/new"), ExpectedGeneration = 0, Generation = 1 });

        var refusal = await Assert.ThrowsAsync<ArchiveException>(() => new Export(store, new NoProgress()).Run(At("grown.jsonl"), default));
        Assert.Contains("The number of logs", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_OfTrimmedAndUnknownTracks_AreMovedAsTheyAre()
    {
        var owner = new LogOwner("future/lounge");
        await using (var store = await Open(At("odd")))
        {
            ReadOnlyMemory<byte> Bytes(long i) => BitConverter.GetBytes(i);
            await store.Logs.Write(new LogWrite
            {
                Owner = owner,
                ExpectedGeneration = 0,
                Generation = 7,
                Appends =
                [
                    new LogAppend(LogTrack.Feed, 1, [.. Enumerable.Range(1, 2_500).Select(i => Bytes(i))]),
                    new LogAppend((LogTrack)77, 1, [Bytes(1), ReadOnlyMemory<byte>.Empty]),
                    new LogAppend(LogTrack.Changes, 1, [Bytes(1)]),
                ],
                Trims = [new LogTrim(LogTrack.Feed, 2_400), new LogTrim(LogTrack.Changes, 2)],
                Keys = [new LogKey("\"Grüße\" 你好/\U0001F44B", Bytes(5)), new LogKey("empty", ReadOnlyMemory<byte>.Empty)],
            });
            var state = new GrainState<StoredBytes>(new StoredBytes { Bytes = Bytes(9) });
            await store.States.WriteStateAsync("profile", GrainId.Create("user", "ada"), state);
            await new Export(store, new NoProgress()).Run(At("odd.jsonl"), default);
        }

        await Run("import", At("odd.jsonl"), Redis());
        await Run("import", At("odd.jsonl"), Redis());
        await Run("export", At("redis.jsonl"), Redis());
        Assert.Equal(await MovedChat.Lines(At("odd.jsonl")), await MovedChat.Lines(At("redis.jsonl")));
        Assert.Contains("{\"log\":\"future/lounge\",\"generation\":7,\"tracks\":{\"changes\":[2,1],\"feed\":[2400,2500],\"77\":[1,2]}}", await MovedChat.Lines(At("redis.jsonl")));
    }

    private static Task<ChatStore> Open(string directory) => ChatStore.Open(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Storage:Path"] = directory }).Build(), create: true, default);

    private sealed class NoProgress : IMoveProgress
    {
        public void Report(long done, long all, string what)
        {
        }
    }

    private string At(string name) => Path.Combine(_directory, name);

    private string[] Embedded(string name) => ["--Storage:Path", At(name)];

    private string[] Redis() => ["--Cluster:Profile", "Redis", "--Storage:Redis", chat.Redis.Endpoint, "--Storage:KeyPrefix", _redisPrefix];

    private string[] Azure() => ["--Cluster:Profile", "AzureStorage", $"--Storage:AzureTables={chat.Azurite.ConnectionString}", "--Storage:TablePrefix", $"t{_redisPrefix}"];

    private async Task Run(string verb, string file, string[] settings)
    {
        var printed = await ChatProgram.Run(0, [verb, file, "--quiet", .. settings]);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verb} {settings[1]}: {printed.Trim()} ({new FileInfo(file).Length >> 10} KiB)"));
    }
}
