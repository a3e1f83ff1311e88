using System.Reflection;

namespace ChatOrleans.Silo;

/// <summary>The settings that there are: what has a section of ours is an option type, of which docs/configuration.md is made too.</summary>
public static class Settings
{
    /// <summary>The keys of each section, without it; whatever their case.</summary>
    public static ILookup<string, string> KeysBySection() => All().ToLookup(one => one.Section, one => one.Property.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>What holds the value of <paramref name="key"/>; null where it is none of ours.</summary>
    internal static PropertyInfo? Find(string key) =>
        All().FirstOrDefault(one => string.Equals($"{one.Section}:{one.Property.Name}", key, StringComparison.OrdinalIgnoreCase)).Property;

    /// <summary>
    /// A sentence for each that nothing reads, below a section of ours or below one that is spelled nearly so, with what may have been
    /// meant: most likely a slip, which leaves a default where somebody wanted another value. To be told, not refused: an older version
    /// may be given what only a newer one knows.
    /// </summary>
    internal static IEnumerable<string> Unknown(IConfiguration configuration)
    {
        var known = KeysBySection();
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

    private static IEnumerable<(string Section, PropertyInfo Property)> All() => AppDomain.CurrentDomain.GetAssemblies()
        .Where(assembly => assembly.GetName().Name is { } name && name.StartsWith("ChatOrleans.", StringComparison.Ordinal))
        .SelectMany(assembly => assembly.GetTypes())
        .Where(type => !type.IsAbstract)
        .Select(type => (Type: type, Section: type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string))
        .Where(one => one.Section is not null)
        .SelectMany(one => one.Type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true })
            .Select(property => (one.Section!, property)));
}
