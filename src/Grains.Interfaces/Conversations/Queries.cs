using System.Collections.Immutable;
using ChatOrleans.Ids;

namespace ChatOrleans.Conversations;

/// <summary>History by seq. Both bounds are exclusive; with neither, the newest; with After, the oldest after it.</summary>
[GenerateSerializer, Immutable, Alias("chat.ReadMessages")]
public sealed record ReadMessages(
    [property: Id(0)] UserId Reader, [property: Id(1)] long? Before, [property: Id(2)] long? After, [property: Id(3)] int Limit);

/// <param name="Messages">Oldest first, contiguous.</param>
/// <param name="Older">True when there are messages before the first one shown.</param>
/// <param name="Newer">True when there are messages after the last one shown.</param>
[GenerateSerializer, Immutable, Alias("chat.MessagePage")]
public sealed record MessagePage(
    [property: Id(0)] ImmutableArray<Message> Messages, [property: Id(1)] bool Older, [property: Id(2)] bool Newer);

/// <param name="Changes">Oldest first, by rev, contiguous.</param>
[GenerateSerializer, Immutable, Alias("chat.ChangePage")]
public sealed record ChangePage([property: Id(0)] ImmutableArray<Change> Changes, [property: Id(1)] bool More);

/// <param name="Members">In the order of their user ids.</param>
[GenerateSerializer, Immutable, Alias("chat.MemberPage")]
public sealed record MemberPage([property: Id(0)] ImmutableArray<MemberView> Members, [property: Id(1)] bool More);

/// <param name="Events">In the one order of both logs, contiguous after the position asked for.</param>
/// <param name="Until">The position that the last event reaches.</param>
/// <param name="Head">How far there is something for this member.</param>
[GenerateSerializer, Immutable, Alias("chat.EventPage")]
public sealed record EventPage(
    [property: Id(0)] ImmutableArray<ConversationEvent> Events, [property: Id(1)] Position Until, [property: Id(2)] Position Head);

/// <summary>
/// What a conversation publishes on the stream ("user", user id), and all that a user's grain needs to apply it: the events
/// after <paramref name="After"/>, contiguous, in the one order of both logs.
/// </summary>
[GenerateSerializer, Immutable, Alias("chat.MemberEvents")]
public sealed record MemberEvents(
    [property: Id(0)] ConversationId ConversationId,
    [property: Id(1)] ImmutableArray<ConversationEvent> Events,
    [property: Id(2)] Position After,
    [property: Id(3)] Position Until);

/// <summary>A connecting or leaving user's word to one of their recent conversations.</summary>
[GenerateSerializer, Immutable, Alias("chat.Attendance")]
public sealed record Attendance(
    [property: Id(0)] Actor Actor, [property: Id(1)] bool Online, [property: Id(2)] long ReadSeq);
