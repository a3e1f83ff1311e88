using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ChatOrleans.Grains;

/// <summary>What a user may send, configured under <c>Limits</c>. A breach is a clear error and loses nothing.</summary>
public sealed record ChatLimits
{
    public const string Section = "Limits";

    /// <summary>UTF-16 code units of a message's text. Default 8,000: a long letter; a row must stay far below a storage's row limit.</summary>
    [Range(1, 20_000)] public int TextLength { get; set; } = 8_000;

    /// <summary>UTF-8 bytes of a meta object. Default 4,096.</summary>
    [Range(2, 16_384)] public int MetaBytes { get; set; } = 4_096;

    /// <summary>Nesting of a meta object, itself included. Default 4.</summary>
    [Range(1, 16)] public int MetaDepth { get; set; } = 4;

    /// <summary>Members of one conversation. Default 1,000.</summary>
    [Range(2, 100_000)] public int Members { get; set; } = 1_000;

    /// <summary>Characters of a title. Default 200.</summary>
    [Range(1, 1_000)] public int TitleLength { get; set; } = 200;

    /// <summary>Characters of a member's label. Default 64.</summary>
    [Range(1, 256)] public int LabelLength { get; set; } = 64;

    /// <summary>Characters of a client message id or another id that a client makes. Default 128.</summary>
    [Range(36, 200)] public int ClientIdLength { get; set; } = 128;
}

[OptionsValidator]
public sealed partial class ChatLimitsValidator : IValidateOptions<ChatLimits>;
