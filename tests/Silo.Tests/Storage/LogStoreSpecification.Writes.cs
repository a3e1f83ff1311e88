using ChatOrleans.Grains.Logs;
using Xunit;

namespace ChatOrleans.Silo.Tests.Storage;

public abstract partial class LogStoreSpecification
{
    [Fact]
    public async Task ReadHead_WhenNothingWasWritten_IsEmpty()
    {
        var head = await Store.ReadHead(Owner());

        Assert.Equal(0, head.Generation);
        Assert.Equal(new TrackBounds(LogTrack.Messages, 1, 0), head[LogTrack.Messages]);
        Assert.Empty(await Messages(Owner()));
        Assert.Null(await Key(Owner(), "c-1"));
        Assert.Empty(await Scan(Owner()));
    }

    [Fact]
    public async Task Write_OfSeveralParts_IsReadBackWhole()
    {
        await Store.Write(Write(Owner(), 0, 1) with
        {
            Appends = [Append(LogTrack.Messages, 1, "hello", "there"), Append(LogTrack.Changes, 1, "created")],
            Keys = [new LogKey("c-1", Bytes("1")), new LogKey("c-2", Bytes("2"))],
        });

        Assert.Equal(
            "generation 1\nMessages 1..2: 1=hello 2=there\nChanges 1..1: 1=created\nFeed 1..0:\nc-1=1\nc-2=2\n", await Picture(Owner()));
    }

    [Fact]
    public async Task Write_AfterReopen_IsStillThere()
    {
        await Begin(Owner(), "hello");
        await Store.Write(Write(Owner(), 1, 1) with { Keys = [new LogKey("c-1", Bytes("1"))] });
        var before = await Picture(Owner());

        await Reopen();

        Assert.Equal(before, await Picture(Owner()));
    }

    [Fact]
    public async Task Write_WithNothingInIt_RaisesTheGeneration()
    {
        await Store.Write(Write(Owner(), 0, 7));

        Assert.Equal(7, (await Store.ReadHead(Owner())).Generation);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(3)]
    public async Task Write_AtAnotherGeneration_IsRefused(long expected)
    {
        await Store.Write(Write(Owner(), 0, 2) with { Appends = [Append(LogTrack.Messages, 1, "hello")] });

        await Refused(Write(Owner(), expected, 4) with
        {
            Appends = [Append(LogTrack.Messages, 2, "lost")],
            Keys = [new LogKey("c-1", Bytes("lost"))],
            Replacements = [new LogReplacement(LogTrack.Messages, 1, Bytes("lost"))],
            Trims = [new LogTrim(LogTrack.Messages, 2)],
        });
    }

    [Fact]
    public async Task Write_OfAnActivationThatWasFrozen_IsRefused()
    {
        await Begin(Owner(), "hello");
        await Store.Write(Write(Owner(), 1, 2) with { Appends = [Append(LogTrack.Messages, 2, "from the next activation")] });

        await Refused(Write(Owner(), 1, 1) with { Appends = [Append(LogTrack.Messages, 2, "from the frozen one")] });
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(3)]
    public async Task Append_ThatDoesNotFollowTheLast_IsRefused(long first)
    {
        await Begin(Owner(), "hello");

        await Refused(Write(Owner(), 1, 1) with
        {
            Appends = [Append(LogTrack.Changes, 1, "half"), Append(LogTrack.Messages, first, "lost")],
            Keys = [new LogKey("c-1", Bytes("half"))],
        });
    }

    [Fact]
    public async Task Append_ToEachTrack_CountsForItself()
    {
        await Begin(Owner(), "a", "b", "c");
        await Store.Write(Write(Owner(), 1, 1) with { Appends = [Append(LogTrack.Feed, 1, "f"), Append(LogTrack.Messages, 4, "d")] });

        var head = await Store.ReadHead(Owner());
        Assert.Equal(4, head[LogTrack.Messages].Last);
        Assert.Equal(0, head[LogTrack.Changes].Last);
        Assert.Equal(1, head[LogTrack.Feed].Last);
    }

    [Fact]
    public async Task Replacement_OfARetainedRow_ReplacesItAlone()
    {
        await Begin(Owner(), "a", "b", "c");
        await Store.Write(Write(Owner(), 1, 1) with
        {
            Replacements = [new LogReplacement(LogTrack.Messages, 2, Bytes("edited"))],
            Appends = [Append(LogTrack.Changes, 1, "message_edited")],
        });

        Assert.Equal(["a", "edited", "c"], await Messages(Owner()));
        Assert.Equal(3, (await Store.ReadHead(Owner()))[LogTrack.Messages].Last);
    }

