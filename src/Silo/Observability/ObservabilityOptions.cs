using System.ComponentModel.DataAnnotations;

namespace ChatOrleans.Silo.Observability;

/// <summary>Where a member's metrics and traces go, configured under <c>Observability</c>. <c>/metrics</c> is there in any case.</summary>
public sealed record ObservabilityOptions
{
    public const string Section = "Observability";

    /// <summary>
    /// Base address of an OpenTelemetry collector (gRPC), such as <c>http://collector:4317</c>. Default: none, and then nothing is traced
    /// and nothing sent.
    /// </summary>
    [Url(ErrorMessage = "Observability:OtlpEndpoint is no address. Set it to your collector's, such as http://collector:4317, or leave it out.")]
    public string? OtlpEndpoint { get; set; }

    /// <summary>
    /// Share of the requests that are traced, 0 to 1, where the caller has not decided. Default 0.01: enough to see where time goes, and
    /// what is not sampled costs next to nothing.
    /// </summary>
    [Range(0.0, 1.0, ErrorMessage = "Observability:TraceRatio must be 0 to 1. Set it to the share of requests that are traced, such as 0.01.")]
    public double TraceRatio { get; set; } = 0.01;
}
