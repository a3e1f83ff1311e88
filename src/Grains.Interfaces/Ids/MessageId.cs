using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ChatOrleans.Ids;

/// <summary>
/// A message: <c>msg_</c>, its conversation's 26 characters, <c>_</c> and its seq. Opaque to clients; to us it says where the
/// message lies, so that no index from ids to positions is needed.
/// </summary>
[GenerateSerializer, Immutable, Alias("chat.MessageId")]
public readonly record struct MessageId([property: Id(0)] ConversationId Conversation, [property: Id(1)] long Seq) : IParsable<MessageId>
{
    public const string Prefix = "msg_";

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MessageId result)
    {
        result = default;
        if (s is null || !s.StartsWith(Prefix, StringComparison.Ordinal) || s.Length < Prefix.Length + IdText.BodyLength + 2)
        {
            return false;
        }

        var body = s.AsSpan(Prefix.Length, IdText.BodyLength);
        var number = s.AsSpan(Prefix.Length + IdText.BodyLength);
        // A leading zero or sign would give one message two ids.
        if (!IdText.IsBody(body) || number[0] != '_' || number[1] is < '1' or > '9'
            || !long.TryParse(number[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
        {
            return false;
        }

        result = new MessageId(new ConversationId(string.Concat(ConversationId.Prefix, body)), seq);
        return true;
    }

    /// <exception cref="FormatException">The text is no message id.</exception>
    public static MessageId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is no message id.");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Conversation.Body}_{Seq}");
}
