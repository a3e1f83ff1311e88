using ChatOrleans.Ids;

namespace ChatOrleans.Conversations;

/// <summary>What a member may do: an owner or admin also changes the conversation, its members and other people's messages.</summary>
[GenerateSerializer, Alias("chat.MemberRole")]
public enum MemberRole
{
    Member = 0,
    Admin = 1,
    Owner = 2,
}

/// <summary>One member as the conversation's log has them.</summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("chat.Member")]
public sealed record Member
{
    [Id(0)] public required UserId UserId { get; init; }
    [Id(1)] public MemberRole Role { get; init; }
    /// <summary>What others see as <c>sender</c> instead of the user id; null where none is set.</summary>
    [Id(2)] public string? Label { get; init; }
    /// <summary>The rev of the change that added them last, and the seq that it followed: their events begin after both.</summary>
    [Id(3)] public long AddedRev { get; init; }
    [Id(4)] public long AddedAtSeq { get; init; }
}

/// <summary>A member as others see them.</summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("chat.MemberView")]
public sealed record MemberView
{
    [Id(0)] public required UserId UserId { get; init; }
    [Id(1)] public string? Name { get; init; }
    [Id(2)] public MemberRole Role { get; init; }
    [Id(3)] public string? Label { get; init; }
    [Id(4)] public long ReadSeq { get; init; }
    [Id(5)] public bool Online { get; init; }
}
