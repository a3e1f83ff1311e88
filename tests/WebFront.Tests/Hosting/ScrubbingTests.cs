using System.Collections.Concurrent;
using System.Diagnostics;
using ChatOrleans.Conversations;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Tests.Api;
using ChatOrleans.WebFront.Tests.Observability;
using ChatOrleans.WebFront.Tests.Realtime;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging;

namespace ChatOrleans.WebFront.Tests.Hosting;

/// <summary>
/// Tokens, tickets and texts are planted in a run that uses every way in, at the most talkative levels; then every log line, every
/// tag of every trace and all meters are searched for them.
/// </summary>
[Collection(TraceTests.ListensToSpans)]
public sealed class ScrubbingTests
{
    private const string Planted = "planted-7f3a91";

    /// <param name="levels">Whose levels are set: of all providers of logs, or of one alone.</param>
    [Theory]
    [InlineData("Logging:LogLevel")]
    [InlineData("Logging:ChatOrleans.Testing.LogLines:LogLevel")]
    public async Task NothingPlanted_IsInAnyLogTraceOrMeter(string levels)
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = await ChatServer.Start(new()
        {
            [$"{levels}:Default"] = "Trace",
            [$"{levels}:Microsoft"] = "Trace",
            [$"{levels}:Microsoft.AspNetCore"] = "Trace",
            [$"{levels}:Orleans"] = "Trace",
            [$"{levels}:ChatOrleans"] = "Trace",
            ["Realtime:FrameBytes"] = "2048",
            ["Limits:TextLength"] = "200",
            ["Limits:MetaBytes"] = "256",
        });
        var token = await server.TokenOf("ada");
        using var ada = server.With(token);
        var room = (await ada.Post("/api/conversations", new { kind = "group", title = $"title {Planted}", members = new[] { new { user_id = "grace", label = $"label {Planted}" } }, meta = new { a = Planted } })).Is(201).Text("id");
        var path = $"/api/conversations/{room}";
        var sent = (await ada.Post($"{path}/messages", new { text = $"text {Planted}", client_message_id = "c-1", meta = new { a = Planted } })).Is(201).Text("id");
        (await ada.Post($"{path}/messages", new { text = $"other {Planted}", client_message_id = "c-1" })).Is(409);
        (await ada.Patch($"{path}/messages/{sent}", new { text = $"edited {Planted}" })).Is(200);
        (await ada.Patch(path, new { title = $"other {Planted}" })).Is(200);
        (await ada.PostText($"{path}/messages", $$"""{"text":"{{Planted}}",,}""")).Is(400);
        (await ada.PostText($"{path}/messages", $$"""{"text":["{{Planted}}"]}""")).Is(400);
        using var alerts = await server.As("linus", scope: "alerts:send");
        (await alerts.Post("/api/alerts", new { user_ids = new[] { "grace" }, title = $"title {Planted}", content = $"content {Planted}", meta = new { a = Planted } })).Is(202);
        var ticket = (await ada.Post("/api/ws-ticket")).Is(200).Text("ticket");
        await using (var socket = await SocketDevice.Connect(Socket(server, $"ticket={ticket}")))
        {
            await socket.Next("hello");
            await socket.Say(room, $"by socket {Planted}");
            await socket.SendText($$"""{"action":"{{Planted}}","request_id":"{{Planted}}"}""");
            await socket.SendText($$"""{"action":"send_message","text":"{{Planted}}" """);
            Assert.Equal(4400, await socket.Closed);
        }

        await using (var large = await SocketDevice.Connect(Socket(server, $"token={token}")))
        {
            await large.Next("hello");
            await large.SendText($$"""{"action":"send_message","text":"{{Planted}}{{new string('x', 4_000)}}"}""");
            Assert.Equal(4413, await large.Closed);
        }

        await using (var again = await SocketDevice.Connect(Socket(server, $"ticket={ticket}")))
        {
            Assert.Equal(4401, await again.Closed);
        }

