using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace ChatOrleans.Silo;

/// <summary>A value that its setting cannot be made of, told by what the setting takes. (.NET tells the name of a type.)</summary>
internal static partial class UnreadableSetting
{
    /// <summary>Nothing that such a setting takes is longer; every signing key is.</summary>
    private const int LongestShown = 24;

    /// <summary>Null where the exception is of something else.</summary>
    public static string? Of(InvalidOperationException e)
    {
        var told = Conversion().Match(e.Message);
        return told.Success ? Worded(told.Groups["key"].Value, told.Groups["value"].Value, told.Groups["type"].Value) : null;
    }

    private static string Worded(string key, string value, string type)
    {
        // What is long was meant for another key, perhaps a secret one.
        var found = value.Length <= LongestShown ? $"is '{value}'" : $"has a value of {value.Length} characters";
        return Kind(type) is { } kind
            ? $"{key} {found}. It must be {kind}{Range(key)}. Set it so, or leave it out for its default."
            : $"{key} {found}, which cannot be read. Write it as docs/configuration.md shows, or leave it out for its default.";
    }

    private static string? Kind(string type) => type switch
    {
        "System.Int32" or "System.Int64" or "System.Int16" or "System.UInt16" or "System.Byte" => "a whole number",
        "System.Double" or "System.Single" or "System.Decimal" => "a number such as 0.5",
        "System.Boolean" => "true or false",
        "System.TimeSpan" => "a duration such as 00:00:30, in hours:minutes:seconds",
        _ => AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetType(type)).FirstOrDefault(found => found is { IsEnum: true }) is { } list
            ? $"one of {string.Join(", ", Enum.GetNames(list))}"
            : null,
    };

    private static string? Range(string key) => Settings.Find(key)?.GetCustomAttribute<RangeAttribute>() is { } range
        ? string.Create(CultureInfo.InvariantCulture, $", {range.Minimum} to {range.Maximum}")
        : null;

    [GeneratedRegex(@"^Failed to convert configuration value '(?<value>.*)' at '(?<key>[^']+)' to type '(?<type>[^']+)'\.$", RegexOptions.Singleline)]
    private static partial Regex Conversion();
}
