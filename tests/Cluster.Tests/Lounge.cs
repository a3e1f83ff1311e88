using System.Net;
using ChatOrleans.Cluster.Tests.Clients;
using ChatOrleans.Cluster.Tests.Clusters;
using ChatOrleans.Cluster.Tests.Processes;

namespace ChatOrleans.Cluster.Tests;

/// <summary>ada's rooms and the people in them, and one of everything that can happen to her there.</summary>
internal sealed class Lounge : IDisposable
{
    private static readonly string[] ToAda = ["ada"];

    private int _steps;
    private bool _muted;

    public required RestClient Ada { get; init; }

    public required RestClient Grace { get; init; }

    public required RestClient Linus { get; init; }

    public required RestClient Operator { get; init; }

    /// <summary>grace's, with ada and linus.</summary>
    public required string Id { get; init; }

    /// <summary>grace's and linus's; ada comes and goes.</summary>
    public required string Workshop { get; init; }

    public static async Task<Lounge> Open(WebFrontProcess server)
    {
        var grace = await server.SignIn("grace");
        return new Lounge
        {
            Ada = await server.SignIn("ada"),
            Grace = grace,
            Linus = await server.SignIn("linus"),
            Operator = await server.SignIn("operator", "alerts:send"),
            Id = await grace.Create("group", ["ada", "linus"], "lounge"),
            Workshop = await grace.Create("group", ["linus"], "workshop", "since_joined"),
        };
    }

    public const int Kinds = 14;

    /// <summary>Does one thing, another at each call. Returns how many events it makes in ada's feed.</summary>
    public async Task<int> Happen()
    {
        var step = _steps++;
        var room = $"/api/conversations/{Id}";
        switch (step % Kinds)
        {
            case 0:
                await Grace.Send(Id, $"message {step} {Unsaid.Word}", $"step-{step}");
                return 1;
            case 1:
                await Grace.Patch($"{room}/messages/{await Written(step)}", new { text = $"edited {step} {Unsaid.Word}" });
                // The message, then its edit.
                return 2;
            case 2:
                await Grace.Delete($"{room}/messages/{await Written(step)}");
                return 2;
            case 3:
                await Grace.Post($"{room}/members", new { user_id = "barbara" });
                return 1;
            case 4:
                await Remove($"{room}/members/barbara");
                return 1;
            case 5:
                await Grace.Patch(room, new { title = $"lounge {step} {Unsaid.Word}", meta = new { step } });
                return 1;
            case 6:
                await Alert($"alert {step}");
                return 1;
            case 7:
                await Grace.Post($"/api/conversations/{Workshop}/members", new { user_id = "ada" });
                return 1;
            case 8:
                await Linus.Send(Workshop, $"message {step} {Unsaid.Word}", $"step-{step}");
                return 1;
            case 9:
                await Remove($"/api/conversations/{Workshop}/members/ada");
                return 1;
            case 10:
                await Linus.Create("group", ["ada"], $"group-{step}");
                return 1;
            case 11:
                await Ada.Patch(room, new { muted = _muted = !_muted });
                return 1;
            case 12:
                await Alert($"alert {step}");
                await Ada.Post($"/api/notifications/{(await Ada.Get("/api/notifications?limit=1"))[0].GetProperty("id").GetString()}/read", new { });
                return 2;
            default:
                return await Read(await Linus.Send(Id, $"message {step} {Unsaid.Word}", $"step-{step}"));
        }
    }

    public Task Alert(string title) =>
        Operator.Post("/api/alerts", new { user_ids = ToAda, title = $"{title} {Unsaid.Word}", content = $"Look. {Unsaid.Word}", client_alert_id = title });

    public void Dispose()
    {
        Ada.Dispose();
        Grace.Dispose();
        Linus.Dispose();
        Operator.Dispose();
    }

    private async Task Remove(string member)
    {
        try
        {
            await Grace.Delete(member);
        }
        catch (RestException refused) when (refused.Status == HttpStatusCode.NotFound)
        {
            // A repeat of a removal that was done before the server was killed.
        }
    }

    private async Task<string> Written(int step)
    {
        var body = new { text = $"message {step} {Unsaid.Word}", client_message_id = $"step-{step}" };
        return (await Grace.Post($"/api/conversations/{Id}/messages", body)).GetProperty("id").GetString()!;
    }

    private async Task<int> Read(long seq)
    {
        var before = (await Ada.Get("/api/notifications?unread=1&limit=200")).EnumerateArray()
            .Count(one => one.GetProperty("meta").TryGetProperty("conversationId", out var id) && id.GetString() == Id);
        await Ada.MarkRead(Id, seq);
        // The message, the mark, and the notifications that it clears, together; a muted room's message made none.
        return 2 + (before > 0 || !_muted ? 1 : 0);
    }
}
