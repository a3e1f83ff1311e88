using System.Globalization;

namespace ChatOrleans.LoadTester;

/// <summary>The arguments of a verb that come before its options, by their place.</summary>
internal static class Positional
{
    /// <summary>The value at <paramref name="place"/> (from 0), or null when fewer were given or the options have begun.</summary>
    public static string? Text(string[] args, int place) => place < Count(args) ? args[place] : null;

    /// <summary>Throws <see cref="ArgumentException"/> with <paramref name="name"/> in it when what stands there is no whole number over zero.</summary>
    public static int Number(string[] args, int place, string name, int usual) =>
        Text(args, place) is not { } text ? usual
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw new ArgumentException($"{name} takes a whole number over zero, not '{text}'. See --help.");

    /// <summary>What follows the first <paramref name="most"/> places: the options. A value too many is left in it, to be refused.</summary>
    public static ReadOnlySpan<string> Rest(string[] args, int most) => args.AsSpan(Math.Min(most, Count(args)));

    private static int Count(string[] args) => args.TakeWhile(one => !one.StartsWith('-')).Count();
}
