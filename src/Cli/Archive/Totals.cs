using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Cli.Archive;

/// <summary>
/// How much there is, and a digest of it: the sum of a hash of every row, key, state and log, so it does not hang on their order. Two
/// stores with the same digest hold the same.
/// </summary>
internal readonly record struct Totals(long Logs, long Rows, long Keys, long States, UInt128 Digest)
{
    public string DigestText => Digest.ToString("x32", CultureInfo.InvariantCulture);

    public Totals Add(Totals other) => new(
        Logs + other.Logs, Rows + other.Rows, Keys + other.Keys, States + other.States, unchecked(Digest + other.Digest));

    /// <summary>What one line adds; a row and a key belong to an owner.</summary>
    public static Totals Of(ArchiveItem item, LogOwner owner) => item switch
    {
        LogBegin log => new(1, 0, 0, 0, Hash($"log {log.Owner} {log.Generation} {string.Join(' ', log.Tracks.OrderBy(bounds => bounds.Track).Select(Text))}", default)),
        Row row => new(0, 1, 0, 0, Hash(string.Create(CultureInfo.InvariantCulture, $"row {owner} {(int)row.Track} {row.At}"), row.Bytes.Span)),
        Key key => new(0, 0, 1, 0, Hash($"key {owner} {key.Name}", key.Bytes.Span)),
        State state => new(0, 0, 0, 1, Hash($"state {state.Grain} {state.Name}", state.Bytes.Span)),
        _ => default,
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Logs:N0} logs, {Rows:N0} rows, {Keys:N0} keys, {States:N0} states");

    private static string Text(TrackBounds bounds) => string.Create(CultureInfo.InvariantCulture, $"{(int)bounds.Track}:{bounds.First}-{bounds.Last}");

    private static UInt128 Hash(string what, ReadOnlySpan<byte> bytes)
    {
        // The name's own length goes in front, so that no name and bytes can pass for another name and other bytes.
        var length = Encoding.UTF8.GetByteCount(what);
        var buffer = new byte[sizeof(int) + length + bytes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(buffer, length);
        Encoding.UTF8.GetBytes(what, buffer.AsSpan(sizeof(int)));
        bytes.CopyTo(buffer.AsSpan(sizeof(int) + length));
        return BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(buffer));
    }
}
