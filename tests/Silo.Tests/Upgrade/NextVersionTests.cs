using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Serialization;
using Orleans.Serialization.Configuration;

namespace ChatOrleans.Silo.Tests.Upgrade;

/// <summary>A message as a next version may have it, with members of a type that this version has never heard of.</summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("chat.test.NextMessage")]
public sealed record NextMessage
{
    [Id(0)] public required ConversationId ConversationId { get; init; }
    [Id(1)] public required long Seq { get; init; }
    [Id(2)] public required UserId SenderId { get; init; }
    [Id(5)] public required string Text { get; init; }
    [Id(6)] public required DateTime Timestamp { get; init; }
    [Id(20)] public ImmutableArray<NextReaction> Reactions { get; init; } = [];
    [Id(21)] public object? Attachment { get; init; }
    [Id(22)] public string? Language { get; init; }
}

[GenerateSerializer, Immutable, Alias("chat.test.NextReaction")]
public sealed record NextReaction([property: Id(0)] UserId UserId, [property: Id(1)] string Emoji);

/// <summary>Rows of this version and the next, each read by the other.</summary>
public sealed class NextVersionTests : IDisposable
{
    private static readonly ConversationId s_lounge = ConversationId.Direct(new UserId("ada"), new UserId("grace"));
    private static readonly DateTime s_noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);
    private readonly ServiceProvider _next = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private readonly ServiceProvider _present = new ServiceCollection().AddSerializer()
        .Configure<TypeManifestOptions>(Forget).BuildServiceProvider();

    public void Dispose()
    {
        _next.Dispose();
        _present.Dispose();
    }

    [Fact]
    public void Message_OfTheNextVersion_IsReadByThisOne()
    {
        var written = new NextMessage
        {
            ConversationId = s_lounge,
            Seq = 7,
            SenderId = new UserId("ada"),
            Text = "Hello there!",
            Timestamp = s_noon,
            Reactions = [new NextReaction(new UserId("grace"), "+1"), new NextReaction(new UserId("linus"), "+1")],
            Attachment = new NextReaction(new UserId("ada"), "as an object, with its type's alias in the bytes"),
            Language = "en",
        };
        // Two in a row: the first must leave the reader where the second begins.
        var row = _next.GetRequiredService<Serializer>().SerializeToArray<NextMessage[]>([written, written with { Seq = 8 }]);

        var read = _present.GetRequiredService<Serializer>().Deserialize<Message[]>(row)!;

        Assert.Equal([7, 8], read.Select(message => message.Seq));
        Assert.All(read, message => Assert.Equal(("Hello there!", s_noon, "ada"), (message.Text, message.Timestamp, message.SenderId.Value)));
    }

    [Fact]
    public void Message_OfThisVersion_IsReadByTheNext()
    {
        var written = new Message { ConversationId = s_lounge, Seq = 7, SenderId = new UserId("ada"), Text = "Hello there!", Timestamp = s_noon, SenderName = "Ada" };
        var row = _present.GetRequiredService<Serializer>().SerializeToArray(written);

        var read = _next.GetRequiredService<Serializer>().Deserialize<NextMessage>(row)!;

        Assert.Equal(("Hello there!", 7, s_lounge), (read.Text, read.Seq, read.ConversationId));
        Assert.True(read.Reactions.IsDefaultOrEmpty);
        Assert.Null(read.Language);
    }

    /// <summary>This version does not know the types that the next one brings.</summary>
    private static void Forget(TypeManifestOptions manifest)
    {
        foreach (var alias in manifest.WellKnownTypeAliases.Keys.Where(alias => alias.StartsWith("chat.test.Next", StringComparison.Ordinal)).ToList())
            manifest.WellKnownTypeAliases.Remove(alias);
        manifest.Serializers.RemoveWhere(type => type.FullName!.Contains("NextMessage", StringComparison.Ordinal) || type.FullName.Contains("NextReaction", StringComparison.Ordinal));
    }
}
