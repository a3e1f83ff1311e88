namespace ChatOrleans.Silo;

/// <summary>What somebody may have meant who wrote a word that is none.</summary>
public static class Spelling
{
    /// <summary>" Did you mean …?" with the known word that is nearest; nothing where none is near.</summary>
    public static string Hint(string word, IEnumerable<string> known, Func<string, string> written)
    {
        var nearest = known.MinBy(one => Distance(word, one));
        return nearest is not null && Distance(word, nearest) <= Math.Max(1, nearest.Length / 3) ? $" Did you mean {written(nearest)}?" : "";
    }

    /// <summary>How many letters one has to add, take away or change, whatever their case; what stands before a colon may be left out.</summary>
    private static int Distance(string word, string known)
    {
        var whole = Edits(word.ToUpperInvariant(), known.ToUpperInvariant());
        return known.LastIndexOf(':') is > 0 and var colon ? Math.Min(whole, Distance(word, known[(colon + 1)..]) + 1) : whole;
    }

    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var changed = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
