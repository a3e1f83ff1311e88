using System.Globalization;
using ChatOrleans.Ids;

namespace ChatOrleans.Users;

/// <summary>Notification ids say what made the notification, so that a repeated delivery can't make a second one.</summary>
public static class InboxId
{
    private const string MessagePrefix = "msg-";
    private const string ConversationPrefix = "conv-";
    private const string AlertPrefix = "alert-";
    private const int LongestAlertId = 64;

    public static string OfMessage(MessageId message) => MessagePrefix + message;

    public static string OfConversation(ConversationId conversation, long rev) =>
        string.Create(CultureInfo.InvariantCulture, $"{ConversationPrefix}{conversation}-{rev}");

    public static string OfAlert(string alertId) => AlertPrefix + alertId;

    /// <summary>Null for what no alert's id can be: ids come from clients, and a key of the store is made of this one.</summary>
    public static string? AlertOf(string id) => id.StartsWith(AlertPrefix, StringComparison.Ordinal)
        && id.AsSpan(AlertPrefix.Length) is { Length: > 0 and <= LongestAlertId } alert && !alert.ContainsAnyExceptInRange('!', '~')
            ? alert.ToString()
            : null;

    /// <summary>Null for an alert's id, and for what is no id at all.</summary>
    public static ConversationId? ConversationOf(string id) => Parse(id)?.Conversation;

    /// <summary>The message's seq, or the rev of the change that added us; the other is 0.</summary>
    public static (long Seq, long Rev) PositionOf(string id) => Parse(id) is { } parsed ? (parsed.Seq, parsed.Rev) : default;

    private static (ConversationId Conversation, long Seq, long Rev)? Parse(string id)
    {
        if (id.StartsWith(MessagePrefix, StringComparison.Ordinal) && MessageId.TryParse(id[MessagePrefix.Length..], null, out var message))
        {
            return (message.Conversation, message.Seq, 0);
        }

        var dash = id.LastIndexOf('-');
        return id.StartsWith(ConversationPrefix, StringComparison.Ordinal) && dash > ConversationPrefix.Length
            && ConversationId.TryParse(id[ConversationPrefix.Length..dash], null, out var conversation)
            && long.TryParse(id.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var rev)
                ? (conversation, 0, rev)
                : null;
    }
}
