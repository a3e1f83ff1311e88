using ChatOrleans.Conversations;
using ChatOrleans.Grains.Observability;
using ChatOrleans.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ChatOrleans.Grains.Tests.Observability;

/// <summary>An outage is told, and does not fill the log.</summary>
public sealed class FaultLoggerTests : IDisposable
{
    private readonly LogLines _log = new();
    private readonly FakeTimeProvider _time = new();
    private readonly LoggerFactory _factory;
    private readonly FaultLines _lines;
    private readonly ILogger _grain;

    public FaultLoggerTests()
    {
        _factory = new LoggerFactory([_log]);
        _lines = new FaultLines(_time, _factory.CreateLogger<FaultLines>());
        _grain = new FaultLogger<IConversationGrain>(_factory.CreateLogger<IConversationGrain>(), _lines);
    }

    [Fact]
    public void ManyFaults_AreToldByTheFirst_AndByHowManyMoreThereWere()
    {
        Fail(times: 100);
        Assert.Equal(FaultLines.Most, _log.All.Count);

        _time.Advance(FaultLines.While);
        Assert.Equal(FaultLines.Most + 1, _log.All.Count);
        Assert.StartsWith("Left out: 80 ", _log.All.Last().Text, StringComparison.Ordinal);

        Fail(times: 1);
        Assert.Equal(FaultLines.Most + 2, _log.All.Count);
    }

    [Fact]
    public void FewFaults_AreAllTold_AndNothingElse()
    {
        Fail(times: FaultLines.Most);
        _time.Advance(FaultLines.While);
        Fail(times: FaultLines.Most);
        _time.Advance(FaultLines.While);

        Assert.Equal(2 * FaultLines.Most, _log.All.Count);
    }

    [Fact]
    public void AnEnd_TellsOfThoseLeftOutBefore()
    {
        Fail(times: FaultLines.Most + 1);
        _lines.Dispose();

        Assert.StartsWith("Left out: 1 ", _log.All.Last().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_AreAlwaysTold()
    {
        Fail(times: FaultLines.Most + 1);
        Fail(times: 5, LogLevel.Error);

        Assert.Equal(5, _log.All.Count(line => line.Level == LogLevel.Error));
    }

    public void Dispose()
    {
        _lines.Dispose();
        _factory.Dispose();
    }

    private void Fail(int times, LogLevel level = LogLevel.Warning)
    {
        for (var i = 0; i < times; i++)
        {
#pragma warning disable CA1848, CA2254 // One line, as many as a test needs.
            _grain.Log(level, "A write failed.");
#pragma warning restore CA1848, CA2254
        }
    }
}
