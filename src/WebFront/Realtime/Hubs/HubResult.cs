using System.Text.Json;
using System.Text.Json.Serialization;
using ChatOrleans.WebFront.Frames;
using MessagePack;
using MessagePack.Formatters;

namespace ChatOrleans.WebFront.Realtime.Hubs;

/// <summary>An object of the contract as a hub method's result.</summary>
public sealed record HubResult(IFrameObject Value);

internal sealed class HubResultJson : JsonConverter<HubResult>
{
    public override HubResult Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Results are only written.");

    public override void Write(Utf8JsonWriter writer, HubResult value, JsonSerializerOptions options)
    {
        using var buffer = new FrameBuffer();
        FrameEncoder.Write(buffer, value.Value);
        writer.WriteRawValue(buffer.WrittenSpan, skipInputValidation: true);
    }
}

internal sealed class HubResultMessagePack : IMessagePackFormatter<HubResult?>
{
    public HubResult Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
        throw new NotSupportedException("Results are only written.");

    public void Serialize(ref MessagePackWriter writer, HubResult? value, MessagePackSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        using var buffer = new FrameBuffer();
        FrameEncoder.Write(buffer, value.Value, FrameEncoding.MessagePack);
        writer.WriteRaw(buffer.WrittenSpan);
    }
}
