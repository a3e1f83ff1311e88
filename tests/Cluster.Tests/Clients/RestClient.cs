using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace ChatOrleans.Cluster.Tests.Clients;

/// <summary>One user's REST calls, written from the wire contract. Calls that may be repeated are, until they are answered.</summary>
public sealed class RestClient : IDisposable
{
    private readonly HttpClient _http;

    public RestClient(Uri server, string user, string token)
    {
        User = user;
        Token = token;
        _http = new HttpClient { BaseAddress = server, Timeout = TimeSpan.FromSeconds(10) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public string User { get; }

    public string Token { get; }

    public async Task<string> Create(string kind, IEnumerable<string> members, string requestId, string? history = null)
    {
        var body = new
        {
            kind,
            title = requestId,
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

    public Task<JsonElement> Get(string path) => Repeat(() => _http.GetAsync(path));

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

    public void Dispose() => _http.Dispose();

    private static async Task<JsonElement> Repeat(Func<Task<HttpResponseMessage>> call)
    {
        var deadline = DateTime.UtcNow.AddSeconds(90);
        while (true)
        {
            try
            {
                using var answer = await call();
                if (answer.IsSuccessStatusCode)
                {
                    return answer.StatusCode == HttpStatusCode.NoContent
                        ? default
                        : await answer.Content.ReadFromJsonAsync<JsonElement>();
                }

                if ((int)answer.StatusCode < 500 || answer.StatusCode == HttpStatusCode.InternalServerError)
                {
                    throw new InvalidOperationException($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException or JsonException)
            {
                // Killed, starting, or cut off in the middle of the answer: the outcome is unknown, and a repeat is safe.
            }

            if (DateTime.UtcNow > deadline)
            {
                throw new TimeoutException("The server did not answer for 90 s.");
            }

            await Task.Delay(50);
        }
    }
}
