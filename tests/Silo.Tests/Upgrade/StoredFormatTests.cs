using System.Text;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Silo.Storage.AzureTables;
using ChatOrleans.Silo.Storage.Redis;
using ChatOrleans.Silo.Storage.Rocks;
using Orleans.Runtime;

namespace ChatOrleans.Silo.Tests.Upgrade;

/// <summary>Where rows lie and what our own rows look like: as constant as the bytes in them, or a new version finds nothing.</summary>
public sealed class StoredFormatTests
{
    private static readonly LogOwner s_owner = new("conversation/conv_0");
    private static readonly GrainId s_grain = GrainId.Create("user", "ada@example.org");

    [Fact]
    public void RocksKeys_AreWhereTheyWere()
    {
        var into = new byte[RocksKeys.MaxLength];
        Assert.Equal("Lconversation/conv_0\\0\\0", Text(RocksKeys.Head(into, s_owner)));
        Assert.Equal("Lconversation/conv_0\\0\\1\\0\\0\\0\\0\\0\\0\\1\\2", Text(RocksKeys.Row(into, RocksKeys.Prefix(into, s_owner, (byte)LogTrack.Messages), 258)));
        Assert.Equal("Lconversation/conv_0\\0\\255ada/c-1", Text(RocksKeys.Key(into, s_owner, "ada/c-1")));
        Assert.Equal("S\\0\\0\\0\\4user\\0\\0\\0\\15ada@example.orginbox", Text(RocksKeys.State("inbox", s_grain)));
    }

    [Fact]
    public void RocksHead_IsAsItWas()
    {
        var head = new LogHead(3, [new TrackBounds(LogTrack.Messages, 5, 9), new TrackBounds(LogTrack.Changes, 1, 2)]);
        var row = RocksHead.Encode(new byte[RocksHead.MaxLength], head).ToArray();
        Assert.Equal("03000000000000000105000000000000000201" + "00000000000000", Convert.ToHexString(row));
        Assert.Equal((3, 5), (RocksHead.Decode(row).Generation, RocksHead.Decode(row)[LogTrack.Messages].First));
    }

    [Fact]
    public void RedisKeys_AreWhereTheyWere()
    {
        var keys = new RedisOwnerKeys(new RedisStoreOptions(), s_owner);
        Assert.Equal(
            "chat/log/{conversation/conv_0}/h chat/log/{conversation/conv_0}/k chat/log/{conversation/conv_0}/n chat/log/{conversation/conv_0}/r1",
            $"{keys.Head} {keys.Keys} {keys.KeyNames} {keys.Rows(LogTrack.Messages)}");
    }

    [Fact]
    public void AzureTablesKeys_AreWhereTheyWere()
    {
        Assert.Equal("conversation!2fconv_0", AzureTablesText.Escape(s_owner.Value));
        Assert.Equal("r010000000000000000258", AzureTablesText.Row(LogTrack.Messages, 258));
        Assert.Equal("kc5i62br35kog", AzureTablesText.Key("ada/c-1"));
        Assert.Equal("ada/c-1", AzureTablesText.FromKey(AzureTablesText.Key("ada/c-1")));
    }

    /// <summary>Letters and signs as they are, other bytes as backslash and number.</summary>
    private static string Text(ReadOnlySpan<byte> key)
    {
        var text = new StringBuilder();
        foreach (var one in key)
            text.Append(one is > 32 and < 127 ? ((char)one).ToString() : $"\\{one}");
        return text.ToString();
    }
}
