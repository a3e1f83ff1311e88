namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>This machine's clock, as it may be set, and as it is read by a process that stood still.</summary>
internal sealed class SetClock : TimeProvider
{
    private long _stood;

    /// <summary>Forward, or back.</summary>
    public TimeSpan Shift { get; set; }

    /// <summary>So long nothing was done here.</summary>
    public TimeSpan Stood
    {
        set => Volatile.Write(ref _stood, (long)(value.TotalSeconds * TimestampFrequency));
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;

    public override long GetTimestamp() => base.GetTimestamp() + Volatile.Read(ref _stood);
}