    [Fact]
    public async Task Replacement_OfARowOfTheSameWrite_IsTaken()
    {
        await Store.Write(Write(Owner(), 0, 1) with
        {
            Appends = [Append(LogTrack.Messages, 1, "a", "b")],
            Replacements = [new LogReplacement(LogTrack.Messages, 2, Bytes("B"))],
        });

        Assert.Equal(["a", "B"], await Messages(Owner()));
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(4)]
    public async Task Replacement_OfARowThatIsNotThere_IsRefused(long index)
    {
        await Begin(Owner(), "a", "b", "c");
        await Store.Write(Write(Owner(), 1, 1) with { Trims = [new LogTrim(LogTrack.Messages, 2)] });

        await Refused(Write(Owner(), 1, 1) with
        {
            Replacements = [new LogReplacement(LogTrack.Messages, 2, Bytes("half")), new LogReplacement(LogTrack.Messages, index, Bytes("x"))],
        });
    }

    [Fact]
    public async Task Trim_RemovesWhatIsBelowAndKeepsCounting()
    {
        await Begin(Owner(), "a", "b", "c", "d");
        await Store.Write(Write(Owner(), 1, 1) with { Trims = [new LogTrim(LogTrack.Messages, 3)] });
        await Store.Write(Write(Owner(), 1, 1) with { Appends = [Append(LogTrack.Messages, 5, "e")] });
        await Reopen();

        Assert.Equal(new TrackBounds(LogTrack.Messages, 3, 5), (await Store.ReadHead(Owner()))[LogTrack.Messages]);
        Assert.Equal(3, (await Store.Read(Owner(), LogTrack.Messages, 1, 10)).First);
        Assert.Equal(["c", "d", "e"], await Messages(Owner()));
    }

    [Fact]
    public async Task Trim_OfEverything_LeavesTheLastIndex()
    {
        await Begin(Owner(), "a", "b");
        await Store.Write(Write(Owner(), 1, 1) with { Trims = [new LogTrim(LogTrack.Messages, 3)] });

        Assert.Equal(new TrackBounds(LogTrack.Messages, 3, 2), (await Store.ReadHead(Owner()))[LogTrack.Messages]);
        Assert.Empty(await Messages(Owner()));
        await Store.Write(Write(Owner(), 1, 1) with { Appends = [Append(LogTrack.Messages, 3, "c")] });
        Assert.Equal(["c"], await Messages(Owner()));
    }

    [Fact]
    public async Task Trim_BeyondTheEnd_IsRefused()
    {
        await Begin(Owner(), "a", "b");

        await Refused(Write(Owner(), 1, 1) with { Trims = [new LogTrim(LogTrack.Messages, 4)] });
    }

    [Fact]
    public async Task Trim_BelowTheFirst_NeverMovesBack()
    {
        await Begin(Owner(), "a", "b", "c");
        await Store.Write(Write(Owner(), 1, 1) with { Trims = [new LogTrim(LogTrack.Messages, 3)] });
        await Store.Write(Write(Owner(), 1, 1) with { Trims = [new LogTrim(LogTrack.Messages, 2)] });

        Assert.Equal(3, (await Store.ReadHead(Owner()))[LogTrack.Messages].First);
    }

    [Fact]
    public async Task Trim_LeavesTheOtherTracksAndOwners()
    {
        await Store.Write(Write(Owner(), 0, 1) with { Appends = [Append(LogTrack.Messages, 1, "a", "b"), Append(LogTrack.Feed, 1, "f", "g")] });
        await Begin(Owner("lounge2"), "x", "y");
        await Store.Write(Write(Owner(), 1, 1) with { Trims = [new LogTrim(LogTrack.Messages, 3)] });

        Assert.Equal(2, (await Store.Read(Owner(), LogTrack.Feed, 1, 10)).Rows.Length);
        Assert.Equal(["x", "y"], await Messages(Owner("lounge2")));
    }

    [Fact]
    public async Task Trim_InTheWriteThatAppends_CountsItsRows()
    {
        await Begin(Owner(), "a", "b");
        await Store.Write(Write(Owner(), 1, 1) with
        {
            Appends = [Append(LogTrack.Messages, 3, "c", "d")],
            Trims = [new LogTrim(LogTrack.Messages, 4)],
        });

        Assert.Equal(["d"], await Messages(Owner()));
    }

    [Fact]
    public async Task Write_ThatNoStoreCouldTake_IsAnArgumentError()
    {
        LogWrite[] writes =
        [
            Write(new LogOwner(""), 0, 1),
            Write(new LogOwner("a\0b"), 0, 1),
            Write(new LogOwner(new string('x', 201)), 0, 1),
            Write(new LogOwner("\ud800"), 0, 1),
            Write(Owner(), 0, 0),
            Write(Owner(), 2, 1),
            Write(Owner(), 0, 1) with { Keys = [new LogKey("", Bytes("x"))] },
            Write(Owner(), 0, 1) with { Keys = [new LogKey("a\nb", Bytes("x"))] },
            Write(Owner(), 0, 1) with { Keys = [new LogKey(new string('é', 151), Bytes("x"))] },
            Write(Owner(), 0, 1) with { Appends = [Append(LogTrack.Feed, 1, "a"), Append(LogTrack.Feed, 2, "b")] },
        ];

        foreach (var write in writes)
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.Write(write));
        Assert.Equal(0, (await Store.ReadHead(Owner())).Generation);
    }
}
