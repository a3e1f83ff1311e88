using System.Reflection;

namespace ChatOrleans.Silo;

/// <summary>
/// Settings that nothing reads, below a section of ours or below one that is spelled nearly so: most likely a slip, which leaves a default
/// where somebody wanted another value. Told, not refused: an older version may be given what only a newer one knows.
/// </summary>
internal static class UnknownSettings
{
    /// <summary>A sentence for each, with what may have been meant.</summary>
    public static IEnumerable<string> Find(IConfiguration configuration)
    {
        var known = Known();
        foreach (var section in configuration.GetChildren())
        {
            if (known.Contains(section.Key))
            {
                var keys = known[section.Key].ToList();
                foreach (var unknown in section.GetChildren().Where(child => !keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
                {
                    yield return $"There is no setting {unknown.Path}.{Spelling.Hint(unknown.Key, keys, key => $"{section.Key}:{key}")}";
                }
            }
            else if (section.Value is null && Spelling.Hint(section.Key, known.Select(one => one.Key), key => key) is { Length: > 0 } hint)
            {
                yield return $"There is no section {section.Key}.{hint}";
            }
        }
    }

    /// <summary>Keys by section: what has a section of ours is an option type, of which configuration.md is made too.</summary>
    private static ILookup<string, string> Known() => AppDomain.CurrentDomain.GetAssemblies()
        .Where(assembly => assembly.GetName().Name is { } name && name.StartsWith("ChatOrleans.", StringComparison.Ordinal))
        .SelectMany(assembly => assembly.GetTypes())
        .Where(type => !type.IsAbstract)
        .Select(type => (Type: type, Section: type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string))
        .Where(one => one.Section is not null)
        .SelectMany(one => one.Type.GetProperties().Select(property => (one.Section, property.Name)))
        .ToLookup(one => one.Section!, one => one.Name, StringComparer.OrdinalIgnoreCase);
}
