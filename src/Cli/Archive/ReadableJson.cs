using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChatOrleans.Conversations;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Grains.Users;
using ChatOrleans.Ids;
using ChatOrleans.Users;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace ChatOrleans.Cli.Archive;

/// <summary>
/// Rows and states as JSON that people can read, where that says all there is: where the JSON, read again, gives the very same bytes.
/// What does not (a type or member that this version does not know) stays bytes.
/// </summary>
internal sealed class ReadableJson(IServiceProvider services)
{
    // Ids that are alike were mostly one object when they were written, which the bytes show; where they were several, they are told apart.
    private static readonly JsonSerializerOptions s_shared = Options(shared: true);
    private static readonly JsonSerializerOptions s_apart = Options(shared: false);

    [ThreadStatic]
    private static Dictionary<string, string>? t_ids;

    private static JsonSerializerOptions Options(bool shared) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower),
            new IdConverter<UserId>(id => id.Value, text => new UserId(shared ? Shared(text) : text)),
            new IdConverter<ConversationId>(id => id.Value, text => new ConversationId(shared ? Shared(text) : text)),
        },
    };

    private readonly Dictionary<string, Form> _forms = new()
    {
        [Name(LogTrack.Messages)] = new Form<Message>(services.GetRequiredService<Serializer<Message>>()),
        [Name(LogTrack.Changes)] = new Form<Change>(services.GetRequiredService<Serializer<Change>>()),
        [Name(LogTrack.Feed)] = new Form<FeedEntry>(services.GetRequiredService<Serializer<FeedEntry>>()),
        // Not a conversation's head: its dictionaries come out in another order in every process, so their bytes are not told by JSON.
        ["user/inbox"] = new Form<InboxSnapshot>(services.GetRequiredService<Serializer<InboxSnapshot>>()),
        ["user/profile"] = new Form<UserProfile>(services.GetRequiredService<Serializer<UserProfile>>()),
    };

    public static string Name(LogTrack track) => track switch
    {
        LogTrack.Messages => "messages",
        LogTrack.Changes => "changes",
        LogTrack.Feed => "feed",
        _ => ((byte)track).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>Null where bytes it must be.</summary>
    /// <param name="apart">To be given to <see cref="ToBytes"/> with it.</param>
    public byte[]? ToJson(string what, ReadOnlyMemory<byte> bytes, out bool apart)
    {
        apart = false;
        try
        {
            if (!_forms.TryGetValue(what, out var form))
                return null;
            var json = form.ToJson(bytes);
            if (form.ToBytes(json, apart: false).AsSpan().SequenceEqual(bytes.Span))
                return json;
            apart = true;
            return form.ToBytes(json, apart: true).AsSpan().SequenceEqual(bytes.Span) ? json : null;
        }
        catch (Exception)
        {
            // Whatever it is that these bytes are, they are kept.
            return null;
        }
    }

    public byte[] ToBytes(string what, ReadOnlySpan<byte> json, bool apart) => _forms.TryGetValue(what, out var form)
        ? form.ToBytes(json, apart)
        : throw new ArchiveException($"There is no '{what}' that this version could read as JSON.");

    private static string Shared(string id) => t_ids!.TryGetValue(id, out var known) ? known : t_ids[id] = id;

    private abstract class Form
    {
        public abstract byte[] ToJson(ReadOnlyMemory<byte> bytes);
        public abstract byte[] ToBytes(ReadOnlySpan<byte> json, bool apart);
    }

    private sealed class Form<T>(Serializer<T> serializer) : Form
    {
        public override byte[] ToJson(ReadOnlyMemory<byte> bytes) => JsonSerializer.SerializeToUtf8Bytes(serializer.Deserialize(bytes), s_shared);

        public override byte[] ToBytes(ReadOnlySpan<byte> json, bool apart)
        {
            (t_ids ??= []).Clear();
            return serializer.SerializeToArray(JsonSerializer.Deserialize<T>(json, apart ? s_apart : s_shared)!);
        }
    }

    private sealed class IdConverter<T>(Func<T, string?> text, Func<string, T> id) : JsonConverter<T>
        where T : struct
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => id(reader.GetString()!);
        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(text(value));
    }
}
