using ChatOrleans.Grains.Logs;
using Xunit;

namespace ChatOrleans.Silo.Tests.Storage;

public abstract partial class LogStoreSpecification
{
    /// <summary>How many owners write at once; a store over a slow emulator may take fewer.</summary>
    protected virtual int ManyOwners => 1_000;

    [Fact]
    public async Task Writes_OfManyOwnersAtOnce_AreAllKept()
    {
        var owners = Enumerable.Range(0, ManyOwners).Select(i => Owner($"{i}")).ToArray();

        await Task.WhenAll(owners.Select(async (owner, i) =>
        {
            await Begin(owner, $"{i} a", $"{i} b");
            for (var index = 3; index <= 5; index++)
                await Store.Write(Write(owner, 1, 1) with { Appends = [Append(LogTrack.Messages, index, $"{i} {index}")] });
        }));
        await Reopen();

        for (var i = 0; i < owners.Length; i++)
            Assert.Equal([$"{i} a", $"{i} b", $"{i} 3", $"{i} 4", $"{i} 5"], await Messages(owners[i]));
    }

    [Fact]
    public async Task Writes_OfTwoActivationsThatReadTheSame_OnlyOneWins()
    {
        for (var round = 0; round < 20; round++)
        {
            var owner = Owner($"{round}");
            var attempts = Enumerable.Range(0, 8).Select(i => Attempt(
                Write(owner, 0, 1) with { Appends = [Append(LogTrack.Messages, 1, $"{i}")], Keys = [new LogKey("by", Bytes($"{i}"))] })).ToArray();

            var outcomes = await Task.WhenAll(attempts);

            var winner = Assert.Single(Enumerable.Range(0, 8), i => outcomes[i] is null);
            Assert.All(outcomes.Where(outcome => outcome is not null), outcome => Assert.IsType<LogConflictException>(outcome));
            Assert.Equal([$"{winner}"], await Messages(owner));
            Assert.Equal($"{winner}", await Key(owner, "by"));
        }
    }

    [Fact]
    public async Task Writes_OfOneOwnerHandedInTogether_FollowEachOtherOrAreRefused()
    {
        await Begin(Owner(), "1");

        var outcomes = await Task.WhenAll(Enumerable.Range(2, 20).Select(i =>
            Attempt(Write(Owner(), 1, 1) with { Appends = [Append(LogTrack.Messages, i, $"{i}")] })));

        // A store may take them in another order than they were handed in: then it refuses what does not follow.
        Assert.All(outcomes, outcome => Assert.True(outcome is null or LogConflictException));
        var last = 1 + outcomes.TakeWhile(outcome => outcome is null).Count();
        Assert.Equal(last - 1, outcomes.Count(outcome => outcome is null));
        Assert.Equal(Enumerable.Range(1, last).Select(i => $"{i}"), await Messages(Owner()));
    }

    [Fact]
    public async Task Conflict_AmongWritesOfOthers_FailsAlone()
    {
        for (var i = 0; i < 50; i++)
            await Begin(Owner($"{i}"), "first");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            Attempt(Write(Owner($"{i}"), i % 5 == 0 ? 0 : 1, 2) with { Appends = [Append(LogTrack.Messages, 2, "second")] })));

        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(i % 5 == 0, outcomes[i] is LogConflictException);
            Assert.Equal(i % 5 == 0 ? ["first"] : ["first", "second"], await Messages(Owner($"{i}")));
        }
    }

    [Fact]
    public async Task Read_WhileOthersWrite_SeesWholeWritesOnly()
    {
        await Begin(Owner(), "0");
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                var last = long.Parse(await Key(Owner(), "last") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
                var rows = await Messages(Owner());
                Assert.True(rows.Length >= last * 3 + 1, $"Key says {last}, but only {rows.Length} rows are there.");
                Assert.Equal(1, rows.Length % 3);
            }
        })).ToArray();

        for (var i = 1; i <= 50; i++)
            await Store.Write(Write(Owner(), 1, 1) with
            {
                Appends = [Append(LogTrack.Messages, i * 3 - 1, "a", "b", "c")],
                Keys = [new LogKey("last", Bytes($"{i}"))],
            });
        await done.CancelAsync();
        await Task.WhenAll(readers);
    }

    private async Task<Exception?> Attempt(LogWrite write) => await Record.ExceptionAsync(() => Store.Write(write));
}
