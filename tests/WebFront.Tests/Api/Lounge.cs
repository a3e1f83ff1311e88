using System.Text.Json;
using ChatOrleans.WebFront.Tests.Hosting;

namespace ChatOrleans.WebFront.Tests.Api;

/// <summary>One server for all tests of a class: each test makes a conversation, or people, of its own.</summary>
[CollectionDefinition(Name)]
public sealed class ServerCollection : ICollectionFixture<ChatServer>
{
    public const string Name = "server";
}

/// <summary>A group with ada as owner and grace as member, whose names are nobody else's; linus is a stranger to it.</summary>
public sealed record Lounge(string Path, string Id, HttpClient Ada, HttpClient Grace, HttpClient Linus, string AdaId, string GraceId, string LinusId)
{
    private static int _made;

    public static async Task<Lounge> Open(ChatServer server, string history = "all")
    {
        var n = Interlocked.Increment(ref _made);
        var (ada, grace, linus) = ($"ada-{n}", $"grace-{n}", $"linus-{n}");
        var client = await server.As(ada, "Ada");
        var created = (await client.Post("/api/conversations", new
        {
            kind = "group",
            title = "lounge",
            history,
            members = new[] { new { user_id = grace, label = "agent" } },
        })).Is(201);
        var id = created.Text("id");
        return new Lounge($"/api/conversations/{id}", id, client, await server.As(grace, "Grace"), await server.As(linus, "Linus"), ada, grace, linus);
    }

    public async Task<JsonElement> Say(HttpClient who, string text, string? clientMessageId = null) =>
        (await who.Post($"{Path}/messages", new { text, client_message_id = clientMessageId })).Is(201).Body;

    public async Task SayMany(HttpClient who, int count)
    {
        for (var i = 1; i <= count; i++)
        {
            await Say(who, $"message {i}");
        }
    }
}
