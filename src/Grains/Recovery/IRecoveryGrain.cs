using System.Globalization;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Recovery;

/// <summary>
/// Remembers, durably, which conversations may have something undelivered, so that a crash can't put them to sleep. Key: the
/// shard's number.
/// </summary>
[Alias("chat.IRecoveryGrain")]
public interface IRecoveryGrain : IGrainWithStringKey
{
    /// <summary>Completes once it is durable. Many calls share one write. Throws ChatException: Unavailable.</summary>
    [Alias("List")] Task List(ConversationId conversation);

    /// <summary>Nothing is undelivered. Its loss costs one needless activation after a crash.</summary>
    [Alias("Unlist")] Task Unlist(ConversationId conversation);

    /// <summary>At start and after a silo's death: activates all that is listed, a few at a time.</summary>
    [Alias("Recover")] Task Recover();
}

/// <summary>Spreads conversations over recovery grains. The count is part of what is stored: never lower it.</summary>
internal static class RecoveryShards
{
    public const int Count = 16;

    public static IEnumerable<string> All => Enumerable.Range(0, Count).Select(Name);

    public static string Of(ConversationId id) => Name((id.Value[^1] + (id.Value[^2] * 31)) % Count);

    private static string Name(int shard) => shard.ToString(CultureInfo.InvariantCulture);
}
