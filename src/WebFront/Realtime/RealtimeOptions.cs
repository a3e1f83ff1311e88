using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Realtime;

/// <summary>How connections are kept, configured under <c>Realtime</c>.</summary>
public sealed record RealtimeOptions
{
    public const string Section = "Realtime";

    /// <summary>
    /// Seconds. Default 25: below the idle limits of common proxies. A device that is silent for one heartbeat shows nothing any
    /// more, for two is gone; so long may one frame take as well.
    /// </summary>
    [Range(1, 300)] public int HeartbeatSeconds { get; set; } = 25;

    /// <summary>Bytes of one frame from a client. Default 32 KiB: the longest text in UTF-8 (Limits:TextLength), its meta (Limits:MetaBytes), and room; less is refused.</summary>
    [Range(1_024, 1_048_576)] public int FrameBytes { get; set; } = 32 * 1024;

    /// <summary>Seconds that a SignalR client has for its handshake. Default 10. A raw socket has none.</summary>
    [Range(1, 60)] public int HandshakeSeconds { get; set; } = 10;

    /// <summary>Seconds over which a stopping server spreads its closes. Default 1: so that not all devices come back at once. It has 25 for all of its stop.</summary>
    [Range(0, 15)] public double StopSpreadSeconds { get; set; } = 1;

    internal TimeSpan Heartbeat => TimeSpan.FromSeconds(HeartbeatSeconds);
}

[OptionsValidator]
public sealed partial class RealtimeOptionsValidator : IValidateOptions<RealtimeOptions>;
