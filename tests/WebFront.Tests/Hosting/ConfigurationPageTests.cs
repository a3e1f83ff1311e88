using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ChatOrleans.Grains;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Silo.Observability;
using ChatOrleans.Silo.Profiles;
using ChatOrleans.Silo.Storage;
using ChatOrleans.Silo.Storage.AzureTables;
using ChatOrleans.Silo.Storage.Redis;
using ChatOrleans.Silo.Streams;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Hosting;
using ChatOrleans.WebFront.Realtime;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Tests.Hosting;

/// <summary>docs/configuration.md lists every key, with the default that it really has, and no key that is gone.</summary>
public sealed partial class ConfigurationPageTests
{
    private static readonly (string Section, Type Options)[] Sections =
    [
        (AuthOptions.Section, typeof(AuthOptions)),
        (WebOptions.Section, typeof(WebOptions)),
        (ClusterOptions.Section, typeof(ClusterOptions)),
        (StorageOptions.Section, typeof(StorageOptions)),
        (StorageOptions.Section, typeof(RedisStoreOptions)),
        (StorageOptions.Section, typeof(AzureTablesOptions)),
        (RealtimeOptions.Section, typeof(RealtimeOptions)),
        (ChatLimits.Section, typeof(ChatLimits)),
        (GrainTiming.Section, typeof(GrainTiming)),
        ("Streams", typeof(ChatStreamOptions)),
        (ObservabilityOptions.Section, typeof(ObservabilityOptions)),
    ];

    [Fact]
    public void Page_ListsEveryKeyWithItsDefault()
    {
        var listed = Row().Matches(Page()).ToDictionary(row => row.Groups["key"].Value, row => row.Groups["default"].Value);
        foreach (var (section, options) in Sections)
        {
            var defaults = Activator.CreateInstance(options)!;
            foreach (var property in Properties(options))
            {
                var key = $"{section}:{property.Name}";
                Assert.True(listed.TryGetValue(key, out var told), $"{key} is not on the page.");
                var value = Convert.ToString(property.GetValue(defaults), CultureInfo.InvariantCulture);
                Assert.True(
                    string.IsNullOrEmpty(value) ? told.StartsWith("none", StringComparison.Ordinal) : string.Equals(told, $"`{value}`", StringComparison.OrdinalIgnoreCase),
                    $"{key} has the default {value}; the page says {told}.");
            }
        }
    }

    [Fact]
    public void Page_ListsNoKeyThatIsGone()
    {
        var known = Sections.SelectMany(section => Properties(section.Options).Select(property => $"{section.Section}:{property.Name}")).ToHashSet();
        var sections = Sections.Select(section => section.Section).ToHashSet();
        var listed = Row().Matches(Page()).Select(row => row.Groups["key"].Value).Where(key => sections.Contains(key.Split(':')[0]));
        Assert.All(listed, key => Assert.Contains(key, known));
    }

    [Fact]
    public void EveryOptionType_IsOneOfThese()
    {
        var validated = new[] { typeof(Program), typeof(ClusterOptions), typeof(ChatLimits) }.SelectMany(type => type.Assembly.GetTypes())
            .SelectMany(type => type.GetInterfaces())
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IValidateOptions<>))
            .Select(type => type.GetGenericArguments()[0])
            .Where(type => !type.IsGenericParameter);
        Assert.All(validated, type => Assert.Contains(type, Sections.Select(section => section.Options)));
    }

    private static IEnumerable<PropertyInfo> Properties(Type options) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    private static string Page([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/configuration.md"));

    [GeneratedRegex(@"^\| `(?<key>[A-Za-z:]+)` \| (?<default>[^|]+?) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
