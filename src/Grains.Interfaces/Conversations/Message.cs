using ChatOrleans.Ids;

namespace ChatOrleans.Conversations;

/// <summary>One message as it now is. Its seq starts at 1 in its conversation and has no gaps.</summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("chat.Message")]
public sealed record Message
{
    [Id(0)] public required ConversationId ConversationId { get; init; }
    [Id(1)] public required long Seq { get; init; }
    [Id(2)] public required UserId SenderId { get; init; }
    /// <summary>The sender's name when it was sent; null where the token had none.</summary>
    [Id(3)] public string? SenderName { get; init; }
    /// <summary>The sender's label in the conversation when it was sent ("customer", "agent"); null where none was set.</summary>
    [Id(4)] public string? SenderLabel { get; init; }
    /// <summary>Empty once deleted.</summary>
    [Id(5)] public required string Text { get; init; }
    [Id(6)] public required DateTime Timestamp { get; init; }
    [Id(7)] public DateTime? EditedAt { get; init; }
    [Id(8)] public bool Deleted { get; init; }
    [Id(9)] public string? ClientMessageId { get; init; }
    /// <summary>A JSON object as text; null stands for <c>{}</c>.</summary>
    [Id(10)] public string? Meta { get; init; }

    public MessageId Id => new(ConversationId, Seq);

    /// <summary>The contract's <c>sender</c>: the label where one is set, else the user id.</summary>
    public string Sender => SenderLabel ?? SenderId.Value;

    /// <summary>Without text and meta, which logs and crash dumps must not hold.</summary>
    public override string ToString() => $"Message {{ {Id}, sender {SenderId}, deleted {Deleted} }}";
}
