using System.Text.Json.Nodes;
using ChatOrleans.WebFront.Frames;
using MessagePack;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Contract;

/// <summary>What the server sends is what the golden files say, in both encodings.</summary>
public sealed class GoldenFrameTests
{
    public static TheoryData<string> Names => [.. GoldenFrames.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Frame_InJson_IsAsTheContractHasIt(string name) =>
        GoldenFile.Check(name, JsonNode.Parse(FrameEncoder.Encode(GoldenFrames.All[name]))!);

    [Theory, MemberData(nameof(Names))]
    public void Frame_InMessagePack_HasTheNamesAndTypesOfTheJson(string name)
    {
        var packed = FrameEncoder.Encode(GoldenFrames.All[name], FrameEncoding.MessagePack);

        var unpacked = JsonNode.Parse(MessagePackSerializer.ConvertToJson(packed));

        Assert.Equal(GoldenFile.Read(name).ToJsonString(), unpacked!.ToJsonString());
    }

    /// <summary>A count that is wrong would make the next value part of this one.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Frame_InMessagePack_IsOneWholeValue(string name)
    {
        var packed = FrameEncoder.Encode(GoldenFrames.All[name], FrameEncoding.MessagePack);

        var reader = new MessagePackReader(packed);
        reader.Skip();

        Assert.True(reader.End);
    }

    [Fact]
    public void GoldenFiles_AllHaveASample() =>
        Assert.Equal(
            GoldenFrames.All.Keys.Order(StringComparer.Ordinal),
            GoldenFile.Names("objects").Concat(GoldenFile.Names("events")).Order(StringComparer.Ordinal));
}
