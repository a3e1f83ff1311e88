using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Jobs;

/// <summary>What can be done with all of a user's data. Names in snake case are contract.</summary>
[GenerateSerializer, Alias("chat.DataJobKind")]
public enum DataJobKind
{
    /// <summary>Gathers what the user wrote and where they are.</summary>
    Export = 0,
    /// <summary>Takes away what the user wrote, wherever it is.</summary>
    Erase = 1,
}

/// <summary>How far a job is. Stored with each step, so that it goes on where it was after a restart.</summary>
[GenerateSerializer, Immutable, Alias("chat.DataJob")]
public sealed record DataJob
{
    [Id(0)] public DataJobKind Kind { get; init; }
    [Id(1)] public DateTime StartedAt { get; init; }
    /// <summary>Null while it runs.</summary>
    [Id(2)] public DateTime? FinishedAt { get; init; }
    /// <summary>Every conversation that the user is or was in; default before they have been asked for.</summary>
    [Id(3)] public ImmutableArray<ConversationId> Conversations { get; init; }
    [Id(4)] public int ConversationsDone { get; init; }
    /// <summary>In the conversation under way: the first message that was not looked at yet.</summary>
    [Id(5)] public long NextSeq { get; init; } = 1;
    /// <summary>Messages of the user that were exported or erased.</summary>
    [Id(6)] public long Messages { get; init; }
    /// <summary>Failures since it started; each step is tried again.</summary>
    [Id(7)] public int Failures { get; init; }

    public bool IsRunning => FinishedAt is null;
}

/// <summary>One thing in an export; exactly one of these is set.</summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("chat.ExportItem")]
public sealed record ExportItem
{
    [Id(0)] public UserView? User { get; init; }
    [Id(1)] public ConversationView? Conversation { get; init; }
    [Id(2)] public Message? Message { get; init; }
}

/// <param name="Next">Where the next page begins; null at the end.</param>
[GenerateSerializer, Immutable, Alias("chat.ExportPage")]
public sealed record ExportPage([property: Id(0)] ImmutableArray<ExportItem> Items, [property: Id(1)] long? Next);
