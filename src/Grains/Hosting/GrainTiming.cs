using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ChatOrleans.Grains.Hosting;

/// <summary>How often grains write what may be written late, configured under <c>Grains</c>. Nothing here decides whether something is lost.</summary>
public sealed record GrainTiming
{
    public const string Section = "Grains";

    /// <summary>How long a feed may be ahead of its checkpoint, and an outbox's unit of patience. Default 1 s: one write per user and second at the most.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:30")] public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The least time between two checkpoints when a user's own command waits for one. Default 50 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05")] public TimeSpan CommandInterval { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>A conversation without anything undelivered writes its head and leaves the recovery list after so long. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")] public TimeSpan RestAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A busy conversation writes its head after so many messages. Default 2,048: what an activation after a crash has to fold.</summary>
    [Range(16, 100_000)] public int MessagesPerHead { get; set; } = 2_048;

    /// <summary>What a device shows counts as seen as long as it was heard within this time. Default 30 s: a heartbeat and a little; it must be 1.2 of Realtime:HeartbeatSeconds or more.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")] public TimeSpan AttentionLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A user counts as online for so long after the last connection ended. Default 2 s: a reconnection is no news.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")] public TimeSpan OfflineAfter { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often conversations with a retention are looked through. Default 1 h: what is kept by days need not go by minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")] public TimeSpan SweepInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long an erasure waits after it has revoked the user's tokens. Default 30 s: never less than
    /// Auth:RevocationAge, for which a web front may still let in what was just revoked, and what is posted then would stay. The same in every
    /// member.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")] public TimeSpan ErasureGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Events that a feed keeps for devices that come back. Default 50,000.</summary>
    [Range(1_000, 10_000_000)] public long FeedEvents { get; set; } = 50_000;

    /// <summary>Events that may wait for one slow connection before a <c>behind</c> stands for them. Default 1,000.</summary>
    [Range(10, 100_000)] public int MostUnsentEvents { get; set; } = 1_000;

    /// <summary>Bytes of text that may wait likewise. Default 1 MiB.</summary>
    [Range(1_024, 1 << 28)] public int MostUnsentBytes { get; set; } = 1 << 20;
}

[OptionsValidator]
public sealed partial class GrainTimingValidator : IValidateOptions<GrainTiming>;
