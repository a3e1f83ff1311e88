using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace ChatOrleans.WebFront.Tests.Api;

/// <summary>A call's whole answer, read at once.</summary>
public sealed record Reply(int Status, JsonElement Body, HttpResponseMessage Response)
{
    public string? Code => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("code", out var code) ? code.GetString() : null;

    public string? Header(string name) => Response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    public string Text(string property) => Body.GetProperty(property).GetString()!;

    public long Number(string property) => Body.GetProperty(property).GetInt64();

    /// <summary>The address of a neighbouring page; null where there is none.</summary>
    public string? Link(string rel) => Header("Link")?.Split(", ").Select(link => link.Split(">; "))
        .Where(parts => parts[1] == $"rel=\"{rel}\"").Select(parts => parts[0][1..]).SingleOrDefault();

    /// <summary>Fails with the whole answer where it is no problem of this status and code.</summary>
    public Reply IsProblem(int status, string code)
    {
        Assert.True(Status == status && Code == code, $"Expected {status} {code}, got {Status} {Body}");
        Assert.Equal("application/problem+json", Response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status, Number("status"));
        Assert.NotEmpty(Text("detail"));
        Assert.DoesNotContain(" at ChatOrleans", Body.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Body.ToString(), StringComparison.Ordinal);
        return this;
    }

    public Reply Is(int status)
    {
        Assert.True(Status == status, $"Expected {status}, got {Status} {Body}");
        return this;
    }
}

public static class Calls
{
    public static Task<Reply> Get(this HttpClient client, string path) => client.Call(HttpMethod.Get, path);

    public static Task<Reply> Delete(this HttpClient client, string path) => client.Call(HttpMethod.Delete, path);

    public static Task<Reply> Post(this HttpClient client, string path, object? body = null) => client.Call(HttpMethod.Post, path, Json(body));

    public static Task<Reply> Patch(this HttpClient client, string path, object body) => client.Call(HttpMethod.Patch, path, Json(body));

    /// <summary>A body exactly as written.</summary>
    public static Task<Reply> PostText(this HttpClient client, string path, string body, string contentType = "application/json") =>
        client.PostBytes(path, Encoding.UTF8.GetBytes(body), contentType);

    public static Task<Reply> PostBytes(this HttpClient client, string path, byte[] body, string? contentType = "application/json")
    {
        var content = new ByteArrayContent(body);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        return client.Call(HttpMethod.Post, path, content);
    }

    public static async Task<Reply> Call(this HttpClient client, HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Reply((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement, response);
    }

    private static JsonContent? Json(object? body) => body is null ? null : JsonContent.Create(body);
}
