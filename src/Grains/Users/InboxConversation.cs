using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>One conversation in its member's inbox.</summary>
/// <param name="unreadCapacity">For so many unread notifications room is made at once.</param>
public sealed class InboxConversation(ConversationId id, int unreadCapacity = 0)
{
    public ConversationId Id => id;

    public bool IsMember { get; set; }

    /// <summary>The last message before one joined (again).</summary>
    public long JoinedSeq { get; set; }

    /// <summary>The last message and change that were applied.</summary>
    public long LastSeq { get; set; }
    public long Rev { get; set; }
    public long ReadSeq { get; set; }
    public bool Muted { get; set; }

    /// <summary>What may be read of before one joined; null where no entry said.</summary>
    public HistoryAccess? History { get; set; }

    /// <summary>Times out of the conversation after having been in it.</summary>
    public Absences Absences { get; set; } = Absences.None;

    /// <summary>The cursor of the last message, or of joining: lists of conversations are in its order.</summary>
    public long Activity { get; set; }

    /// <summary>The last entry of any kind: what a device that fell behind has to look at again.</summary>
    public long TouchedAt { get; set; }

    /// <summary>Oldest first.</summary>
    public List<UnreadNotification> Unread { get; } = new(unreadCapacity);

    public Position Position => new(LastSeq, Rev);

    public long UnreadMessages => Math.Max(0, LastSeq - ReadSeq);

    /// <summary>
    /// True where the message, as it now is, was made while one was away or later, and one may not read back that far. Where no
    /// entry told the setting, it counts as the stricter one.
    /// </summary>
    public bool Hides(Message message) => message.EditedAt is { } editedAt && Absences.HidAt(message.Seq) is { } removedAt
        && editedAt > removedAt && !(IsMember && History == HistoryAccess.All);

    public InboxConversationSnapshot ToSnapshot() => new()
    {
        Id = Id,
        IsMember = IsMember,
        JoinedSeq = JoinedSeq,
        LastSeq = LastSeq,
        Rev = Rev,
        ReadSeq = ReadSeq,
        Muted = Muted,
        Activity = Activity,
        TouchedAt = TouchedAt,
        History = History,
        Absences = Absences.All,
        Unread = [.. Unread],
    };

    public static InboxConversation From(InboxConversationSnapshot snapshot)
    {
        var conversation = new InboxConversation(snapshot.Id, snapshot.Unread.Length)
        {
            IsMember = snapshot.IsMember,
            JoinedSeq = snapshot.JoinedSeq,
            LastSeq = snapshot.LastSeq,
            Rev = snapshot.Rev,
            ReadSeq = snapshot.ReadSeq,
            Muted = snapshot.Muted,
            Activity = snapshot.Activity,
            TouchedAt = snapshot.TouchedAt,
            History = snapshot.History,
            Absences = Absences.From(snapshot),
        };
        foreach (var unread in snapshot.Unread)
        {
            conversation.Unread.Add(unread);
        }

        return conversation;
    }
}

/// <summary>An unread notification of a conversation.</summary>
/// <param name="Cursor">The feed entry that made it.</param>
/// <param name="Seq">The message that made it; 0 for the conversation's own.</param>
/// <param name="Rev">For the conversation's own: the change that added us; else 0.</param>
[GenerateSerializer, Immutable, Alias("chat.UnreadNotification")]
public readonly record struct UnreadNotification([property: Id(0)] long Cursor, [property: Id(1)] long Seq, [property: Id(2)] long Rev)
{
    public string Id(ConversationId conversation) => Seq > 0
        ? InboxId.OfMessage(new MessageId(conversation, Seq))
        : InboxId.OfConversation(conversation, Rev);
}

[GenerateSerializer, Immutable, Alias("chat.UnreadAlert")]
public readonly record struct UnreadAlert([property: Id(0)] long Cursor, [property: Id(1)] string AlertId);

/// <summary>An inbox as it is stored now and then, so that an activation folds only what came after.</summary>
[GenerateSerializer, Immutable, Alias("chat.InboxSnapshot")]
public sealed record InboxSnapshot
{
    [Id(0)] public long Cursor { get; init; }
    [Id(1)] public ImmutableArray<InboxConversationSnapshot> Conversations { get; init; } = [];
    [Id(2)] public ImmutableArray<UnreadAlert> Alerts { get; init; } = [];

    /// <summary>Roughly, in bytes as stored: what the entries since must outweigh before the next snapshot is written.</summary>
    public long Weight => (Conversations.Length * 64L) + (Conversations.Sum(one => (long)one.Unread.Length) * 12) + (Alerts.Length * 48L);
}

[GenerateSerializer, Immutable, OmitDefaultMemberValues, SuppressReferenceTracking, Alias("chat.InboxConversationSnapshot")]
public sealed record InboxConversationSnapshot
{
    [Id(0)] public ConversationId Id { get; init; }
    [Id(1)] public bool IsMember { get; init; }
    [Id(2)] public long LastSeq { get; init; }
    [Id(3)] public long Rev { get; init; }
    [Id(4)] public long ReadSeq { get; init; }
    [Id(5)] public bool Muted { get; init; }
    [Id(6)] public long Activity { get; init; }
    [Id(9)] public long TouchedAt { get; init; }
    [Id(8)] public long JoinedSeq { get; init; }
    /// <summary>Only in snapshots from before absences were listed: when one was removed.</summary>
    [Id(10)] public DateTime RemovedAt { get; init; }
    [Id(11)] public HistoryAccess? History { get; init; }
    [Id(12)] public ImmutableArray<Absence> Absences { get; init; } = [];
    [Id(7)] public ImmutableArray<UnreadNotification> Unread { get; init; } = [];
}
