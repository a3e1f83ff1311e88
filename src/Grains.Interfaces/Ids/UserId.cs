using System.Diagnostics.CodeAnalysis;

namespace ChatOrleans.Ids;

/// <summary>A user: the token's <c>sub</c>. 1 to 64 characters of <c>A-Z a-z 0-9 . _ - @</c>; case matters.</summary>
[GenerateSerializer, Immutable, Alias("chat.UserId")]
public readonly record struct UserId([property: Id(0)] string Value) : IParsable<UserId>
{
    public const int MaxLength = 64;

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out UserId result)
    {
        var valid = IdText.IsName(s, MaxLength);
        result = valid ? new UserId(s!) : default;
        return valid;
    }

    /// <exception cref="FormatException">The text is no user id.</exception>
    public static UserId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("A user id is 1 to 64 characters of A-Z a-z 0-9 . _ - @.");

    public override string ToString() => Value;
}
