using System.Collections.Immutable;
using ChatOrleans.Ids;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace ChatOrleans.Conversations;

/// <summary>
/// One conversation: the only writer of its two logs. Key: the <see cref="ConversationId"/>. Everything that changes it is
/// durable before it is answered. Whoever is not a member gets <c>NotAMember</c>; any call may throw <c>Unavailable</c>, after
/// which the outcome is unknown and a repeat with the same client id is safe.
/// </summary>
[Alias("chat.IConversationGrain")]
public interface IConversationGrain : IGrainWithStringKey
{
    /// <summary>Creates it, and answers when it is in every member's list. Throws ChatException: InvalidRequest, TooLarge.</summary>
    [Alias("Create")] Task<CreateOutcome> Create(CreateConversation command);

    /// <summary>Throws ChatException: NotAMember.</summary>
    [Alias("View")] Task<ConversationView> View(UserId reader);

    /// <summary>
    /// For events in the reader's own feed, which may tell of a conversation that they have left since: then what they may still
    /// know, without title, meta, members and messages.
    /// </summary>
    [Alias("ViewForFeed")] Task<ConversationView> ViewForFeed(UserId reader);

    /// <summary>Title, meta, history; owners and admins only (in a direct conversation both). Throws ChatException: NotAMember, Forbidden, InvalidRequest.</summary>
    [Alias("Change")] Task<ConversationView> Change(ChangeConversation command);

    /// <summary>Adds a member, or changes label and role of one; answers when it is in their list. Throws ChatException: NotAMember, Forbidden, InvalidRequest.</summary>
    [Alias("AddMember")] Task<ConversationView> AddMember(AddMember command);

    /// <summary>Removes a member, or leaves; answers when they have been told. Throws ChatException: NotAMember, Forbidden, NotFound.</summary>
    [Alias("RemoveMember")] Task RemoveMember(RemoveMember command);

    /// <summary>
    /// Appends one message and completes once it is durable. A repeated client message id of the same sender gets that message
    /// as it now is, also after the sender has left. Throws ChatException: NotAMember, InvalidRequest, TooLarge, Conflict.
    /// </summary>
    [Alias("Post")] Task<PostOutcome> Post(PostMessage command);

    /// <summary>Several of one process at once, in their order: each is answered, or refused, as <see cref="Post"/> would.</summary>
    [Alias("PostMany")] Task<ImmutableArray<PostAnswer>> PostMany(ImmutableArray<PostMessage> commands);

    /// <summary>Own messages only, or as owner or admin. Throws ChatException: NotAMember, Forbidden, NotFound, InvalidRequest, TooLarge.</summary>
    [Alias("Edit")] Task<Message> Edit(EditMessage command);

    /// <summary>Leaves a tombstone at the same seq; a second time changes nothing. Throws ChatException: NotAMember, Forbidden, NotFound.</summary>
    [Alias("Delete")] Task Delete(DeleteMessage command);

    /// <summary>History by seq, oldest first. Throws ChatException: NotAMember, InvalidRequest.</summary>
    [Alias("ReadMessages"), ReadOnly] Task<MessagePage> ReadMessages(ReadMessages query);

    /// <summary>Changes after <paramref name="afterRev"/>, oldest first. Throws ChatException: NotAMember.</summary>
    [Alias("ReadChanges"), ReadOnly] Task<ChangePage> ReadChanges(UserId reader, long afterRev, int limit);

    /// <summary>All members in the order of their ids, after <paramref name="after"/>. Throws ChatException: NotAMember.</summary>
    [Alias("ReadMembers"), ReadOnly] Task<MemberPage> ReadMembers(UserId reader, UserId? after, int limit);

    /// <summary>Tells the others who are connected; groups up to 100. Throws ChatException: NotAMember.</summary>
    [Alias("Typing")] Task Typing(UserId user);

    /// <summary>
    /// For a member's user grain: what it lacks after a position, both logs in their one order; a former member gets what there
    /// was up to their removal. A user who never was one gets nothing.
    /// </summary>
    [Alias("Fetch"), ReadOnly] Task<EventPage> Fetch(UserId member, Position after, int limit);

    /// <summary>A member's user grain has durably applied everything up to here.</summary>
    [Alias("Acknowledge"), OneWay] Task Acknowledge(UserId member, Position durable);

    /// <summary>The same, and where that grain lives: events may be handed to it there.</summary>
    [Alias("AcknowledgeFrom"), OneWay] Task AcknowledgeFrom(UserId member, Position durable, SiloAddress place);

    /// <summary>A member connected or left, or says again how far they have read. Answers the head of what is there for them.</summary>
    [Alias("Attend")] Task<Position> Attend(Attendance attendance);

    /// <summary>A member has read up to here; others who are connected are told.</summary>
    [Alias("Receipt"), OneWay] Task Receipt(UserId member, long readSeq);

    /// <summary>Activates it after a crash, so that its outbox goes on. Completes when every member has what there is.</summary>
    [Alias("Recover")] Task Recover();
}
