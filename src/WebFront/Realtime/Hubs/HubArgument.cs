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
            // Clients in JavaScript send whole numbers as floats where they are large.
            case MessagePackType.Integer or MessagePackType.Float:
                return OfFloat(reader.ReadDouble());
            case MessagePackType.String:
                return Argument.Of(reader.ReadString());
            case MessagePackType.Map:
                var map = reader.ReadRaw();
                return OfMap(MessagePackSerializer.ConvertToJson(map, options));
            default:
                reader.Skip();
                return Argument.Unusable;
        }
    }

    public void Serialize(ref MessagePackWriter writer, Argument value, MessagePackSerializerOptions options) =>
        throw new NotSupportedException("Arguments are only read.");

    private static Argument OfFloat(double number) =>
        Math.Abs(number) < 1L << 53 && Math.Floor(number) == number ? Argument.Of((long)number) : Argument.Unusable;

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
