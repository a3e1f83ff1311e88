using ChatOrleans.Grains.Conversations;

namespace ChatOrleans.WebFront.Auth;

/// <summary>What a call takes beyond a token; where it names several, which one depends on what is sent.</summary>
/// <param name="Actions">Rights in the conversation that it names; none: it is about the caller alone.</param>
internal sealed record CallRight(IReadOnlyList<ConversationAction> Actions);

/// <summary>Ties calls to the table of rights, for docs/authorization.md and its tests. The conversation's grain decides.</summary>
internal static class CallRights
{
    /// <summary>Frames and hub methods; a name is null where there is no such way.</summary>
    public static IReadOnlyList<(string? Frame, string HubMethod, ConversationAction[] Actions)> OfConnections { get; } =
    [
        ("send_message", "SendMessage", [ConversationAction.Post]),
        (null, "EditMessage", [ConversationAction.ChangeOwnMessage, ConversationAction.ChangeOthersMessage]),
        (null, "DeleteMessage", [ConversationAction.ChangeOwnMessage, ConversationAction.ChangeOthersMessage]),
        ("set_active_conversation", "SetActiveConversation", [ConversationAction.KeepOwnMarks]),
        ("mark_read", "MarkRead", [ConversationAction.KeepOwnMarks]),
        ("mark_notification_read", "MarkNotificationRead", []),
        ("mark_all_notifications_read", "MarkAllNotificationsRead", []),
        ("typing", "Typing", [ConversationAction.ShowTyping]),
        ("ping", "Ping", []),
        (null, "Resume", []),
    ];

    public static TBuilder Needs<TBuilder>(this TBuilder route, params ConversationAction[] actions)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new CallRight(actions));

    /// <summary>About the caller's own things, or guarded by a scope.</summary>
    public static TBuilder NeedsNoMembership<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new CallRight([]));
}
