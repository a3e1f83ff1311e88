using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Api;

/// <summary>The contract's fixed words, read by the same table that writes them.</summary>
internal static class Choices
{
    public static ConversationKind Kind(string? text) => Of<ConversationKind>("kind", text, kind => Words.Of(kind).Text)
        ?? throw ChatException.Invalid($"kind is missing. It is one of {All<ConversationKind>(kind => Words.Of(kind).Text)}.");

    public static HistoryAccess? History(string? text) => Of<HistoryAccess>("history", text, history => Words.Of(history).Text);

    public static MemberRole? Role(string? text) => Of<MemberRole>("role", text, role => Words.Of(role).Text);

    private static T? Of<T>(string field, string? text, Func<T, string> word)
        where T : struct, Enum
    {
        if (text is null)
        {
            return null;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (word(value) == text)
            {
                return value;
            }
        }

        throw ChatException.Invalid($"{field} is one of {All(word)}.");
    }

    private static string All<T>(Func<T, string> word)
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(word));
}
