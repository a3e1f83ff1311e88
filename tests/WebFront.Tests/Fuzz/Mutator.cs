using System.Text;
using System.Text.Json.Nodes;

namespace ChatOrleans.WebFront.Tests.Fuzz;

/// <summary>
/// Makes inputs that are nearly right: values of the documented shape of which some are of another type, huge, deep, empty, half of
/// something, or broken as bytes. The same seed makes the same inputs.
/// </summary>
internal sealed class Mutator(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Whether what ends a connection may come: a connection that ends at once tries little else.</summary>
    public bool Wild { get; set; } = true;

    private static readonly string[] Texts =
    [
        "", " ", "\0", "\u0007", "null", "true", "-1", "1e400", "99999999999999999999", "<script>alert(1)</script>", "'; drop table", "${jndi:ldap://x}",
        "../../etc/passwd", "%00", "\ud83d\ude42", "\u202egnp.exe", "e\u0301\u0301\u0301\u0301", "conv_", "msg_", "conv_0123456789abcdefghjkmnpqrs",
        "msg_0123456789abcdefghjkmnpqrs_57", "msg-msg_0123456789abcdefghjkmnpqrs_57", "alert-", "conv-conv_0-1", "all", "since_joined", "group", "direct", "owner",
    ];

    private static readonly string[] Fields =
    [
        "action", "request_id", "conversation_id", "text", "client_message_id", "meta", "visible", "seq", "notification_id", "cursor", "kind", "members", "title",
        "history", "client_request_id", "user_id", "label", "role", "muted", "user_ids", "content", "client_alert_id", "__proto__", "$type", "",
    ];

    public bool Chance(double probability) => _random.NextDouble() < probability;

    public T Pick<T>(IReadOnlyList<T> of) => of[_random.Next(of.Count)];

    public int Number(int below) => _random.Next(below);

    /// <summary>A value that is right four times out of five.</summary>
    public JsonNode? Or(JsonNode? right) => Chance(0.8) ? right?.DeepClone() : Any(3);

    public JsonNode? Any(int depth) => _random.Next(depth > 0 ? 10 : 7) switch
    {
        0 => null,
        1 => JsonValue.Create(Chance(0.5)),
        2 => JsonValue.Create(Pick([0L, -1L, 1L, long.MaxValue, long.MinValue, 1L << 53, int.MaxValue])),
        3 => JsonValue.Create(Pick([0.5, -0.0, 1e308, 1e-308, 4.9e-324])),
        4 => JsonValue.Create(Pick(Texts)),
        5 => JsonValue.Create(new string(Pick(['a', ' ', 'é', '\u4e2d']), _random.Next(0, Wild ? 9_000 : 900))),
        6 => JsonValue.Create(Unpaired()),
        7 => new JsonArray([.. Enumerable.Range(0, _random.Next(5)).Select(_ => Any(depth - 1))]),
        8 => Object(depth - 1),
        _ => Deep(_random.Next(1, 200)),
    };

    public JsonObject Object(int depth)
    {
        var made = new JsonObject();
        for (var i = _random.Next(6); i > 0; i--)
        {
            made[Pick(Fields)] = Any(depth);
        }

        return made;
    }

    /// <summary>One text in ten is broken as bytes: cut, with a byte changed, put in twice, or not UTF-8.</summary>
    public byte[] Bytes(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length == 0 || !Wild || !Chance(0.1) ? bytes : Broken(bytes);
    }

    public byte[] Broken(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return [0xff];
        }

        var at = _random.Next(bytes.Length);
        switch (_random.Next(5))
        {
            case 0:
                return bytes[..at];
            case 1:
                bytes[at] = (byte)_random.Next(256);
                return bytes;
            case 2:
                return [.. bytes[..at], 0xc3, 0x28, .. bytes[at..]];
            case 3:
                return [.. bytes, .. bytes];
            default:
                return [.. bytes[..at], .. bytes[(at + 1)..]];
        }
    }

    /// <summary>JSON text that no JSON library writes by itself: a field twice, escapes of half a pair, comments, odd numbers.</summary>
    public string Odd(string json) => !Wild || !Chance(0.1) || json.Length < 3 ? json : _random.Next(5) switch
    {
        0 => json.Insert(1, "\"text\":\"twice\","),
        1 => json.Insert(1, "\"text\":\"\\ud800\","),
        2 => json.Insert(1, "/* a comment */"),
        3 => json.Insert(1, "\"seq\":1e2,\"cursor\":01,"),
        _ => json + " " + json,
    };

    private string Unpaired() => new([.. Enumerable.Range(0, _random.Next(1, 20)).Select(_ => (char)_random.Next(0x20, 0xd7ff))]);

    private static JsonNode Deep(int levels)
    {
        JsonNode made = new JsonObject();
        for (var i = 0; i < Math.Min(levels, 60); i++)
        {
            made = i % 2 == 0 ? new JsonArray(made) : new JsonObject { ["meta"] = made };
        }

        return made;
    }
}
