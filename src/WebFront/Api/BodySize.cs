using ChatOrleans.Grains;
using Microsoft.AspNetCore.Http.Metadata;

namespace ChatOrleans.WebFront.Api;

/// <summary>How large a request may be. Beyond it: 413 <c>too_large</c>, before anything was read into memory.</summary>
internal static class BodySize
{
    private const int Least = 64 * 1024;
    private const int BytesOfAnEscapedCharacter = 6;
    private const int Room = 1_024;

    /// <summary>A text of escaped characters fits, and a meta in UTF-8, however large they may be.</summary>
    public static long Usual(ChatLimits limits) => Math.Max(Least, (BytesOfAnEscapedCharacter * limits.TextLength) + limits.MetaBytes + Room);

    /// <summary>A thousand user ids with their labels fit.</summary>
    public const long Lists = 256 * 1024;

    public static TBuilder TakesLists<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new Most(Lists));

    private sealed record Most(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
