using System.Globalization;
using Azure.Data.Tables;

namespace ChatOrleans.Silo.Storage.AzureTables;

/// <summary>Bytes in an entity: a property holds 64 KiB, so longer values go on in the next one (<c>Data</c>, <c>Data1</c>, ...).</summary>
internal static class AzureTablesBytes
{
    public const int Chunk = 64 * 1024;

    /// <summary>An entity holds 1 MiB with all its names; Azurite counts it as sent, in base 64.</summary>
    public const int MaxLength = 11 * Chunk;

    /// <summary>A transaction takes 4 MiB; sent in base 64, this stays below it.</summary>
    public const int MaxTransaction = 2_800_000;

    public static bool HasBytes(this TableEntity entity, string name = "Data") => entity.ContainsKey(name);

    public static TableEntity With(this TableEntity entity, ReadOnlyMemory<byte> bytes, string name = "Data")
    {
        if (bytes.Length > MaxLength)
            throw new ArgumentException($"Azure Tables holds {MaxLength} bytes in one row, not {bytes.Length}.");
        var at = 0;
        for (var i = 0; i == 0 || at < bytes.Length; i++, at += Chunk)
            entity[Name(name, i)] = bytes.Slice(at, Math.Min(Chunk, bytes.Length - at)).ToArray();
        return entity;
    }

    public static byte[] Bytes(this TableEntity entity, string name = "Data")
    {
        if (!entity.ContainsKey(Name(name, 1)))
            return entity.GetBinary(name);
        var parts = new List<byte[]>();
        for (var i = 0; entity.TryGetValue(Name(name, i), out var part); i++)
            parts.Add((byte[])part);
        var whole = new byte[parts.Sum(part => part.Length)];
        var at = 0;
        foreach (var part in parts)
        {
            part.CopyTo(whole, at);
            at += part.Length;
        }

        return whole;
    }

    private static string Name(string name, int part) => part == 0 ? name : name + part.ToString(CultureInfo.InvariantCulture);
}
