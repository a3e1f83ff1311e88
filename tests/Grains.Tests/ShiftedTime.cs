namespace ChatOrleans.Grains.Tests;

/// <summary>This machine's clock, set forward or back.</summary>
public sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
}
