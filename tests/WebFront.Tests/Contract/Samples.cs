using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.Jobs;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Tests.Contract;

/// <summary>The records from which the golden files are made: ada (a customer), grace (an agent), linus, and the lounge.</summary>
internal static class Samples
{
    public static readonly UserId Ada = new("ada");
    public static readonly UserId Grace = new("grace");
    public static readonly UserId Linus = new("linus");
    public static readonly ConversationId Lounge = new("conv_0123456789abcdefghjkmnpqrs");
    public static readonly DateTime Noon = new(2023, 7, 15, 10, 30, 0, DateTimeKind.Utc);
    public static readonly FeedPosition Position = new("e-7f3a", 1842);

    public static readonly Message Message = new()
    {
        ConversationId = Lounge,
        Seq = 57,
        SenderId = Ada,
        SenderName = "Ada",
        SenderLabel = "customer",
        Text = "Hello there! \"Grüße\" \\ 🙂\n",
        Timestamp = Noon,
        ClientMessageId = "c-1",
        Meta = """{"customer_name":"Ada","order":17,"total":12.5,"tags":["new",null],"vip":true}""",
    };

    public static readonly Message Edited = Message with { Text = "Hello, all!", EditedAt = Noon.AddMinutes(2).AddMilliseconds(250) };

    public static readonly Message Deleted = Message with { Text = "", Meta = null, Deleted = true };

    public static readonly ConversationView View = new()
    {
        Id = Lounge,
        Kind = ConversationKind.Support,
        Title = "lounge",
        Meta = """{"topic":"orders"}""",
        History = HistoryAccess.SinceJoined,
        Members =
        [
            new MemberView { UserId = Grace, Name = "Grace", Role = MemberRole.Owner, Label = "agent", ReadSeq = 50, Online = true },
            new MemberView { UserId = Ada, Name = "Ada", Role = MemberRole.Member, Label = "customer", ReadSeq = 57, Online = true },
            new MemberView { UserId = Linus, Role = MemberRole.Admin },
        ],
        MemberCount = 3,
        CreatedAt = Noon.AddDays(-1),
        FirstSeq = 3,
        LastSeq = 57,
        Rev = 4,
        LastMessage = Message,
    };

    public static readonly ConversationMark Mark = new(Lounge, ReadSeq: 50, Muted: false, LastSeq: 57, Rev: 4, Activity: 1842);

    public static readonly ConversationObject Conversation = new(View, Mark);

    public static readonly Notification MessageNotification = new()
    {
        Id = $"msg-{Message.Id}",
        Type = NotificationType.NewMessage,
        Title = "New Message",
        Content = "Hello there!",
        ConversationId = Lounge,
        Sender = "customer",
        MessageSeq = 57,
        Timestamp = Noon,
        Read = false,
        Cursor = 1842,
    };

    public static readonly Notification ConversationNotification = new()
    {
        Id = $"conv-{Lounge}-1",
        Type = NotificationType.NewConversation,
        Title = "New Conversation",
        Content = "lounge",
        ConversationId = Lounge,
        Sender = "ada",
        Timestamp = Noon,
        Read = false,
        Cursor = 1843,
    };

    public static readonly Notification AlertNotification = new()
    {
        Id = "alert-a1",
        Type = NotificationType.SystemAlert,
        Title = "Maintenance",
        Content = "Back at 11:00.",
        Meta = """{"severity":"low"}""",
        Timestamp = Noon,
        Read = true,
        Cursor = 1844,
    };

    public static readonly Snapshot Snapshot =
        new([Conversation], More: false, [AlertNotification, ConversationNotification, MessageNotification], UnreadNotifications: 2);

    public static readonly NotificationReason Reason = new()
    {
        MessageId = Message.Id,
        Outcome = NotificationOutcome.Suppressed,
        DeviceId = "4b1f",
        Timestamp = Noon,
        Cursor = 1842,
    };

    public static readonly AuditReport Audit = new()
    {
        Cursor = 1842,
        CheckedEvents = 1842,
        CheckedConversations = 12,
        CheckedMessages = 1630,
        Findings = [new AuditFinding(AuditKind.UnreadMessages, Lounge, 3, 4), new AuditFinding(AuditKind.UnreadNotifications, null, 7, 8)],
    };

    public static readonly DataJob Job = new()
    {
        Kind = DataJobKind.Export,
        StartedAt = Noon,
        Conversations = [Lounge, Lounge],
        ConversationsDone = 1,
        Messages = 250,
    };

    public static FeedEntry Entry(FeedEntryKind kind, long cursor = 1842) =>
        new() { Cursor = cursor, Kind = kind, Timestamp = Noon, ConversationId = Lounge, Seq = 57, Unread = 7, ReadSeq = 57, Rev = 4 };

    /// <summary>As grace's devices get it.</summary>
    public static EventFrame Event(FeedEntry entry, Message? message = null, Notification? notification = null, FrameFormat format = FrameFormat.Both) =>
        new(Grace, new FeedEvent(entry, message, notification), Conversation, format);

    public static EventFrame NewMessage(FrameFormat format = FrameFormat.Both, NotificationVerdict verdict = NotificationVerdict.Notified) =>
        Event(Entry(FeedEntryKind.NewMessage) with { Verdict = verdict, SenderId = Ada }, Message, format: format);

    public static ImmutableArray<Change> Changes { get; } =
    [
        Of(ChangeType.Created) with
        {
            Kind = ConversationKind.Group,
            Title = "lounge",
            History = HistoryAccess.All,
            Members = [new Member { UserId = Ada, Role = MemberRole.Owner }, new Member { UserId = Grace, Label = "agent" }],
        },
        Of(ChangeType.MemberAdded) with { Members = [new Member { UserId = Linus }] },
        Of(ChangeType.MemberChanged) with { Members = [new Member { UserId = Linus, Role = MemberRole.Admin, Label = "helper" }] },
        Of(ChangeType.MemberRemoved) with { Members = [new Member { UserId = Linus, Role = MemberRole.Admin, Label = "helper" }] },
        Of(ChangeType.ConversationChanged) with { Title = "lounge 2", History = HistoryAccess.SinceJoined },
        Of(ChangeType.MessageEdited) with { MessageSeq = 57, Message = Edited },
        Of(ChangeType.MessageDeleted) with { MessageSeq = 57, Message = Deleted },
    ];

    private static Change Of(ChangeType type) => new() { Rev = 1 + (int)type, AtSeq = 57, Type = type, UserId = Ada, Timestamp = Noon };
}
