using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Hosting;

/// <summary>How large the head of a request may be, how slowly a request may come and how many connections there may be, configured under <c>Web</c>.</summary>
public sealed record RequestLimits
{
    public const string Section = "Web";

    /// <summary>Seconds for the whole head of a request, a WebSocket's handshake included. Default 10: who dribbles is cut off.</summary>
    [Range(1, 600)] public int HeadSeconds { get; set; } = 10;

    /// <summary>Seconds that a connection may be silent between two requests, or before its first. Default 75: above what proxies keep theirs.</summary>
    [Range(1, 3_600)] public int IdleSeconds { get; set; } = 75;

    /// <summary>Bytes a second of a body at the least. Default 240: the slowest of networks; a usual body is then whole within five minutes.</summary>
    [Range(1, 1_048_576)] public int BodyBytesPerSecond { get; set; } = 240;

    /// <summary>Seconds until that counts. Default 5.</summary>
    [Range(1, 600)] public int BodyGraceSeconds { get; set; } = 5;

    /// <summary>Bytes of all headers of a request together. Default 16 KiB: a token with many claims, and a browser's own.</summary>
    [Range(1_024, 1_048_576)] public int HeaderBytes { get; set; } = 16 * 1024;

    /// <summary>Headers of a request. Default 64: browsers send about 20, proxies add some.</summary>
    [Range(16, 1_000)] public int Headers { get; set; } = 64;

    /// <summary>Connections for requests that are open at once; WebSockets are not counted. Default 20,000: who connects and says nothing costs memory, and no more of it.</summary>
    [Range(16, 10_000_000)] public int Connections { get; set; } = 20_000;

    /// <summary>Bytes of a request's first line. Default 8 KiB: a token in a socket's address.</summary>
    [Range(1_024, 1_048_576)] public int RequestLineBytes { get; set; } = 8 * 1024;
}

[OptionsValidator]
public sealed partial class RequestLimitsValidator : IValidateOptions<RequestLimits>;
