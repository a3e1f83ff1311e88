using System.Text.Json;

namespace ChatOrleans.WebFront.Frames;

/// <summary>Writes a JSON value that somebody else made (a meta) as MessagePack: whole numbers as integers, others as doubles.</summary>
internal static class JsonTranscoder
{
    public static void Write(string json, MessagePackFrameWriter writer)
    {
        using var document = JsonDocument.Parse(json);
        Write(document.RootElement, writer);
    }

    private static void Write(JsonElement element, MessagePackFrameWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.BeginObject(element.GetPropertyCount());
                foreach (var property in element.EnumerateObject())
                {
                    writer.String(property.Name);
                    Write(property.Value, writer);
                }

                break;
            case JsonValueKind.Array:
                writer.BeginArray(element.GetArrayLength());
                foreach (var item in element.EnumerateArray())
                {
                    Write(item, writer);
                }

                break;
            case JsonValueKind.String:
                writer.String(element.GetString());
                break;
            case JsonValueKind.Number when element.TryGetInt64(out var number):
                writer.Number(number);
                break;
            case JsonValueKind.Number:
                writer.Double(element.GetDouble());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.Bool(element.GetBoolean());
                break;
            default:
                writer.Null();
                break;
        }
    }
}
