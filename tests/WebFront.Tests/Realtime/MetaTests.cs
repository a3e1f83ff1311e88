using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOrleans.Errors;
using ChatOrleans.WebFront.Commands;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>The same meta is the same text by every way in, so that a retry by another way is still a retry.</summary>
[Collection(nameof(ChatServer))]
public sealed class MetaTests(ChatServer server)
{
    private readonly string _suffix = Guid.NewGuid().ToString("N")[..8];

    private string Ada => $"ada-{_suffix}";

    [Theory]
    [InlineData("socket")]
    [InlineData("hub")]
    [InlineData("packed hub")]
    public async Task Retry_ByAnotherWay_IsTheSameMessage(string way)
    {
        var room = await server.Room(Ada);
        var (status, sent) = await PostText(room, """{"text":"x","client_message_id":"c-1","meta":{ "name" : "Zo\u00eb",  "t":"a\/b\u001b\u0000\u001F" }}""");
        await using TestDevice ada = way == "socket" ? await SocketDevice.Connect(server, Ada) : await HubDevice.Connect(server, Ada, way == "packed hub");

        var again = (await ada.Say(room, "x", "c-1", new JsonObject { ["name"] = "Zoë", ["t"] = "a/b\u001b\0\u001f" }))!;

        Assert.Equal(201, status);
        Assert.Equal((string?)sent["id"], (string?)again["id"]);
        Assert.Equal(200, (await PostText(room, """{"text":"x","client_message_id":"c-1","meta":{"name":"Zoë","t":"a/b\u001B\u0000\u001f"}}""")).Status);
        Assert.Equal(409, (await PostText(room, """{"text":"x","client_message_id":"c-1","meta":{"name":"Zoe","t":"a/b\u001b\u0000\u001f"}}""")).Status);
    }

    [Theory]
    [InlineData("socket")]
    [InlineData("hub")]
    [InlineData("packed hub")]
    public async Task Retry_WithAnEmptyMeta_IsThatWithNone(string way)
    {
        var room = await server.Room(Ada);
        await using TestDevice ada = way == "socket" ? await SocketDevice.Connect(server, Ada) : await HubDevice.Connect(server, Ada, way == "packed hub");
        var sent = (await ada.Say(room, "x", "c-1", []))!;

        Assert.Equal((string?)sent["id"], (string?)(await ada.Say(room, "x", "c-1"))!["id"]);
        Assert.Equal(200, (await PostText(room, """{"text":"x","client_message_id":"c-1"}""")).Status);
        Assert.Equal(200, (await PostText(room, """{"text":"x","client_message_id":"c-1","meta":{ }}""")).Status);
        Assert.Equal(200, (await PostText(room, """{"text":"x","client_message_id":"c-1","meta":null}""")).Status);
    }

    /// <summary>With it no device that speaks MessagePack in JavaScript would read on, however often it came back.</summary>
    [Theory]
    [InlineData("socket")]
    [InlineData("hub")]
    [InlineData("packed hub")]
    public async Task Meta_ThatNotEverybodyReads_IsRefused(string way)
    {
        var room = await server.Room(Ada);
        await using TestDevice ada = way == "socket" ? await SocketDevice.Connect(server, Ada) : await HubDevice.Connect(server, Ada, way == "packed hub");

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => ada.Say(room, "x", "c-1", new JsonObject { ["a"] = new JsonObject { ["__proto__"] = 1 } }));

        Assert.Equal("invalid_request", refusal.Code);
        Assert.Empty((await server.Call(Ada, HttpMethod.Get, $"/api/conversations/{room}/messages"))!.AsArray());
    }

    [Fact]
    public async Task Change_ToAnEmptyMeta_TakesAwayWhatWasThere()
    {
        var room = await server.Room(Ada);
        await server.Call(Ada, HttpMethod.Patch, $"/api/conversations/{room}", new { meta = new { color = "red" } });

        var changed = await server.Call(Ada, HttpMethod.Patch, $"/api/conversations/{room}", new { meta = new { } });

        Assert.Empty(changed!["meta"]!.AsObject());
    }

    [Theory]
    [InlineData("""{ "a" : [ 1 , true , null , { } ] }""", """{"a":[1,true,null,{}]}""")]
    [InlineData("{\r\n\"a\":\"x\\ny\"}", """{"a":"x\ny"}""")]
    [InlineData("""{"\u0061":"Zo\u00eb\/\ud83d\ude00\u0001\""}""", "{\"a\":\"Zoë/😀\\u0001\\\"\"}")]
    [InlineData("""{"a":[1.0,1e2,-0,1.50,18446744073709551615,1e20,1e400]}""", """{"a":[1,100,0,1.5,18446744073709551615,1E+20,1e400]}""")]
    [InlineData("""{"a":[0.1234567890123456789012,9007199254740993.0]}""", """{"a":[0.1234567890123456789012,9007199254740993.0]}""")]
    [InlineData("""{"a":[79228162514264337593543950335,-79228162514264337593543950335]}""", """{"a":[79228162514264337593543950335,-79228162514264337593543950335]}""")]
    [InlineData("""{"b":1,"a":2}""", """{"b":1,"a":2}""")]
    public void Meta_HoweverItIsWritten_IsOneText(string written, string text)
    {
        using var json = JsonDocument.Parse(written);

        Assert.Equal(text, MetaText.Of(json.RootElement));
    }

    [Fact]
    public void Meta_WithBrokenText_IsRefused()
    {
        using var json = JsonDocument.Parse("""{"a":"\udfff"}""");

        Assert.Equal(Errors.ErrorCode.InvalidRequest, Assert.Throws<ChatException>(() => MetaText.Of(json.RootElement)).Code);
    }

    private async Task<(int Status, JsonNode Body)> PostText(string room, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/conversations/{room}/messages");
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await server.Token(Ada));
        using var answer = await server.Http.SendAsync(request);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }
}
