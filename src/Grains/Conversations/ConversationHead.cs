using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Conversations;

/// <summary>
/// What a conversation's grain keeps besides its two logs: a checkpoint of their fold, so that an activation reads only what came
/// after it, and what no log tells (names, read marks of others, how far each member has acknowledged). Written now and then.
/// </summary>
[GenerateSerializer, Immutable, Alias("chat.ConversationHead")]
public sealed record ConversationHead
{
    [Id(0)] public ConversationState State { get; init; } = ConversationState.Empty;
    /// <summary>Messages up to here have moved their senders' marks.</summary>
    [Id(1)] public long Seq { get; init; }
    [Id(2)] public ImmutableDictionary<UserId, string> Names { get; init; } = ImmutableDictionary<UserId, string>.Empty;
    [Id(3)] public ImmutableDictionary<UserId, long> ReadSeqs { get; init; } = ImmutableDictionary<UserId, long>.Empty;
    /// <summary>Acknowledged by everybody but those in <see cref="Behind"/>.</summary>
    [Id(4)] public Position Floor { get; init; }
    [Id(5)] public ImmutableDictionary<UserId, Position> Behind { get; init; } = ImmutableDictionary<UserId, Position>.Empty;
    /// <summary>The newest time that was given to a message or a change; the clock may be set back while nobody is awake.</summary>
    [Id(6)] public DateTime LastTimestamp { get; init; }
    /// <summary>Who left and has yet to be told of deletions, and from which change on.</summary>
    [Id(7)] public ImmutableDictionary<UserId, long> Untold { get; init; } = ImmutableDictionary<UserId, long>.Empty;
}
