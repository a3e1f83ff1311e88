using ChatOrleans.Ids;

namespace ChatOrleans.Conversations;

/// <summary>What one may ask of a conversation's grain about itself. Key: the <see cref="ConversationId"/>.</summary>
[Alias("chat.IConversationInspection")]
public interface IConversationInspection : IGrainWithStringKey
{
    /// <summary>How far the conversation goes for one user, who need not be in it.</summary>
    [Alias("StandingOf")] Task<Standing> StandingOf(UserId user);
}

/// <param name="IsMember">Durably so.</param>
/// <param name="Head">Up to where there is something for them: of a former member the removal, of a stranger nothing.</param>
/// <param name="FirstSeq">The first message that retention has left.</param>
[GenerateSerializer, Immutable, Alias("chat.Standing")]
public sealed record Standing([property: Id(0)] bool IsMember, [property: Id(1)] Position Head, [property: Id(2)] long FirstSeq);
