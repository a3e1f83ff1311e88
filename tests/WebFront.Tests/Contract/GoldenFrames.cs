using ChatOrleans.Jobs;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using ErrorCode = ChatOrleans.Errors.ErrorCode;

namespace ChatOrleans.WebFront.Tests.Contract;

/// <summary>Every object and event of the contract by the name of its golden file.</summary>
internal static class GoldenFrames
{
    public static IReadOnlyDictionary<string, IFrameObject> All { get; } = Objects().Concat(Events()).Concat(Answers())
        .ToDictionary(pair => pair.Name, pair => pair.Frame);

    private static IEnumerable<(string Name, IFrameObject Frame)> Objects()
    {
        yield return ("objects/message", new MessageObject(Samples.Message));
        yield return ("objects/message_edited", new MessageObject(Samples.Edited));
        yield return ("objects/message_deleted", new MessageObject(Samples.Deleted));
        yield return ("objects/conversation", Samples.Conversation);
        yield return ("objects/user", new UserObject(new UserView(Samples.Grace, "Grace", 3, Samples.Position)));
        yield return ("objects/snapshot", new SnapshotObject(Samples.Snapshot));
        yield return ("objects/notification_new_message", new NotificationObject(Samples.MessageNotification));
        yield return ("objects/notification_new_conversation", new NotificationObject(Samples.ConversationNotification));
        yield return ("objects/notification_system_alert", new NotificationObject(Samples.AlertNotification));
        yield return ("objects/ticket", new TicketObject("Zm9yIG9uZSBjb25uZWN0aW9uIGFsb25l", Samples.Noon.AddSeconds(30)));
        yield return ("objects/read", new ReadObject(new ReadOutcome(57, 0)));
        yield return ("objects/reason", new ReasonObject(Samples.Reason));
        yield return ("objects/reason_never_came", new ReasonObject(new NotificationReason { MessageId = Samples.Message.Id, Outcome = NotificationOutcome.NotAMember }));
        yield return ("objects/audit", new AuditObject(Samples.Grace, Samples.Audit));
        yield return ("objects/job", new JobObject(Samples.Job));
        yield return ("objects/job_finished", new JobObject(Samples.Job with { FinishedAt = Samples.Noon.AddMinutes(1), ConversationsDone = 2 }));
        yield return ("objects/export_user", new ExportLine(new ExportItem { User = new UserView(Samples.Grace, "Grace", 3, Samples.Position) }));
        yield return ("objects/export_message", new ExportLine(new ExportItem { Message = Samples.Message }));
        yield return ("objects/export_conversation", new ExportLine(new ExportItem { Conversation = Samples.View }));
        yield return ("objects/member", new MemberObject(Samples.View.Members[0]));
        yield return ("objects/sync", new SyncObject(new SyncPage(Samples.Position, 1900, Resumed: true, [Samples.NewMessage()], Snapshot: null)));
        yield return ("objects/sync_not_resumed", new SyncObject(new SyncPage(Samples.Position, 1842, Resumed: false, [], Samples.Snapshot)));
        foreach (var change in Samples.Changes)
        {
            yield return ($"objects/change_{Words.Of(change.Type)}", new ChangeObject(Samples.Lounge, change));
        }
    }

    private static IEnumerable<(string Name, IFrameObject Frame)> Events()
    {
        yield return ("events/hello", Hello(resumed: true, snapshot: null));
        yield return ("events/hello_not_resumed", Hello(resumed: false, Samples.Snapshot));
        yield return ("events/new_message", Samples.NewMessage());
        yield return ("events/new_message_flat", Samples.NewMessage(FrameFormat.Flat));
        yield return ("events/new_message_nested", Samples.NewMessage(FrameFormat.Nested));
        yield return ("events/new_message_suppressed", Samples.NewMessage(verdict: NotificationVerdict.Shown));
        yield return ("events/message_updated", Samples.Event(Samples.Entry(FeedEntryKind.MessageUpdated), Samples.Edited));
        yield return ("events/message_deleted", Samples.Event(Samples.Entry(FeedEntryKind.MessageDeleted), Samples.Deleted));
        yield return ("events/new_conversation",
            Samples.Event(Samples.Entry(FeedEntryKind.NewConversation, 1843), notification: Samples.ConversationNotification));
        yield return ("events/conversation_updated", Samples.Event(Samples.Entry(FeedEntryKind.ConversationUpdated)));
        yield return ("events/conversation_removed",
            Samples.Event(Samples.Entry(FeedEntryKind.ConversationRemoved) with { By = Samples.Ada }));
        yield return ("events/conversation_removed_left",
            Samples.Event(Samples.Entry(FeedEntryKind.ConversationRemoved) with { By = Samples.Grace }));
        yield return ("events/conversation_read", Samples.Event(Samples.Entry(FeedEntryKind.ConversationRead) with { Unread = 0 }));
        yield return ("events/conversation_read_by_other",
            new EphemeralFrame(new Ephemeral(EphemeralKind.ConversationRead, Samples.Lounge, Samples.Ada, ReadSeq: 57)));
        yield return ("events/notification_read",
            Samples.Event(Samples.Entry(FeedEntryKind.NotificationRead) with { NotificationIds = [Samples.MessageNotification.Id] }));
        yield return ("events/notification_read_all",
            Samples.Event(Samples.Entry(FeedEntryKind.NotificationRead) with { AllUpToCursor = 1841 }));
        yield return ("events/notification_added",
            Samples.Event(Samples.Entry(FeedEntryKind.NotificationAdded), notification: Samples.MessageNotification));
        yield return ("events/system_alert",
            Samples.Event(Samples.Entry(FeedEntryKind.SystemAlert, 1844), notification: Samples.AlertNotification with { Read = false }));
        yield return ("events/typing", new EphemeralFrame(new Ephemeral(EphemeralKind.Typing, Samples.Lounge, Samples.Ada)));
        yield return ("events/presence", new EphemeralFrame(new Ephemeral(EphemeralKind.Presence, default, Samples.Ada, Online: true)));
        yield return ("events/behind", new BehindFrame(new Behind(1842, 3001, [Samples.Mark])));
    }

    private static IEnumerable<(string Name, IFrameObject Frame)> Answers()
    {
        yield return ("events/reply", new ReplyFrame("\"r-1\"", new MessageObject(Samples.Message)));
        yield return ("events/reply_failed", new RefusalFrame("7", new Failure(ErrorCode.NotAMember, "You are not a member of this conversation.")));
        yield return ("events/reply_nothing", new ReplyFrame("7", default(NothingObject)));
        yield return ("events/pong", new PongFrame("\"r-2\"", Samples.Position));
        yield return ("events/reply_ping", new ReplyFrame("\"r-2\"", new PositionObject(Samples.Position)));
        yield return ("events/error", new RefusalFrame(null, new Failure(ErrorCode.InvalidRequest, "A frame is one JSON object."), Closing: true));
    }

    private static HelloFrame Hello(bool resumed, Snapshot? snapshot) =>
        new(new Hello("grace", Samples.Position, resumed, resumed ? 12 : 0, "4b1f", 25, snapshot));
}
