using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace ChatOrleans.Ids;

/// <summary>The one place that knows which characters ids are made of, and how ids are made from hashes and chance.</summary>
internal static class IdText
{
    /// <summary>Characters of the body of a conversation id: 128 bits in base 32.</summary>
    public const int BodyLength = 26;

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private static readonly SearchValues<char> BodyCharacters = SearchValues.Create(Alphabet);

    /// <summary>True for letters, digits and <c>. _ - @</c>, <paramref name="most"/> characters at the most, one at least.</summary>
    public static bool IsName(ReadOnlySpan<char> text, int most)
    {
        if (text.IsEmpty || text.Length > most)
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-' or '@'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True for exactly <see cref="BodyLength"/> characters of the base 32 alphabet.</summary>
    public static bool IsBody(ReadOnlySpan<char> text) => text.Length == BodyLength && !text.ContainsAnyExcept(BodyCharacters);

    /// <summary>A body that nobody can guess.</summary>
    public static string RandomBody() => Encode(RandomNumberGenerator.GetBytes(16));

    /// <summary>The same body for the same parts. No part may hold a line feed, which separates them.</summary>
    public static string HashedBody(params ReadOnlySpan<string> parts) =>
        Encode(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts!))).AsSpan(0, 16));

    private static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[BodyLength];
        var (bits, held, at) = (0, 0, 0);
        foreach (var b in bytes)
        {
            bits = (bits << 8) | b;
            held += 8;
            while (held >= 5)
            {
                held -= 5;
                text[at++] = Alphabet[(bits >> held) & 31];
            }
        }

        text[at] = Alphabet[(bits << (5 - held)) & 31];
        return new string(text);
    }
}
