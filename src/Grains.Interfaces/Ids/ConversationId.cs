using System.Diagnostics.CodeAnalysis;

namespace ChatOrleans.Ids;

/// <summary>A conversation: <c>conv_</c> and 26 characters. Opaque to clients.</summary>
[GenerateSerializer, Immutable, Alias("chat.ConversationId")]
public readonly record struct ConversationId([property: Id(0)] string Value) : IParsable<ConversationId>
{
    public const string Prefix = "conv_";

    /// <summary>An id that nobody has had.</summary>
    public static ConversationId New() => new(Prefix + IdText.RandomBody());

    /// <summary>The one conversation of these two users, whichever of them asks.</summary>
    public static ConversationId Direct(UserId one, UserId other) => string.CompareOrdinal(one.Value, other.Value) <= 0
        ? new(Prefix + IdText.HashedBody("direct", one.Value, other.Value))
        : new(Prefix + IdText.HashedBody("direct", other.Value, one.Value));

    /// <summary>The conversation that this creator asked for under this request id, so that a repeated request makes no second one.</summary>
    public static ConversationId Requested(UserId creator, string clientRequestId) =>
        new(Prefix + IdText.HashedBody("requested", creator.Value, clientRequestId));

    /// <summary>What stands after the prefix.</summary>
    public string Body => Value[Prefix.Length..];

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ConversationId result)
    {
        var valid = s is not null && s.StartsWith(Prefix, StringComparison.Ordinal) && IdText.IsBody(s.AsSpan(Prefix.Length));
        result = valid ? new ConversationId(s!) : default;
        return valid;
    }

    /// <exception cref="FormatException">The text is no conversation id.</exception>
    public static ConversationId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is no conversation id.");

    public override string ToString() => Value;
}
