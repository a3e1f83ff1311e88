namespace ChatOrleans.WebFront.Hosting;

/// <summary>Levels said in code, which no setting brings down: below them a category writes what must never be logged.</summary>
internal static class FixedLogLevels
{
    /// <summary>A rule for one provider goes before any for all of them, whatever they are about: so each that has some gets this one as well.</summary>
    public static void AlwaysFrom(this ILoggingBuilder logging, string category, LogLevel level) => logging.Services.PostConfigure<LoggerFilterOptions>(filters =>
    {
        foreach (var provider in filters.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList())
        {
            filters.Rules.Add(new LoggerFilterRule(provider, category, level, filter: null));
        }
    });
}
