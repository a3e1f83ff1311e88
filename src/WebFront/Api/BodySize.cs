using Microsoft.AspNetCore.Http.Metadata;

namespace ChatOrleans.WebFront.Api;

/// <summary>How large a request may be. Beyond it: 413 <c>too_large</c>, before anything was read into memory.</summary>
internal static class BodySize
{
    /// <summary>A text of 8,000 escaped characters and its meta fit.</summary>
    public const long Usual = 64 * 1024;

    /// <summary>A thousand user ids with their labels fit.</summary>
    public const long Lists = 256 * 1024;

    public static TBuilder TakesLists<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new Most(Lists));

    private sealed record Most(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
