using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ChatOrleans.Cluster.Tests.Clusters;

namespace ChatOrleans.Cluster.Tests.Clients;

/// <summary>One user's REST calls, written from the wire contract. Calls that may be repeated are, until they are answered.</summary>
public sealed class RestClient : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="handler">Another way to the servers.</param>
    public RestClient(Uri server, string user, string token, HttpMessageHandler? handler = null)
    {
        User = user;
        Token = token;
        _http = new HttpClient(handler ?? new SocketsHttpHandler()) { BaseAddress = server, Timeout = TimeSpan.FromSeconds(10) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public string User { get; }

    public string Token { get; }

    /// <summary>How long a call is repeated until it is answered. None: it is made once.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(90);

    public async Task<string> Create(string kind, IEnumerable<string> members, string requestId, string? history = null)
    {
        var body = new
        {
            kind,
            title = $"{requestId} {Unsaid.Word}",
            history = history ?? "all",
            client_request_id = requestId,
            members = members.Select(member => new { user_id = member }),
        };
        return (await Repeat(() => _http.PostAsJsonAsync("/api/conversations", body))).GetProperty("id").GetString()!;
    }

    /// <summary>Sends with a client message id until the server answers, as a client's outbox does. Returns the message's seq.</summary>
    public async Task<long> Send(string conversation, string text, string clientMessageId)
    {
        var body = new { text, client_message_id = clientMessageId };
        return (await Repeat(() => _http.PostAsJsonAsync($"/api/conversations/{conversation}/messages", body))).GetProperty("seq").GetInt64();
    }

    public async Task<long> MarkRead(string conversation, long seq) =>
        (await Repeat(() => _http.PostAsJsonAsync($"/api/conversations/{conversation}/read", new { seq }))).GetProperty("read_seq").GetInt64();

    /// <summary>For one connection in the next 30 s.</summary>
    public async Task<string> Ticket() => (await Post("/api/ws-ticket", new { })).GetProperty("ticket").GetString()!;

    public Task<JsonElement> Get(string path) => Repeat(() => _http.GetAsync(path));

    /// <summary>Every item of a list, newest first, page by page as the links lead.</summary>
    public async Task<List<JsonElement>> All(string path)
    {
        var all = new List<JsonElement>();
        for (string? next = path; next is not null;)
        {
            var page = await Repeated(() => _http.GetAsync(next));
            all.AddRange(page.Body.EnumerateArray());
            next = page.Headers.TryGetValues("Link", out var links)
                ? links.SelectMany(link => link.Split(',')).FirstOrDefault(link => link.Contains("rel=\"prev\"", StringComparison.Ordinal)) is { } older
                    ? older[(older.IndexOf('<', StringComparison.Ordinal) + 1)..older.IndexOf('>', StringComparison.Ordinal)]
                    : null
                : null;
        }

        return all;
    }

    /// <summary>The feed after a position, pulled to its end; not resumed: there was a snapshot instead.</summary>
    public async Task<(bool Resumed, List<ServerFrame> Frames)> Sync((string? Epoch, long Cursor) position)
    {
        var frames = new List<ServerFrame>();
        while (true)
        {
            var epoch = position.Epoch is null ? "" : $"&epoch={position.Epoch}";
            var page = await Get($"/api/sync?cursor={position.Cursor}{epoch}&limit=200");
            if (!page.GetProperty("resumed").GetBoolean())
            {
                Assert.True(page.TryGetProperty("snapshot", out _));
                return (false, frames);
            }

            foreach (var body in page.GetProperty("events").EnumerateArray())
            {
                frames.Add(new ServerFrame(body.GetProperty("event_type").GetString()!, "", body.GetProperty("cursor").GetInt64(), body));
            }

            position = (page.GetProperty("epoch").GetString(), page.GetProperty("cursor").GetInt64());
            if (!page.GetProperty("more").GetBoolean())
            {
                return (true, frames);
            }
        }
    }

    /// <summary>All changes of a conversation after a rev, in order.</summary>
    public async Task<List<JsonElement>> Changes(string conversation, long after = 0)
    {
        var all = new List<JsonElement>();
        while (true)
        {
            var page = (await Get($"/api/conversations/{conversation}/changes?after={after}&limit=200")).EnumerateArray().ToList();
            all.AddRange(page);
            if (page.Count == 0)
            {
                return all;
            }

            after = page[^1].GetProperty("rev").GetInt64();
        }
    }

    public Task<JsonElement> Post(string path, object body) => Repeat(() => _http.PostAsJsonAsync(path, body));

    public Task<JsonElement> Patch(string path, object body) => Repeat(() => _http.PatchAsJsonAsync(path, body));

    public Task<JsonElement> Delete(string path) => Repeat(() => _http.DeleteAsync(path));

    /// <summary>All messages of a conversation after a seq, in order.</summary>
    public async Task<List<JsonElement>> History(string conversation, long after = 0)
    {
        var all = new List<JsonElement>();
        while (true)
        {
            var page = (await Get($"/api/conversations/{conversation}/messages?after={after}&limit=200")).EnumerateArray().ToList();
            all.AddRange(page);
            if (page.Count == 0)
            {
                return all;
            }

            after = page[^1].GetProperty("seq").GetInt64();
        }
    }

    /// <summary>What the user is shown is what the logs say.</summary>
    public async Task HasNoDrift()
    {
        var audit = await Get("/api/users/me/audit");
        Assert.True(audit.GetProperty("drift").GetInt64() == 0, $"{User}'s inbox has drifted: {audit}");
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> Repeat(Func<Task<HttpResponseMessage>> call) => (await Repeated(call)).Body;

    private async Task<Answer> Repeated(Func<Task<HttpResponseMessage>> call)
    {
        var began = Stopwatch.GetTimestamp();
        var last = "nothing";
        while (true)
        {
            try
            {
                using var answer = await call();
                if (answer.IsSuccessStatusCode)
                {
                    return new Answer(await BodyOf(answer), answer.Headers);
                }

                last = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
                if ((int)answer.StatusCode < 500 || answer.StatusCode == HttpStatusCode.InternalServerError)
                {
                    throw new RestException(answer.StatusCode, await answer.Content.ReadAsStringAsync());
                }
            }
            catch (Exception e) when (Outage.Is(e) || e is JsonException)
            {
                // Killed, starting, or cut off in the middle of the answer: the outcome is unknown, and a repeat is safe.
                last = e.Message;
            }

            if (Stopwatch.GetElapsedTime(began) > Patience)
            {
                throw new TimeoutException($"The server did not answer for {Patience.TotalSeconds:0} s; at last: {last}");
            }

            await Task.Delay(50);
        }
    }

    private static async Task<JsonElement> BodyOf(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsByteArrayAsync();
        return body.Length == 0 ? default : JsonElement.Parse(body);
    }

    private sealed record Answer(JsonElement Body, HttpResponseHeaders Headers);
}
