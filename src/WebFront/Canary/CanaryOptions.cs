using System.ComponentModel.DataAnnotations;

namespace ChatOrleans.WebFront.Canary;

/// <summary>
/// The canary, which sends a message between two reserved users of its own and waits until it came, by each path that devices use.
/// </summary>
public sealed record CanaryOptions
{
    public const string Section = "Canary";

    /// <summary>How often it sends. Default 00:00:00: never. 10 s tells soon that something is wrong, and costs one message each time.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ErrorMessage = "Canary:Interval must be 00:00:00 to 01:00:00. Set it to the time between two messages, such as 00:00:10, or leave it out for none.")]
    public TimeSpan Interval { get; set; }

    /// <summary>How long a message may take before it counts as failed. Default 5 s: far beyond what people call slow.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00", ErrorMessage = "Canary:Timeout must be 00:00:00.100 to 00:05:00. Set it to the time that a message may take, such as 00:00:05.")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);
}
