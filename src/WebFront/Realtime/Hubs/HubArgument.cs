using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MessagePack;
using MessagePack.Formatters;

namespace ChatOrleans.WebFront.Realtime.Hubs;

internal sealed class HubArgumentJson : JsonConverter<Argument>
{
    public override bool HandleNull => true;

    public override Argument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Argument.Read(ref reader);

    public override void Write(Utf8JsonWriter writer, Argument value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Arguments are only read.");
}

internal sealed class HubArgumentMessagePack : IMessagePackFormatter<Argument>
{
    public Argument Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Nil:
                reader.ReadNil();
                return default;
            case MessagePackType.Boolean:
                return Argument.Of(reader.ReadBoolean());
            case MessagePackType.Integer when reader.NextCode != MessagePackCode.UInt64:
                return Argument.Of(reader.ReadInt64());
            case MessagePackType.Integer or MessagePackType.Float:
                return Argument.Of(reader.ReadDouble());
            case MessagePackType.String:
                return Argument.Of(reader.ReadString());
            case MessagePackType.Map:
                var map = reader.ReadRaw();
                return OfMap(ToJson(map, options));
            default:
                reader.Skip();
                return Argument.Unusable;
        }
    }

    public void Serialize(ref MessagePackWriter writer, Argument value, MessagePackSerializerOptions options) =>
        throw new NotSupportedException("Arguments are only read.");

    /// <summary>MessagePack's own way to JSON leaves most control characters as they are, which no JSON holds; outside of texts it writes none.</summary>
    internal static string ToJson(ReadOnlySequence<byte> map, MessagePackSerializerOptions options)
    {
        var json = MessagePackSerializer.ConvertToJson(map, options);
        return json.AsSpan().ContainsAnyInRange('\0', '\u001f')
            ? string.Concat(json.Select(c => c <= '\u001f' ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString()))
            : json;
    }

    /// <summary>Read again as JSON, because not everything that a map can hold (keys that are no strings, NaN) is JSON.</summary>
    private static Argument OfMap(string json)
    {
        try
        {
            var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(json));
            reader.Read();
            return Argument.Read(ref reader);
        }
        catch (JsonException)
        {
            return Argument.Unusable;
        }
    }
}
