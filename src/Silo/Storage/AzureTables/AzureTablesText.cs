using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Storage.AzureTables;

/// <summary>
/// Our names as table keys, which take at most 512 characters and no slash, backslash, hash, question mark or control character.
/// </summary>
internal static class AzureTablesText
{
    public const string HeadRow = "h";
    public const string KeyRows = "k";
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuv";
    private const int Longest = 400;

    /// <summary>Readable where the text is plain, with <c>!2f</c> and the like for the rest; a hash of what would be too long.</summary>
    public static string Escape(string text)
    {
        if (text.All(IsPlain) && text.Length <= Longest)
            return text;
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var one in Encoding.UTF8.GetBytes(text))
            if (IsPlain((char)one))
                escaped.Append((char)one);
            else
                escaped.Append(CultureInfo.InvariantCulture, $"!{one:x2}");
        return escaped.Length <= Longest ? escaped.ToString() : $"!!{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }

    /// <summary>What <see cref="Escape"/> was given. Throws <see cref="NotSupportedException"/> for what was too long to keep.</summary>
    public static string Unescape(string escaped)
    {
        if (!escaped.Contains('!', StringComparison.Ordinal))
            return escaped;
        if (escaped.StartsWith("!!", StringComparison.Ordinal))
            throw new NotSupportedException($"{escaped} stands for a name that was too long to be kept in Azure Tables.");
        var bytes = new List<byte>(escaped.Length);
        for (var i = 0; i < escaped.Length; i++)
            if (escaped[i] != '!')
            {
                bytes.Add((byte)escaped[i]);
            }
            else
            {
                bytes.Add(byte.Parse(escaped.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 2;
            }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    public static string Row(LogTrack track, long index) => string.Create(CultureInfo.InvariantCulture, $"r{(byte)track:x2}{index:D19}");

    public static long Index(string row) => long.Parse(row.AsSpan(3), CultureInfo.InvariantCulture);

    public static string Key(string key) => KeyRows + Ordered(Encoding.UTF8.GetBytes(key));

    public static string FromKey(string row)
    {
        var bytes = new List<byte>(row.Length);
        int bits = 0, held = 0;
        foreach (var c in row.AsSpan(1))
        {
            bits = ((bits << 5) | Alphabet.IndexOf(c, StringComparison.Ordinal)) & 0xFFF;
            held += 5;
            if (held < 8)
                continue;
            held -= 8;
            bytes.Add((byte)(bits >> held));
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>Base 32 with an alphabet in the order of its characters: keeps the order of the bytes.</summary>
    private static string Ordered(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length * 8 / 5 + 1);
        int bits = 0, held = 0;
        foreach (var one in bytes)
        {
            bits = ((bits << 8) | one) & 0xFFF;
            held += 8;
            while (held >= 5)
            {
                held -= 5;
                text.Append(Alphabet[(bits >> held) & 31]);
            }
        }

        if (held > 0)
            text.Append(Alphabet[(bits << (5 - held)) & 31]);
        return text.ToString();
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@' or '~';
}
