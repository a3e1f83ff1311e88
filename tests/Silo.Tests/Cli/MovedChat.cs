using System.Globalization;
using ChatOrleans.Silo.Tests.Storage;

namespace ChatOrleans.Silo.Tests.Cli;

/// <summary>A used chat and its export, made once; a Redis and an Azurite to move it to.</summary>
public sealed class MovedChat : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("chat-moved-").FullName;

    public RedisServer Redis { get; } = new();

    public AzuriteServer Azurite { get; } = new();

    public string Store => Path.Combine(_directory, "store");

    public string SmallStore => Path.Combine(_directory, "small");

    public string Archive => Path.Combine(_directory, "chat.jsonl");

    public string SmallArchive => Path.Combine(_directory, "small.jsonl");

    private static int Messages => int.Parse(Environment.GetEnvironmentVariable("CHAT_EXPORT_MESSAGES") ?? "2000", CultureInfo.InvariantCulture);

    public async Task InitializeAsync()
    {
        await Task.WhenAll(Redis.InitializeAsync(), Azurite.InitializeAsync());
        await FilledChat.Fill(Store, Messages);
        await FilledChat.Fill(SmallStore, 50);
        await ChatProgram.Run(0, "export", SmallArchive, "--quiet", "--Storage:Path", SmallStore);
        Console.WriteLine($"export of {Messages} messages: {(await ChatProgram.Run(0, "export", Archive, "--quiet", "--Storage:Path", Store)).Trim()}");
    }

    public async Task DisposeAsync()
    {
        await Task.WhenAll(Redis.DisposeAsync(), Azurite.DisposeAsync());
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>All lines but the header, which names the profile; in order, since stores list states in orders of their own.</summary>
    public static async Task<string[]> Lines(string archive) =>
        [.. (await File.ReadAllLinesAsync(archive)).Skip(1).Order(StringComparer.Ordinal)];
}

[CollectionDefinition(nameof(MovedChat))]
public sealed class MovedChatCollection : ICollectionFixture<MovedChat>;
