namespace ChatOrleans.LoadTester.Drivers;

/// <summary>Writes bytes piece by piece.</summary>
internal ref struct Pieces(Span<byte> to)
{
    private readonly Span<byte> _to = to;

    public int Length { get; private set; }

    public void Add(scoped ReadOnlySpan<byte> piece)
    {
        piece.CopyTo(_to[Length..]);
        Length += piece.Length;
    }

    public void Add(byte piece) => _to[Length++] = piece;
}
