using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using Orleans.Runtime;

namespace ChatOrleans.Users;

/// <summary>
/// A place in a user's feed. Cursors go on counting over crashes, but those handed out shortly before one may never have been
/// stored; the epoch tells them apart. Example: a device holds (e1, 120), the crash kept 115 entries, so e2 begins with 116, and
/// the device's 116 to 120 were other events than e2's. (e1, 110) goes on exactly; (e1, 120) needs a snapshot.
/// </summary>
[GenerateSerializer, Immutable, Alias("chat.FeedPosition")]
public readonly record struct FeedPosition([property: Id(0)] string? Epoch, [property: Id(1)] long Cursor);

/// <summary>What one device shows, as its connection's session last heard.</summary>
/// <param name="ConversationId">The conversation that is open; null where none is.</param>
/// <param name="Visible">False while the page is hidden.</param>
/// <param name="HeardAt">The last sign of life of the device.</param>
[GenerateSerializer, Immutable, Alias("chat.Attention")]
public sealed record Attention(
    [property: Id(0)] ConversationId? ConversationId, [property: Id(1)] bool Visible, [property: Id(2)] DateTime HeardAt)
{
    public static Attention Nowhere { get; } = new(null, false, default);
}

/// <summary>One device asks for its user's feed.</summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("chat.FeedRequest")]
public sealed record FeedRequest
{
    /// <summary>Names the connection; unique while it lasts.</summary>
    [Id(0)] public required string DeviceId { get; init; }
    /// <summary>The token's name, which the user's grain remembers for others to see.</summary>
    [Id(1)] public string? Name { get; init; }
    /// <summary>After which position; null starts at now, with a snapshot.</summary>
    [Id(2)] public FeedPosition? After { get; init; }
    [Id(3)] public Attention Attention { get; init; } = Attention.Nowhere;
    /// <summary>True when the session goes on by itself after a fault: then no snapshot is wanted where the position still holds.</summary>
    [Id(4)] public bool Continues { get; init; }
    /// <summary>Where it continues: up to here the device is owed every event, however many; beyond, a behind may stand for many.</summary>
    [Id(5)] public long ReplayUntil { get; init; }
    /// <summary>When the device's token was issued; null where it has none (Development, and callers inside the cluster).</summary>
    [Id(6)] public DateTime? TokenIssuedAt { get; init; }
    /// <summary>The member of the cluster that reads, with whose death the feed ends; null: nobody knows, and it ends when nothing was asked for a while.</summary>
    [Id(7)] public SiloAddress? ReadBy { get; init; }
}

/// <summary>
/// What one pull of a feed yields. The first of a call has an <see cref="Opening"/>; what follows it follows its position.
/// </summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("chat.FeedBatch")]
public sealed record FeedBatch
{
    [Id(0)] public FeedOpening? Opening { get; init; }
    /// <summary>Contiguous by cursor.</summary>
    [Id(1)] public ImmutableArray<FeedEvent> Events { get; init; } = [];
    /// <summary>Typing, presence, others' receipts: without a cursor, and dropped first.</summary>
    [Id(2)] public ImmutableArray<Ephemeral> Ephemerals { get; init; } = [];
    /// <summary>Stands for events that were left out because the device fell behind; Events go on after it.</summary>
    [Id(3)] public Behind? Behind { get; init; }
    /// <summary>The end of the feed when this was made.</summary>
    [Id(4)] public long Head { get; init; }

    /// <summary>Whether conversations are to be read before it can be sent.</summary>
    public bool TellsOfConversations => Events.Any(static one => one.Entry.TellsOfConversation);
}

/// <param name="Position">What follows, follows this.</param>
/// <param name="Resumed">True when exactly the events after the asked position follow.</param>
/// <param name="Replayed">How many events lie between the position and the head.</param>
/// <param name="Snapshot">Where not resumed: what there is at the position.</param>
[GenerateSerializer, Immutable, Alias("chat.FeedOpening")]
public sealed record FeedOpening(
    [property: Id(0)] FeedPosition Position,
    [property: Id(1)] bool Resumed,
    [property: Id(2)] long Replayed,
    [property: Id(3)] FeedSnapshot? Snapshot);

