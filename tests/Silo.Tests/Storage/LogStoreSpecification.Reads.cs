using System.Collections.Immutable;
using ChatOrleans.Grains.Logs;
using Xunit;

namespace ChatOrleans.Silo.Tests.Storage;

public abstract partial class LogStoreSpecification
{
    [Theory]
    [InlineData(1, 10, "a b c d")]
    [InlineData(0, 10, "a b c d")]
    [InlineData(-5, 2, "a b")]
    [InlineData(3, 10, "c d")]
    [InlineData(2, 2, "b c")]
    [InlineData(4, 1, "d")]
    [InlineData(5, 10, "")]
    [InlineData(long.MaxValue, 10, "")]
    public async Task Read_GivesRowsFromAnIndexOn(long from, int maxRows, string expected)
    {
        await Begin(Owner(), "a", "b", "c", "d");

        Assert.Equal(expected, string.Join(' ', await Messages(Owner(), from, maxRows)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    [InlineData(20, 2)]
    [InlineData(21, 3)]
    [InlineData(1_000, 3)]
    public async Task Read_TakesNoFurtherRowOnceItsBytesAreReached(int maxBytes, int rows)
    {
        await Begin(Owner(), "0123456789", "0123456789", "0123456789");

        Assert.Equal(rows, (await Messages(Owner(), maxBytes: maxBytes)).Length);
    }

    [Fact]
    public async Task Read_InPages_GivesTheWholeLog()
    {
        var rows = Enumerable.Range(1, 1_000).Select(i => $"message {i}").ToArray();
        for (var i = 0; i < rows.Length; i += 50)
            await Store.Write(Write(Owner(), i == 0 ? 0 : 1, 1) with { Appends = [Append(LogTrack.Messages, i + 1, rows[i..(i + 50)])] });

        var read = new List<string>();
        while (await Messages(Owner(), read.Count + 1, 37) is { Length: > 0 } page)
            read.AddRange(page);

        Assert.Equal(rows, read);
    }

    [Fact]
    public async Task Read_NeverReachesIntoAnotherTrackOrOwner()
    {
        await Begin(Owner("lounge"), "a");
        await Begin(Owner("lounge2"), "b");
        await Store.Write(Write(Owner("lounge"), 1, 1) with { Appends = [Append(LogTrack.Changes, 1, "c")], Keys = [new LogKey("k", Bytes("v"))] });

        Assert.Equal(["a"], await Messages(Owner("lounge")));
        Assert.Empty((await Store.Read(Owner("lounge"), LogTrack.Feed, 1, 10)).Rows);
        Assert.Empty(await Scan(Owner("lounge2")));
        Assert.Equal(0, (await Store.ReadHead(Owner("loung"))).Generation);
    }

    [Fact]
    public async Task Read_OfWhatWasJustWritten_SeesIt()
    {
        for (var i = 1; i <= 50; i++)
        {
            await Store.Write(Write(Owner(), i - 1, i) with { Appends = [Append(LogTrack.Messages, i, $"{i}")], Keys = [new LogKey("last", Bytes($"{i}"))] });

            Assert.Equal(i, (await Store.ReadHead(Owner())).Generation);
            Assert.Equal([$"{i}"], await Messages(Owner(), i));
            Assert.Equal($"{i}", await Key(Owner(), "last"));
        }
    }

    [Fact]
    public async Task Read_GivesBuffersThatAreTheReadersOwn()
    {
        await Begin(Owner(), "hello");
        var first = (await Store.Read(Owner(), LogTrack.Messages, 1, 1)).Rows[0];
        System.Runtime.InteropServices.MemoryMarshal.AsMemory(first).Span.Fill(1);

        Assert.Equal(["hello"], await Messages(Owner()));
    }

    [Fact]
    public async Task Rows_EmptyAndLarge_AreKept()
    {
        var large = new byte[LargestRow];
        new Random(1).NextBytes(large);
        await Store.Write(Write(Owner(), 0, 1) with
        {
            Appends = [new LogAppend(LogTrack.Messages, 1, [ReadOnlyMemory<byte>.Empty, large, Bytes("after")])],
            Keys = [new LogKey("empty", ReadOnlyMemory<byte>.Empty)],
        });
        await Reopen();

        var rows = (await Store.Read(Owner(), LogTrack.Messages, 1, 10)).Rows;
        Assert.Equal(3, rows.Length);
        Assert.Equal(0, rows[0].Length);
        Assert.True(rows[1].Span.SequenceEqual(large));
        Assert.Equal("after", Text(rows[2]));
        Assert.Equal("", await Key(Owner(), "empty"));
    }

    [Fact]
    public async Task Rows_ManyInOneWrite_AreKeptTogether()
    {
        ImmutableArray<ReadOnlyMemory<byte>> rows = [.. Enumerable.Range(1, 500).Select(i => Bytes($"{i}"))];
        await Store.Write(Write(Owner(), 0, 1) with { Appends = [new LogAppend(LogTrack.Feed, 1, rows)] });

        Assert.Equal(500, (await Store.Read(Owner(), LogTrack.Feed, 1, 1_000)).Rows.Length);
    }

    [Fact]
    public async Task Key_SetAgainAndDeleted_IsAsLastWritten()
    {
        await Store.Write(Write(Owner(), 0, 1) with { Keys = [new LogKey("a", Bytes("1")), new LogKey("b", Bytes("1"))] });
        await Store.Write(Write(Owner(), 1, 1) with { Keys = [new LogKey("a", Bytes("2")), new LogKey("b", null), new LogKey("c", null)] });

        Assert.Equal("2", await Key(Owner(), "a"));
        Assert.Null(await Key(Owner(), "b"));
        Assert.Null(await Key(Owner(), "c"));
        Assert.Equal(["a"], (await Scan(Owner())).Select(pair => pair.Key));
    }

    [Fact]
    public async Task Key_WrittenTwiceInOneWrite_IsAsWrittenLast()
    {
        await Store.Write(Write(Owner(), 0, 1) with { Keys = [new LogKey("a", Bytes("1")), new LogKey("a", null), new LogKey("a", Bytes("3"))] });

        Assert.Equal("3", await Key(Owner(), "a"));
    }

    [Fact]
    public async Task ScanKeys_GivesThoseWithThePrefixInOrderOfTheirBytes()
    {
        // Beyond the basic plane, the order of UTF-16 is another than that of UTF-8.
        string[] keys = ["c/ada/1", "c/ada/2", "c/ada0", "c/adb", "c", "C", "c/\uffee", "c/\U0001F600", "c/é", "d", "~", "\uffff"];
        await Store.Write(Write(Owner(), 0, 1) with { Keys = [.. keys.Select(key => new LogKey(key, Bytes(key)))] });

        foreach (var prefix in (string[])["", "c", "c/", "c/ada", "c/ada/", "c/ada/1", "x", "\uffff"])
        {
            var expected = keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
                .OrderBy(key => Convert.ToHexString(Bytes(key).Span), StringComparer.Ordinal);
            var found = await Scan(Owner(), prefix);
            Assert.Equal(expected, found.Select(pair => pair.Key));
            Assert.All(found, pair => Assert.Equal(pair.Key, pair.Value));
        }
    }

    [Fact]
    public async Task ScanKeys_OfMany_GivesEachOnce()
    {
        for (var page = 0; page < 10; page++)
            await Store.Write(Write(Owner(), page == 0 ? 0 : 1, 1) with
            {
                Keys = [.. Enumerable.Range(page * 100, 100).Select(i => new LogKey($"k{i:0000}", Bytes($"{i}")))],
            });

        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => $"k{i:0000}"), (await Scan(Owner(), "k")).Select(pair => pair.Key));
    }

    [Fact]
    public async Task OwnersAndKeys_OddOnes_AreKeptApart()
    {
        string[] texts =
        [
            "a", "A", "a ", " a", "a/b", "a//b", "a\\b", "a:b", "a*", "{a}", "[a]", "a#b?c%", "%61", "é", "e\u0301", "𝄞", "\uffff", "'a'", "\"a\"",
            "abcdef0123456789", "..", "-", "_", "a_", "a__b", "~", "null", "🙂🙂", new string('x', 150),
        ];
        foreach (var text in texts)
            await Store.Write(Write(Owner(text), 0, 1) with
            {
                Appends = [Append(LogTrack.Messages, 1, text)],
                Keys = [.. texts.Select(key => new LogKey(key, Bytes(text + key)))],
            });
        await Reopen();

        foreach (var text in texts)
        {
            Assert.Equal([text], await Messages(Owner(text)));
            foreach (var key in texts)
                Assert.Equal(text + key, await Key(Owner(text), key));
            Assert.Equal(texts.Length, (await Scan(Owner(text))).Count);
        }
    }

    [Fact]
    public async Task OwnersAndKeys_OfTheGreatestLength_AreKept()
    {
        var owner = new LogOwner(Owner("").Value.PadRight(200, 'x'));
        var keys = new[] { new string('k', 299) + "a", new string('k', 299) + "b" };
        await Store.Write(Write(owner, 0, 1) with
        {
            Appends = [Append(LogTrack.Messages, 1, "hello")],
            Keys = [.. keys.Select(key => new LogKey(key, Bytes(key)))],
        });

        Assert.Equal(["hello"], await Messages(owner));
        Assert.Equal(keys, (await Scan(owner, new string('k', 299))).Select(pair => pair.Key));
        Assert.Equal(keys.Take(1), (await Scan(owner, keys[0])).Select(pair => pair.Key));
    }
}
