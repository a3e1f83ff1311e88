namespace ChatOrleans.LoadTester.Load;

/// <summary>What one run measured. Times in milliseconds, CPU in microseconds; null where it could not be seen.</summary>
internal sealed record LoadResult
{
    public required string Name { get; init; }
    public required string Scenario { get; init; }
    public required string Driver { get; init; }
    public required string Load { get; init; }
    public required double Seconds { get; init; }
    public required long Deliveries { get; init; }
    public double DeliveriesPerSecond => Deliveries / Seconds;
    public double? CpuPerDelivery { get; init; }
    /// <summary>How slow the machine was meanwhile: see <see cref="ChatOrleans.LoadTester.Load.Pace"/>, in microseconds.</summary>
    public double? Pace { get; init; }
    public double P50 { get; init; }
    public double P90 { get; init; }
    public double P99 { get; init; }
    public double P999 { get; init; }
    public double Max { get; init; }
    public long Lost { get; init; }
    public long Repeated { get; init; }
    public long Disordered { get; init; }
    public long Refused { get; init; }
    public string? FirstRefusal { get; init; }
    public long NotResumed { get; init; }

    /// <summary>How often a device took its events too slowly and read on by seq; no fault.</summary>
    public long FellBehind { get; init; }

    /// <summary>What else was found to be wrong, in words.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];
    public double? KibPerConnection { get; init; }
    public double? ResidentMib { get; init; }

    /// <summary>Bytes that the process allocated per delivery; only where the server runs in it.</summary>
    public double? BytesPerDelivery { get; init; }

    /// <summary>Figures of this scenario alone.</summary>
    public IReadOnlyDictionary<string, double> Extra { get; init; } = new Dictionary<string, double>();
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Percentile to milliseconds.</summary>
    public IReadOnlyList<double[]> Curve { get; init; } = [];

    public bool Kept => Lost == 0 && Repeated == 0 && Disordered == 0 && Refused == 0 && NotResumed == 0 && Faults.Count == 0;
}
