using System.Collections.Immutable;
using ChatOrleans.Grains.Logs;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ChatOrleans.Silo.Tests.Storage;

public abstract partial class LogStoreSpecification
{
    private int _modelRuns;

    /// <summary>How many random histories are tried.</summary>
    protected virtual int ModelRuns => 100;

    /// <summary>Random histories of right and wrong writes: the store takes and refuses what the model does, and holds what it holds.</summary>
    [Fact]
    public void Writes_AtRandom_LeaveWhatTheModelHas() =>
        Prop.ForAll(Arb.From(Gen.ListOf(Gen.Choose(0, int.MaxValue - 1))), seeds => MatchesModel([.. seeds]).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(ModelRuns).WithEndSize(40));

    private async Task<bool> MatchesModel(int[] seeds)
    {
        var owner = Owner($"model-{Interlocked.Increment(ref _modelRuns)}");
        var model = new LogModel();
        foreach (var seed in seeds)
        {
            var write = AnyWrite(new Random(seed), owner, model);
            var refusal = await Attempt(write);
            Assert.True(refusal is null or LogConflictException, $"{refusal}");
            Assert.Equal(model.Write(write), refusal is null);
        }

        Assert.Equal(model.Picture(), await Picture(owner));
        return true;
    }

    /// <summary>Mostly right, sometimes off by one in a generation or an index.</summary>
    private static LogWrite AnyWrite(Random random, LogOwner owner, LogModel model)
    {
        long Near(long right) => random.Next(12) == 0 ? right + random.Next(-1, 2) : right;
        T[] Some<T>(int most, Func<T> one) => [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => one())];
        LogTrack AnyTrack() => (LogTrack)random.Next(1, 4);

        var appends = Some(3, AnyTrack).Distinct()
            .Select(track => Append(track, Near(model.Last(track) + 1), Some(3, () => $"{random.Next(1_000)}")))
            .ToImmutableArray();
        var expected = Math.Max(0, Near(model.Generation));
        return Write(owner, expected, Math.Max(1, expected + random.Next(2))) with
        {
            Appends = appends,
            Replacements = [.. Some(1, AnyTrack).Where(track => model.Last(track) > 0)
                .Select(track => new LogReplacement(track, random.NextInt64(1, Near(model.Last(track)) + 2), Bytes($"r{random.Next(100)}")))],
            Keys = [.. Some(3, () => new LogKey($"k{random.Next(6)}", random.Next(3) == 0 ? default(ReadOnlyMemory<byte>?) : Bytes($"{random.Next(1_000)}")))],
            Trims = random.Next(5) == 0 ? [.. Some(1, AnyTrack).Select(track => new LogTrim(track, random.NextInt64(0, model.Last(track) + 3)))] : [],
        };
    }
}
