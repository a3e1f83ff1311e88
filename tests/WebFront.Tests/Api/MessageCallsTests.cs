using System.Text.Json;
using ChatOrleans.WebFront.Tests.Hosting;

namespace ChatOrleans.WebFront.Tests.Api;

[Collection(ServerCollection.Name)]
public sealed class MessageCallsTests(ChatServer server)
{
    [Fact]
    public async Task Send_AnswersTheWholeMessage()
    {
        var lounge = await Lounge.Open(server);
        var sent = (await lounge.Grace.Post($"{lounge.Path}/messages", new { text = "Hello ☕", client_message_id = "c-1", meta = new { customer_name = "Linus" } })).Is(201);
        Assert.Equal("agent", sent.Text("sender"));
        Assert.Equal(lounge.GraceId, sent.Text("sender_id"));
        Assert.Equal("Grace", sent.Text("sender_name"));
        Assert.Equal("Hello ☕", sent.Text("text"));
        Assert.Equal("c-1", sent.Text("client_message_id"));
        Assert.Equal(1, sent.Number("seq"));
        Assert.EndsWith("Z", sent.Text("timestamp"), StringComparison.Ordinal);
        Assert.Equal("Linus", sent.Body.GetProperty("meta").GetProperty("customer_name").GetString());
        Assert.Equal(JsonValueKind.Null, sent.Body.GetProperty("edited_at").ValueKind);
    }

    [Fact]
    public async Task Send_WhenRepeated_AnswersThatMessageWith200()
    {
        var lounge = await Lounge.Open(server);
        var first = await lounge.Say(lounge.Ada, "once", "c-1");
        var again = (await lounge.Ada.Post($"{lounge.Path}/messages", new { text = "once", client_message_id = "c-1" })).Is(200);
        Assert.Equal(first.GetProperty("id").GetString(), again.Text("id"));
        (await lounge.Ada.Post($"{lounge.Path}/messages", new { text = "other", client_message_id = "c-1" })).IsProblem(409, "conflict");
        Assert.Equal(1, (await lounge.Ada.Get($"{lounge.Path}/messages")).Body.GetArrayLength());
    }

    [Fact]
    public async Task Send_WhenRepeatedAfterAnEdit_AnswersTheMessageAsItNowIs()
    {
        var lounge = await Lounge.Open(server);
        var id = (await lounge.Say(lounge.Grace, "draft", "c-1")).GetProperty("id").GetString();
        (await lounge.Grace.Patch($"{lounge.Path}/messages/{id}", new { text = "final" })).Is(200);

        var again = (await lounge.Grace.Post($"{lounge.Path}/messages", new { text = "draft", client_message_id = "c-1" })).Is(200);

        Assert.Equal((id, "final"), (again.Text("id"), again.Text("text")));
        Assert.NotEqual(JsonValueKind.Null, again.Body.GetProperty("edited_at").ValueKind);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(200)]
    public async Task History_ReadBackwardAndForwardByLinks_IsTheWholeLog(int limit)
    {
        var lounge = await Lounge.Open(server);
        await lounge.SayMany(lounge.Ada, 10);
        List<long> backward = [];
        for (var next = $"{lounge.Path}/messages?limit={limit}"; next is not null;)
        {
            var page = (await lounge.Grace.Get(next)).Is(200);
            backward.InsertRange(0, page.Body.EnumerateArray().Select(message => message.GetProperty("seq").GetInt64()));
            next = page.Link("prev");
        }

        List<long> forward = [];
        for (var next = $"{lounge.Path}/messages?after=0&limit={limit}"; next is not null;)
        {
            var page = (await lounge.Grace.Get(next)).Is(200);
            forward.AddRange(page.Body.EnumerateArray().Select(message => message.GetProperty("seq").GetInt64()));
            next = page.Link("next");
        }

        var all = Enumerable.Range(1, 10).Select(seq => (long)seq).ToList();
        Assert.Equal(all, backward);
        Assert.Equal(all, forward);
    }

