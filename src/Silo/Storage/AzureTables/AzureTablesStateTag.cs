using System.Globalization;
using Azure;

namespace ChatOrleans.Silo.Storage.AzureTables;

/// <summary>The etag of a state: the service's own of its row, and how many more rows it goes on in, which the next write may have to delete.</summary>
internal readonly record struct AzureTablesStateTag(ETag ETag, int More)
{
    /// <summary>Of nothing where the text is null.</summary>
    public static AzureTablesStateTag Parse(string? text)
    {
        if (text is null)
            return default;
        var quote = text.LastIndexOf('"');
        return quote == text.Length - 1
            ? new(new ETag(text), 0)
            : new(new ETag(text[..(quote + 1)]), int.Parse(text.AsSpan(quote + 2), CultureInfo.InvariantCulture));
    }

    public override string ToString() => More == 0 ? ETag.ToString() : string.Create(CultureInfo.InvariantCulture, $"{ETag}+{More}");
}
