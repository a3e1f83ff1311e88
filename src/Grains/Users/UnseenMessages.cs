using System.Collections.Immutable;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Users;

/// <summary>
/// What an activation leaves behind of messages that were suppressed and that nobody has acknowledged: little, but enough to find them in
/// the feed again, since their entries tell that they were suppressed.
/// </summary>
[GenerateSerializer, Immutable, Alias("chat.UnseenMessages")]
public sealed record UnseenMessages
{
    /// <summary>In the order of the cursors.</summary>
    [Id(0)] public ImmutableArray<UnseenFrom> Conversations { get; init; } = [];
}

/// <summary>What was suppressed in a conversation from this entry of the feed on was seen by nobody, as far as is known.</summary>
[GenerateSerializer, Immutable, Alias("chat.UnseenFrom")]
public readonly record struct UnseenFrom([property: Id(0)] ConversationId Conversation, [property: Id(1)] long Cursor);
