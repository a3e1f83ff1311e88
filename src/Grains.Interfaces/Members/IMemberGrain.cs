using System.Collections.Immutable;
using ChatOrleans.Ids;

namespace ChatOrleans.Members;

/// <summary>A conversation whose members have not acknowledged in time.</summary>
/// <param name="Members">How many of them.</param>
/// <param name="Messages">How many messages the one furthest behind lacks.</param>
[GenerateSerializer, Immutable, Alias("chat.LaggingConversation")]
public sealed record LaggingConversation(
    [property: Id(0)] ConversationId ConversationId, [property: Id(1)] int Members, [property: Id(2)] long Messages);

/// <summary>One member of the cluster, asked from another. Key: its silo address; lives there and nowhere else.</summary>
[Alias("chat.IMemberGrain")]
public interface IMemberGrain : IGrainWithStringKey
{
    /// <summary>Furthest behind first. Throws ChatException: Unavailable where the member is gone.</summary>
    [Alias("Lagging")] Task<ImmutableArray<LaggingConversation>> Lagging(int most);
}