    [Fact]
    public async Task History_BoundsAreExclusive_AndTheLastFiftyAreTheDefault()
    {
        var lounge = await Lounge.Open(server);
        await lounge.SayMany(lounge.Ada, 52);
        static IEnumerable<long> Seqs(Reply page) => page.Is(200).Body.EnumerateArray().Select(message => message.GetProperty("seq").GetInt64());
        Assert.Equal(Enumerable.Range(3, 50).Select(seq => (long)seq), Seqs(await lounge.Grace.Get($"{lounge.Path}/messages")));
        Assert.Equal([8L, 9], Seqs(await lounge.Grace.Get($"{lounge.Path}/messages?before=10&limit=2")));
        Assert.Equal([11L, 12], Seqs(await lounge.Grace.Get($"{lounge.Path}/messages?after=10&limit=2")));
        Assert.Equal([11L, 12], Seqs(await lounge.Grace.Get($"{lounge.Path}/messages?after=10&before=20&limit=2")));
        Assert.Equal([11L, 12], Seqs(await lounge.Grace.Get($"{lounge.Path}/messages?after=10&before=13")));
        Assert.Empty(Seqs(await lounge.Grace.Get($"{lounge.Path}/messages?after=20&before=10")));
        Assert.Empty(Seqs(await lounge.Grace.Get($"{lounge.Path}/messages?after=52")));
        Assert.Empty(Seqs(await lounge.Grace.Get($"{lounge.Path}/messages?before=1")));
    }

    [Fact]
    public async Task History_IsTwoHundredAtATime_WhateverIsAskedFor()
    {
        var lounge = await Lounge.Open(server);
        await lounge.SayMany(lounge.Ada, 205);

        var page = (await lounge.Grace.Get($"{lounge.Path}/messages?limit=1000")).Is(200);

        Assert.Equal(Enumerable.Range(6, 200).Select(seq => (long)seq), page.Body.EnumerateArray().Select(message => message.GetProperty("seq").GetInt64()));
        Assert.Equal(5, (await lounge.Grace.Get(page.Link("prev")!)).Is(200).Body.GetArrayLength());
    }

    [Fact]
    public async Task Edit_AndDelete_AreForOneselfOrAnAdmin()
    {
        var lounge = await Lounge.Open(server);
        var path = $"{lounge.Path}/messages/{(await lounge.Say(lounge.Grace, "draft")).GetProperty("id").GetString()}";
        var edited = (await lounge.Grace.Patch(path, new { text = "final" })).Is(200);
        Assert.Equal("final", edited.Text("text"));
        Assert.NotEqual(JsonValueKind.Null, edited.Body.GetProperty("edited_at").ValueKind);
        (await lounge.Linus.Patch(path, new { text = "mine" })).IsProblem(403, "not_a_member");

        var adas = $"{lounge.Path}/messages/{(await lounge.Say(lounge.Ada, "rules")).GetProperty("id").GetString()}";
        (await lounge.Grace.Patch(adas, new { text = "no rules" })).IsProblem(403, "forbidden");
        (await lounge.Grace.Delete(adas)).IsProblem(403, "forbidden");

        (await lounge.Ada.Delete(path)).Is(204);
        (await lounge.Ada.Delete(path)).Is(204);
        var tombstone = (await lounge.Ada.Get($"{lounge.Path}/messages")).Body[0];
        Assert.True(tombstone.GetProperty("deleted").GetBoolean());
        Assert.Equal("", tombstone.GetProperty("text").GetString());
        Assert.Empty(tombstone.GetProperty("meta").EnumerateObject());
        Assert.Equal(1, tombstone.GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task Edit_WhenThereIsNoSuchMessage_IsNotFoundForMembersOnly()
    {
        var lounge = await Lounge.Open(server);
        var elsewhere = await Lounge.Open(server);
        var foreign = (await elsewhere.Say(elsewhere.Ada, "hello")).GetProperty("id").GetString();
        foreach (var id in new[] { foreign, "msg_nothing", $"{lounge.Id.Replace("conv_", "msg_", StringComparison.Ordinal)}_99", "%20", "..%2F..", "💬" })
        {
            (await lounge.Ada.Patch($"{lounge.Path}/messages/{id}", new { text = "x" })).IsProblem(404, "not_found");
            (await lounge.Linus.Patch($"{lounge.Path}/messages/{id}", new { text = "x" })).IsProblem(403, "not_a_member");
            (await lounge.Ada.Delete($"{lounge.Path}/messages/{id}")).IsProblem(404, "not_found");
        }
    }
}
