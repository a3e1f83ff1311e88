using System.Globalization;
using ChatOrleans.Errors;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Realtime;

/// <summary>What a connecting device asks for in the query.</summary>
/// <param name="After">Null: from now on.</param>
/// <param name="Batch">Raw socket: several events may come in one frame.</param>
internal sealed record ConnectionQuery(FeedPosition? After, FrameFormat Format, bool Batch)
{
    /// <exception cref="ChatException">InvalidRequest, naming what is wrong.</exception>
    public static ConnectionQuery Of(IQueryCollection query) => new(
        AfterOf(query),
        One(query, "format") switch
        {
            null or "both" => FrameFormat.Both,
            "flat" => FrameFormat.Flat,
            "nested" => FrameFormat.Nested,
            _ => throw ChatException.Invalid("format is one of both, flat and nested."),
        },
        One(query, "batch") switch
        {
            null or "0" => false,
            "1" => true,
            _ => throw ChatException.Invalid("batch is 0 or 1."),
        });

    /// <summary>An epoch without a cursor says nothing and is not looked at.</summary>
    private static FeedPosition? AfterOf(IQueryCollection query)
    {
        if (One(query, "cursor") is not { } text)
        {
            return null;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var cursor))
        {
            throw ChatException.Invalid("cursor is a whole number, 0 or more.");
        }

        return new FeedPosition(One(query, "epoch"), cursor);
    }

    private static string? One(IQueryCollection query, string key)
    {
        var values = query[key];
        return values.Count switch
        {
            0 => null,
            1 => string.IsNullOrEmpty(values[0]) ? null : values[0],
            _ => throw ChatException.Invalid($"{key} is in the query more than once."),
        };
    }
}
