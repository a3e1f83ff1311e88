using System.Globalization;
using System.Text;
using ChatOrleans.Conversations;

namespace ChatOrleans.Grains.Jobs;

/// <summary>A retention as it is stored: "ticks messages", 0 for no bound.</summary>
internal static class RetentionText
{
    public static byte[] Write(Retention retention) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{retention.Age?.Ticks ?? 0} {retention.Messages ?? 0}"));

    public static Retention Read(ReadOnlyMemory<byte> stored)
    {
        // As versions before this one stored "no bound".
        if (stored.IsEmpty)
        {
            return Retention.Forever;
        }

        var parts = Encoding.ASCII.GetString(stored.Span).Split(' ').Select(part => long.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        return new Retention(parts[0] > 0 ? TimeSpan.FromTicks(parts[0]) : null, parts[1] > 0 ? parts[1] : null);
    }
}
