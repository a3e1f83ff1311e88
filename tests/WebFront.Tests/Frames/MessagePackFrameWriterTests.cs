using ChatOrleans.WebFront.Frames;
using MessagePack;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Frames;

public sealed class MessagePackFrameWriterTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-32)]
    [InlineData(-33)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(4_294_967_295)]
    [InlineData(4_294_967_296)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Number_ReadAgain_IsTheSame(long number) =>
        Assert.Equal(number, Read((ref MessagePackFrameWriter w) => w.Number(number), (ref MessagePackReader r) => r.ReadInt64()));

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void String_OfAnyLength_IsTheSame(int length)
    {
        var text = new string('ä', length / 2) + new string('a', length % 2);

        Assert.Equal(text, Read((ref MessagePackFrameWriter w) => w.String(text), (ref MessagePackReader r) => r.ReadString()));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void Count_OfAnySize_IsTheSame(int count)
    {
        Assert.Equal(count, Read(
            (ref MessagePackFrameWriter w) => Nulls(ref w, count),
            (ref MessagePackReader r) => r.ReadArrayHeader()));
        Assert.Equal(count, Read(
            (ref MessagePackFrameWriter w) => Pairs(ref w, count),
            (ref MessagePackReader r) => r.ReadMapHeader()));
    }

    private delegate void Writing(ref MessagePackFrameWriter writer);

    private delegate T Reading<T>(ref MessagePackReader reader);

    /// <summary>The reader refuses a count for which there are not enough bytes.</summary>
    private static void Nulls(ref MessagePackFrameWriter writer, int count)
    {
        writer.BeginArray(count);
        for (var i = 0; i < count; i++)
        {
            writer.Null();
        }
    }

    private static void Pairs(ref MessagePackFrameWriter writer, int count)
    {
        writer.BeginObject(count);
        for (var i = 0; i < 2 * count; i++)
        {
            writer.Null();
        }
    }

    private static T Read<T>(Writing write, Reading<T> read)
    {
        using var buffer = new FrameBuffer(16);
        var writer = new MessagePackFrameWriter(buffer);
        write(ref writer);
        var reader = new MessagePackReader(buffer.Written);
        return read(ref reader);
    }
}
