using System.Collections.Immutable;
using ChatOrleans.Ids;

namespace ChatOrleans.Users;

/// <summary>One connection that reads a user's feed.</summary>
/// <param name="Cursor">The last event that was handed to it.</param>
/// <param name="Shows">The conversation that it shows, visible; null where none.</param>
[GenerateSerializer, Immutable, Alias("chat.ConnectionState")]
public sealed record ConnectionState([property: Id(0)] string DeviceId, [property: Id(1)] long Cursor, [property: Id(2)] ConversationId? Shows);

/// <summary>What a user's grain holds, in numbers and positions, without content.</summary>
[GenerateSerializer, Immutable, Alias("chat.UserState")]
public sealed record UserState
{
    [Id(0)] public string Epoch { get; init; } = "";
    /// <summary>The end of the feed, how much of it is stored, and its first entry that is kept.</summary>
    [Id(1)] public long Head { get; init; }
    [Id(2)] public long Stored { get; init; }
    [Id(3)] public long First { get; init; }
    [Id(4)] public int Conversations { get; init; }
    [Id(5)] public int UnreadNotifications { get; init; }
    [Id(6)] public long UnreadMessages { get; init; }
    [Id(7)] public ImmutableArray<ConnectionState> Connections { get; init; } = [];
}
