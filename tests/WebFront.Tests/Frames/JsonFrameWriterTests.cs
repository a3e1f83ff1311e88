using System.Text;
using System.Text.Json;
using ChatOrleans.WebFront.Frames;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Frames;

public sealed class JsonFrameWriterTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("\"quoted\" and \\ back")]
    [InlineData("\u0000\u0001\u001f\t\r\n\u007f")]
    [InlineData("Grüße, 日本語, 🙂 and \u2028")]
    public void String_ReadAgain_IsTheSame(string text) => Assert.Equal(text, JsonSerializer.Deserialize<string>(Written(text)));

    [Fact]
    public void String_WithHalfASurrogatePair_IsStillValidText() =>
        Assert.Equal("a\ufffdb", JsonSerializer.Deserialize<string>(Written("a\ud800b")));

    [Fact]
    public void String_WithAllCharactersToEscape_Grows()
    {
        var text = new string('\u0002', 5000);

        Assert.Equal(text, JsonSerializer.Deserialize<string>(Written(text)));
    }

    [Fact]
    public void Commas_StandOnlyBetween()
    {
        using var buffer = new FrameBuffer();
        var writer = new JsonFrameWriter(buffer);
        writer.BeginArray(5);
        writer.BeginObject(0);
        writer.EndObject();
        writer.BeginArray(0);
        writer.EndArray();
        writer.BeginObject(2);
        writer.Field(Names.Seq, -1L);
        writer.PropertyName("b");
        writer.Null();
        writer.EndObject();
        writer.Bool(true);
        writer.Json(null);
        writer.EndArray();

        Assert.Equal("""[{},[],{"seq":-1,"b":null},true,{}]""", Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    [Theory]
    [InlineData(0, "2023-07-15T10:30:00Z")]
    [InlineData(5_000_000, "2023-07-15T10:30:00.5Z")]
    [InlineData(1, "2023-07-15T10:30:00.0000001Z")]
    public void Time_HasAFractionOnlyWhereThereIsOne(long ticks, string expected) =>
        Assert.Equal(expected, FrameTime.Format(new DateTime(2023, 7, 15, 10, 30, 0, DateTimeKind.Utc).AddTicks(ticks)));

    private static byte[] Written(string text)
    {
        using var buffer = new FrameBuffer(16);
        var writer = new JsonFrameWriter(buffer);
        writer.String(text);
        return buffer.WrittenSpan.ToArray();
    }
}
