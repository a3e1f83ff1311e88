using System.Globalization;
using ChatOrleans.Errors;

namespace ChatOrleans.WebFront.Api;

/// <summary>The numbers of a query. Text, not numbers, is bound, so that each refusal names the parameter and its rule.</summary>
internal static class Paging
{
    public const int DefaultLimit = 50;
    public const int MostLimit = 200;

    /// <summary>How many to answer with: 50 where nothing is said; more than 200 is taken as 200. Throws ChatException: InvalidRequest.</summary>
    public static int Limit(string? text) => LimitOrNone(text) is > 0 and var limit
        ? limit
        : throw ChatException.Invalid($"limit must be a whole number from 1 on; more than {MostLimit} is taken as {MostLimit}.");

    /// <summary>Likewise, but 0 for what is no limit.</summary>
    public static int LimitOrNone(string? text) => string.IsNullOrEmpty(text) ? DefaultLimit
        : !text.All(char.IsAsciiDigit) ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? Math.Min(limit, MostLimit) : MostLimit;

    /// <summary>A place, exclusive, in something that counts from 1; null where nothing is said. Throws ChatException: InvalidRequest.</summary>
    public static long? Position(string? text, string parameter) => string.IsNullOrEmpty(text) ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position
        : throw ChatException.Invalid($"{parameter} must be a whole number from 0 on, as found in an earlier answer.");
}