/// <param name="Conversations">The latest, latest activity first; the conversations themselves are read from their grains.</param>
[GenerateSerializer, Immutable, Alias("chat.FeedSnapshot")]
public sealed record FeedSnapshot(
    [property: Id(0)] ConversationMarkPage Conversations, [property: Id(1)] NotificationPage Notifications);

/// <summary>What only the user's own grain knows of one of their conversations.</summary>
/// <param name="LastSeq">The last message that this grain has applied.</param>
/// <param name="Rev">The last change that this grain has applied.</param>
[GenerateSerializer, Immutable, Alias("chat.ConversationMark")]
public sealed record ConversationMark(
    [property: Id(0)] ConversationId ConversationId,
    [property: Id(1)] long ReadSeq,
    [property: Id(2)] bool Muted,
    [property: Id(3)] long LastSeq,
    [property: Id(4)] long Rev,
    [property: Id(5)] long Activity);

/// <param name="Marks">Latest activity first. <see cref="ConversationMark.Activity"/> of the last one is where the next page goes on.</param>
[GenerateSerializer, Immutable, Alias("chat.ConversationMarkPage")]
public sealed record ConversationMarkPage(
    [property: Id(0)] ImmutableArray<ConversationMark> Marks, [property: Id(1)] bool More);

/// <summary>Stands for the events after <see cref="FromCursor"/> up to and with <see cref="ToCursor"/>.</summary>
[GenerateSerializer, Immutable, Alias("chat.Behind")]
public sealed record Behind(
    [property: Id(0)] long FromCursor, [property: Id(1)] long ToCursor, [property: Id(2)] ImmutableArray<ConversationMark> Conversations);

[GenerateSerializer, Alias("chat.EphemeralKind")]
public enum EphemeralKind
{
    Typing = 0,
    Presence = 1,
    /// <summary>Another member's read mark moved.</summary>
    ConversationRead = 2,
}

/// <param name="ConversationId">Typing, ConversationRead: where.</param>
/// <param name="Online">Presence.</param>
/// <param name="ReadSeq">ConversationRead.</param>
[GenerateSerializer, Immutable, Alias("chat.Ephemeral")]
public sealed record Ephemeral(
    [property: Id(0)] EphemeralKind Kind,
    [property: Id(1)] ConversationId ConversationId,
    [property: Id(2)] UserId UserId,
    [property: Id(3)] bool Online = false,
    [property: Id(4)] long ReadSeq = 0);

/// <summary>A page of the feed for a client that pulls.</summary>
/// <param name="Opening">Whether and where it goes on; not resumed: nothing but the snapshot.</param>
/// <param name="Events">After the opening's position, contiguous.</param>
/// <param name="Head">The end of the feed.</param>
[GenerateSerializer, Immutable, Alias("chat.FeedPage")]
public sealed record FeedPage(
    [property: Id(0)] FeedOpening Opening, [property: Id(1)] ImmutableArray<FeedEvent> Events, [property: Id(2)] long Head);

[GenerateSerializer, Immutable, Alias("chat.UserView")]
public sealed record UserView(
    [property: Id(0)] UserId Id, [property: Id(1)] string? Name, [property: Id(2)] int UnreadNotifications, [property: Id(3)] FeedPosition Position);

[GenerateSerializer, Immutable, Alias("chat.ReadOutcome")]
public sealed record ReadOutcome([property: Id(0)] long ReadSeq, [property: Id(1)] long Unread);

/// <summary>Where a member's grain durably is, and what others may call the member.</summary>
[GenerateSerializer, Immutable, Alias("chat.CaughtUp")]
public sealed record CaughtUp([property: Id(0)] Position Durable, [property: Id(1)] string? Name);
