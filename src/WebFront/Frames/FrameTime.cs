using System.Globalization;

namespace ChatOrleans.WebFront.Frames;

/// <summary>Times of the contract: ISO 8601, UTC with Z, a fraction only where there is one.</summary>
public static class FrameTime
{
    public const int MaxLength = 28;

    private const string Pattern = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    /// <summary>Writes ASCII and answers how much.</summary>
    public static int Format(DateTime value, Span<byte> utf8)
    {
        value.TryFormat(utf8, out var written, Pattern, CultureInfo.InvariantCulture);
        return written;
    }

    public static string Format(DateTime value) => value.ToString(Pattern, CultureInfo.InvariantCulture);
}
