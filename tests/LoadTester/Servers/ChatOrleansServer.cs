using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChatOrleans.LoadTester.Drivers;
using ChatOrleans.LoadTester.Load;

namespace ChatOrleans.LoadTester.Servers;

/// <summary>Our server at an address, as its clients see it. Tokens are signed here: a load of thousands needs no sign-in of each.</summary>
internal sealed class ChatOrleansServer(Uri address, string signingKey, string format) : IDisposable
{
    private const int MostMembersInACall = 5_000;

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(120) };

    public Uri Address(WireProtocol protocol, Person person, long? cursor, string? epoch)
    {
        var query = $"access_token={Token(person.Id)}&format={format}";
        query += protocol is SocketProtocol ? "&batch=1" : "";
        query += cursor is null ? "" : $"&cursor={cursor}&epoch={epoch}";
        return new Uri(address, $"{protocol.Path}?{query}");
    }

    public async Task Create(Room room, IReadOnlyList<Person> people, CancellationToken cancellationToken)
    {
        var members = room.Members[1..].Select(member => new { user_id = people[member].Id }).ToArray();
        var created = await Call(people[room.Members[0]], HttpMethod.Post, "/api/conversations", cancellationToken, new
        {
            kind = room.Members.Length == 2 ? "direct" : "group",
            title = room.Members.Length == 2 ? null : $"lounge {room.Index}",
            members = members[..Math.Min(members.Length, MostMembersInACall)],
        });
        room.Id = created.GetProperty("id").GetString()!;
        room.IdBytes = Encoding.UTF8.GetBytes(room.Id);
        foreach (var member in members.Skip(MostMembersInACall))
        {
            await Call(people[room.Members[0]], HttpMethod.Post, $"/api/conversations/{room.Id}/members", cancellationToken, member);
        }
    }

    public async Task<IReadOnlyList<(long Seq, byte[] Text)>> Messages(Person reader, Room room, long after, CancellationToken cancellationToken)
    {
        var page = await Call(reader, HttpMethod.Get, $"/api/conversations/{room.Id}/messages?after={after}&limit=200", cancellationToken);
        return [.. page.EnumerateArray().Select(one => (one.GetProperty("seq").GetInt64(), Encoding.UTF8.GetBytes(one.GetProperty("text").GetString()!)))];
    }

    public async Task<JsonElement> Call(Person caller, HttpMethod method, string path, CancellationToken cancellationToken, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(caller.Id));
        request.Content = body is null ? null : JsonContent.Create(body);
        using var answer = await _http.SendAsync(request, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.TooManyRequests && answer.Headers.RetryAfter?.Delta is { } wait)
        {
            // Reading everything again to check it is more than a user does: at the pace that a server gives.
            await Task.Delay(wait, cancellationToken);
            return await Call(caller, method, path, cancellationToken, body);
        }

        if (!answer.IsSuccessStatusCode)
        {
            throw new IOException($"{method} {path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }

        return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private string Token(string user)
    {
        var head = Encoded("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"u8);
        var expires = DateTimeOffset.UtcNow.AddHours(12).ToUnixTimeSeconds();
        var body = Encoded(Encoding.UTF8.GetBytes($"{{\"sub\":\"{user}\",\"exp\":{expires}}}"));
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(signingKey), Encoding.ASCII.GetBytes($"{head}.{body}"));
        return $"{head}.{body}.{Encoded(signature)}";
    }

    private static string Encoded(ReadOnlySpan<byte> bytes) =>
        System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
