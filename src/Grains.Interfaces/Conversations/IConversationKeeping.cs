using ChatOrleans.Ids;

namespace ChatOrleans.Conversations;

/// <summary>How long a conversation keeps its messages; what is null sets no bound.</summary>
[GenerateSerializer, Immutable, Alias("chat.Retention")]
public sealed record Retention([property: Id(0)] TimeSpan? Age, [property: Id(1)] long? Messages)
{
    public static Retention Forever { get; } = new(null, null);

    public bool IsForever => Age is null && Messages is null;
}

/// <summary>For jobs on data, and for whoever runs the product. Key: the <see cref="ConversationId"/>. What changes is durable before it is answered.</summary>
[Alias("chat.IConversationKeeping")]
public interface IConversationKeeping : IGrainWithStringKey
{
    /// <summary>
    /// Makes tombstones of the user's messages among the next <paramref name="limit"/> from a seq on: they keep their place, and lose text,
    /// meta, names and the hash by which repeats are told. Members' feeds are told as of any deletion.
    /// </summary>
    [Alias("EraseSender")] Task<Erased> EraseSender(UserId user, long from, int limit);

    /// <summary>Forgets the user's name, and takes them out of a group.</summary>
    [Alias("ForgetMember")] Task ForgetMember(UserId user);

    /// <summary>
    /// Sets how long messages are kept, and removes what is beyond it: answers when that is done, or after some seconds, while it goes on.
    /// Throws ChatException: NotFound.
    /// </summary>
    [Alias("SetRetention")] Task SetRetention(Retention retention);

    /// <summary>Throws ChatException: NotFound.</summary>
    [Alias("GetRetention")] Task<Retention> GetRetention();

    /// <summary>Removes what is beyond its time now. Answers how many messages went.</summary>
    [Alias("Sweep")] Task<long> Sweep();

    /// <summary>How far removing is.</summary>
    [Alias("SweepState")] Task<SweepState> SweepState();
}

/// <param name="Messages">The user's among them, also those that were tombstones before: a step that is done again counts the same.</param>
/// <param name="Next">Where to go on; null at the conversation's end.</param>
[GenerateSerializer, Immutable, Alias("chat.Erased")]
public sealed record Erased([property: Id(0)] int Messages, [property: Id(1)] long? Next);

/// <param name="FirstSeq">The first message that is left.</param>
/// <param name="LastSeq">The last one that was posted.</param>
/// <param name="Running">True while messages are being removed.</param>
[GenerateSerializer, Immutable, Alias("chat.SweepState")]
public sealed record SweepState([property: Id(0)] long FirstSeq, [property: Id(1)] long LastSeq, [property: Id(2)] bool Running);
