using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using ChatOrleans.Grains;
using ChatOrleans.Silo;

namespace ChatOrleans.WebFront.Tests.Hosting;

/// <summary>The tables of docs/configuration.md, made from the option types: keys, defaults and ranges from the types, reasons from their comments.</summary>
internal static partial class ConfigurationPage
{
    public const string Begin = "<!-- Made from the option types: CHAT_WRITE_CONFIGURATION=1 dotnet test tests/WebFront.Tests --filter ConfigurationPage -->";
    public const string End = "<!-- Up to here. -->";

    /// <summary>Every class of the product that has a section, by section, then by name.</summary>
    public static IReadOnlyList<Type> OptionTypes { get; } =
    [
        .. Assemblies().SelectMany(assembly => assembly.GetTypes()).Where(type => SectionOf(type) is not null)
            .OrderBy(type => SectionOf(type), StringComparer.Ordinal).ThenBy(type => type.Name != SectionOf(type) + "Options").ThenBy(type => type.Name, StringComparer.Ordinal),
    ];

    public static IEnumerable<Assembly> Assemblies() => [typeof(ChatLimits).Assembly, typeof(ChatSilo).Assembly, typeof(Program).Assembly];

    public static string? SectionOf(Type type) =>
        type.IsAbstract ? null : type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string;

    public static IEnumerable<PropertyInfo> Properties(Type options) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is { IsPublic: true });

    public static string Path([CallerFilePath] string here = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "../../../docs/configuration.md"));

    public static string Tables()
    {
        var page = new StringBuilder().Append(Begin).Append('\n');
        var section = "";
        foreach (var type in OptionTypes)
        {
            var comments = Comments(type);
            if (section != SectionOf(type))
            {
                section = SectionOf(type)!;
                page.Append(CultureInfo.InvariantCulture, $"\n## {section}\n");
            }
            else
            {
                page.Append('\n');
            }

            page.Append(CultureInfo.InvariantCulture, $"{comments(type.Name)}\n\n| key | default | unit | allowed | meaning |\n|---|---|---|---|---|\n");
            var defaults = Activator.CreateInstance(type)!;
            foreach (var property in Properties(type))
            {
                page.Append(CultureInfo.InvariantCulture,
                    $"| `{section}:{property.Name}` | {Default(property.GetValue(defaults))} | {Unit(property)} | {Allowed(property)} | {comments(property.Name)} |\n");
            }
        }

        return page.Append('\n').Append(End).ToString();
    }

    private static string Default(object? value) => value switch
    {
        null or "" => "none",
        bool flag => flag ? "`true`" : "`false`",
        TimeSpan time => $"`{time:c}`",
        System.Collections.IEnumerable list and not string => list.Cast<object>().Any() ? $"`{string.Join(", ", list.Cast<object>())}`" : "none",
        _ => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
    };

    private static string Unit(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type == typeof(TimeSpan) ? "h:m:s"
            : type == typeof(bool) ? "true or false"
            : !type.IsPrimitive ? "text"
            : property.Name switch
            {
                var name when name.EndsWith("Megabytes", StringComparison.Ordinal) => "MiB",
                var name when name.EndsWith("Milliseconds", StringComparison.Ordinal) => "ms",
                var name when name.EndsWith("Seconds", StringComparison.Ordinal) => "s",
                var name when name.EndsWith("Bytes", StringComparison.Ordinal) => "bytes",
                var name when name.EndsWith("Port", StringComparison.Ordinal) => "port",
                _ => "number",
            };
    }

    private static string Allowed(PropertyInfo property) => property.GetCustomAttribute<RangeAttribute>() is { } range
        ? $"{Bound(range.Minimum)} to {Bound(range.Maximum)}"
        : property.GetCustomAttribute<RequiredAttribute>() is not null ? "required"
        : "";

    private static string Bound(object bound) =>
        bound is IFormattable number and not TimeSpan ? number.ToString("#,0.###", CultureInfo.InvariantCulture) : bound.ToString()!;

    /// <summary>The summaries of one source file by the name that they stand above, as the page writes them.</summary>
    private static Func<string, string> Comments(Type type)
    {
        var source = Directory.EnumerateFiles(System.IO.Path.GetFullPath(System.IO.Path.Combine(Path(), "../../src")), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{System.IO.Path.DirectorySeparatorChar}obj{System.IO.Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText)
            .Single(text => Regex.IsMatch(text, $@"\b(class|record) {type.Name}\b(?! *:? *IValidate)"));
        var found = Summary().Matches(source).GroupBy(match => match.Groups["name"].Value).ToDictionary(group => group.Key, group => Plain(group.First().Groups["text"].Value));
        return name => found.TryGetValue(name, out var text) ? text : throw new InvalidOperationException($"{type.Name}.{name} has no summary to take its reason from.");
    }

    private static string Plain(string comment)
    {
        var text = Regex.Replace(comment, @"\s*///\s?", " ");
        text = Regex.Replace(text, "<c>(.*?)</c>", "`$1`");
        text = Regex.Replace(text, "<(see|paramref) (cref|name|langword)=\"(?:[\\w.]+\\.)?(\\w+)(?:\\(.*?\\))?\" ?/>", "`$3`");
        text = Regex.Replace(text, "</?(summary|para|em|remarks)>", "");
        return WebUtility.HtmlDecode(Regex.Replace(text, @"\s+", " ").Trim()).Replace("|", "\\|", StringComparison.Ordinal);
    }

    [GeneratedRegex("""(?<text>(?:^[ \t]*///[^\n]*\n)+)(?:^[ \t]*\[[^\n]*\]\n)*^[ \t]*(?:\[[^\n]*?\] )?public (?:sealed |partial |required )*(?:class |record |[\w<>?\[\].]+ )(?<name>\w+)""", RegexOptions.Multiline)]
    private static partial Regex Summary();
}
