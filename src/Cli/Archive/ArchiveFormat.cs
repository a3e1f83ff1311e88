using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChatOrleans.Grains.Logs;
using Orleans.Runtime;

namespace ChatOrleans.Cli.Archive;

/// <summary>A line's JSON. The first property says which kind of line it is.</summary>
internal sealed class ArchiveFormat(ReadableJson readable)
{
    private static readonly JsonWriterOptions s_writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Appends the line and its line feed.</summary>
    public void Write(IBufferWriter<byte> into, ArchiveItem item)
    {
        using (var json = new Utf8JsonWriter(into, s_writing))
        {
            json.WriteStartObject();
            WriteMembers(json, item);
            json.WriteEndObject();
        }

        into.Write("\n"u8);
    }

    /// <summary>Throws <see cref="ArchiveException"/>, or <see cref="JsonException"/>, for what is no line of an archive.</summary>
    public ArchiveItem Read(ReadOnlyMemory<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        var json = document.RootElement;
        return json.EnumerateObject().Select(member => member.Name).FirstOrDefault() switch
        {
            "chatorleans_export" => new Header(json.GetProperty("chatorleans_export").GetInt32(), json.GetProperty("from").GetString()!),
            "log" => new LogBegin(new LogOwner(json.GetProperty("log").GetString()!), json.GetProperty("generation").GetInt64(), ReadTracks(json.GetProperty("tracks"))),
            "track" when json.GetProperty("track").GetString()! is var track =>
                new Row(ReadTrack(track), json.GetProperty("at").GetInt64(), ReadValue(json, track)),
            "key" => new Key(json.GetProperty("key").GetString()!, json.GetProperty("bytes").GetBytesFromBase64()),
            "log_end" => new LogEnd(new LogOwner(json.GetProperty("log_end").GetString()!)),
            "state" when (json.GetProperty("state").GetString()!, GrainId.Parse(json.GetProperty("grain").GetString()!)) is var (name, grain) =>
                new State(grain, name, ReadValue(json, $"{grain.Type}/{name}")),
            "end" => new End(ReadTotals(json.GetProperty("end"))),
            var other => throw new ArchiveException($"a line of an unknown kind '{other}'"),
        };
    }

    private void WriteMembers(Utf8JsonWriter json, ArchiveItem item)
    {
        switch (item)
        {
            case Header header:
                json.WriteNumber("chatorleans_export", header.Version);
                json.WriteString("from", header.From);
                break;
            case LogBegin log:
                json.WriteString("log", log.Owner.Value);
                json.WriteNumber("generation", log.Generation);
                json.WriteStartObject("tracks");
                foreach (var bounds in log.Tracks.OrderBy(bounds => bounds.Track))
                {
                    json.WriteStartArray(ReadableJson.Name(bounds.Track));
                    json.WriteNumberValue(bounds.First);
                    json.WriteNumberValue(bounds.Last);
                    json.WriteEndArray();
                }

                json.WriteEndObject();
                break;
            case Row row:
                json.WriteString("track", ReadableJson.Name(row.Track));
                json.WriteNumber("at", row.At);
                WriteValue(json, ReadableJson.Name(row.Track), row.Bytes);
                break;
            case Key key:
                json.WriteString("key", key.Name);
                json.WriteBase64String("bytes", key.Bytes.Span);
                break;
            case LogEnd end:
                json.WriteString("log_end", end.Owner.Value);
                break;
            case State state:
                json.WriteString("state", state.Name);
                json.WriteString("grain", state.Grain.ToString());
                WriteValue(json, $"{state.Grain.Type}/{state.Name}", state.Bytes);
                break;
            case End end:
                json.WriteStartObject("end");
                json.WriteNumber("logs", end.Totals.Logs);
                json.WriteNumber("rows", end.Totals.Rows);
                json.WriteNumber("keys", end.Totals.Keys);
                json.WriteNumber("states", end.Totals.States);
                json.WriteString("digest", end.Totals.DigestText);
                json.WriteEndObject();
                break;
        }
    }

    private void WriteValue(Utf8JsonWriter json, string what, ReadOnlyMemory<byte> bytes)
    {
        if (readable.ToJson(what, bytes, out var apart) is { } value)
        {
            json.WritePropertyName(apart ? "value_apart" : "value");
            json.WriteRawValue(value, skipInputValidation: true);
        }
        else
        {
            json.WriteBase64String("bytes", bytes.Span);
        }
    }

    private ReadOnlyMemory<byte> ReadValue(JsonElement json, string what)
    {
        if (json.TryGetProperty("bytes", out var bytes))
            return bytes.GetBytesFromBase64();
        var apart = json.TryGetProperty("value_apart", out var value);
        return readable.ToBytes(what, JsonMarshal.GetRawUtf8Value(apart ? value : json.GetProperty("value")), apart);
    }

    private static LogTrack ReadTrack(string name) => name switch
    {
        "messages" => LogTrack.Messages,
        "changes" => LogTrack.Changes,
        "feed" => LogTrack.Feed,
        _ => (LogTrack)byte.Parse(name, CultureInfo.InvariantCulture),
    };

    private static ImmutableArray<TrackBounds> ReadTracks(JsonElement tracks) =>
        [.. tracks.EnumerateObject().Select(track => new TrackBounds(ReadTrack(track.Name), track.Value[0].GetInt64(), track.Value[1].GetInt64()))];

    private static Totals ReadTotals(JsonElement end) => new(
        end.GetProperty("logs").GetInt64(), end.GetProperty("rows").GetInt64(), end.GetProperty("keys").GetInt64(), end.GetProperty("states").GetInt64(),
        UInt128.Parse(end.GetProperty("digest").GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