        await using (var hub = new HubConnectionBuilder().WithUrl(new Uri(server.Address, "/hubs/chat"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(token)).Build())
        {
            await hub.StartAsync();
            await hub.InvokeAsync<object>("SendMessage", room, $"by hub {Planted}", null, null);
            await Assert.ThrowsAnyAsync<Exception>(() => hub.InvokeAsync("SendMessage", Planted));
            await Assert.ThrowsAnyAsync<Exception>(() => hub.InvokeAsync(Planted, Planted));
        }

        using var stranger = server.Stranger();
        var signature = token.Split('.')[2];
        string[] secrets = [Planted, signature, ticket];
        var meters = await stranger.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var told = server.Logs.All.Select(line => (Where: $"log {line.Level} {line.Category}", line.Text))
            .Concat(spans.Select(span => (Where: $"trace {span.Source.Name} {span.OperationName}", Text: string.Join(' ', span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Append(span.DisplayName)))))
            .Append((Where: "meters", Text: meters)).ToList();
        Assert.Contains(told, one => one.Where.StartsWith("log Trace", StringComparison.Ordinal));
        Assert.Contains(told, one => one.Where.StartsWith("trace ", StringComparison.Ordinal));
        var leaks = told.Where(one => secrets.Any(secret => one.Text.Contains(secret, StringComparison.Ordinal)) && !IsOfATestsOwnClient(one.Where))
            .Select(one => $"{one.Where}: {one.Text[..Math.Min(300, one.Text.Length)]}").Distinct().Take(10).ToList();
        Assert.True(leaks.Count == 0, string.Join('\n', leaks));
    }

    [Fact]
    public void Records_DoNotTellTheirTextsInWords()
    {
        var user = new Ids.UserId("ada");
        var actor = new Actor(user, "Ada");
        var message = Contract.Samples.Message with { Text = Planted, Meta = Planted };
        object[] records =
        [
            message, new PostMessage { Actor = actor, Text = Planted, Meta = Planted }, new EditMessage(actor, 1, Planted), new SystemAlert { AlertId = "a", Title = Planted, Content = Planted, Meta = Planted },
            new CreateConversation { Actor = actor, Kind = ConversationKind.Group, Title = Planted, Meta = Planted, Members = [] },
            new ChangeConversation { Actor = actor, Title = Planted, Meta = Planted }, new PostOutcome(message, false),
            Contract.Samples.View with { Title = Planted, Meta = Planted, LastMessage = message }, Contract.Samples.AlertNotification with { Title = Planted, Content = Planted, Meta = Planted },
            Contract.Samples.Changes[0] with { Title = Planted, Meta = Planted }, new WebFront.Auth.AuthOptions { SigningKey = Planted },
            new WebFront.Api.SendBody(Planted), new WebFront.Api.EditBody(Planted), new WebFront.Auth.TokenAnswer(Planted, default), new WebFront.Frames.TicketObject(Planted, default),
            WebFront.Realtime.Argument.Of(Planted), WebFront.Realtime.Argument.OfObject(Planted),
            new FeedEvent(Contract.Samples.Entry(FeedEntryKind.NewMessage) with { Title = Planted }, message, null),
        ];
        Assert.All(records, record => Assert.False(record.ToString()!.Contains(Planted, StringComparison.Ordinal), $"{record.GetType()} tells its text: {record}"));
    }

    private static bool IsOfATestsOwnClient(string where) => where.StartsWith("trace System.Net", StringComparison.Ordinal)
        || where.StartsWith("trace Experimental.System.Net", StringComparison.Ordinal) || where.StartsWith("trace Microsoft.AspNetCore.SignalR.Client", StringComparison.Ordinal);

    private static Uri Socket(ChatServer server, string query) => new UriBuilder(new Uri(server.Address, $"/ws/notifications/?{query}")) { Scheme = "ws" }.Uri;
}
