using System.Text;

namespace ChatOrleans.WebFront.Frames;

/// <summary>
/// A name or a fixed value of the contract, encoded once for both encodings. Words are plain ASCII without anything to escape.
/// </summary>
public sealed class Word
{
    private readonly byte[] _json;
    private readonly byte[] _messagePack;

    public Word(string text)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, 31);
        Text = text;
        _json = Encoding.ASCII.GetBytes($"\"{text}\"");
        _messagePack = [(byte)(0xa0 | text.Length), .. Encoding.ASCII.GetBytes(text)];
    }

    public string Text { get; }

    /// <summary>With its quotes.</summary>
    public ReadOnlySpan<byte> Json => _json;

    /// <summary>A fixstr with its header.</summary>
    public ReadOnlySpan<byte> MessagePack => _messagePack;

    public static implicit operator Word(string text) => new(text);

    public override string ToString() => Text;
}
