using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using ChatOrleans.Silo;
using ChatOrleans.Silo.Profiles;
using ChatOrleans.WebFront.Tests.Api;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Tests.Hosting;

/// <summary>docs/configuration.md is what the option types say, and what they refuse says key, rule and fix.</summary>
[Collection(ServerCollection.Name)]
public sealed class ConfigurationPageTests(ChatServer server)
{
    [Fact]
    public void Page_IsWhatTheOptionTypesSay()
    {
        var page = File.ReadAllText(ConfigurationPage.Path());
        var (begin, end) = (page.IndexOf(ConfigurationPage.Begin, StringComparison.Ordinal), page.IndexOf(ConfigurationPage.End, StringComparison.Ordinal));
        Assert.True(begin >= 0 && end > begin, "docs/configuration.md has lost the two marks between which its tables are.");
        var tables = ConfigurationPage.Tables();
        if (Environment.GetEnvironmentVariable("CHAT_WRITE_CONFIGURATION") == "1")
        {
            page = $"{page[..begin]}{tables}{page[(end + ConfigurationPage.End.Length)..]}";
            File.WriteAllText(ConfigurationPage.Path(), page);
        }

        Assert.True(
            page.Contains(tables, StringComparison.Ordinal),
            "docs/configuration.md is not what the option types say. CHAT_WRITE_CONFIGURATION=1 dotnet test tests/WebFront.Tests --filter ConfigurationPage");
    }

    /// <summary>Whatever the host configures of ours has a section, and so is on the page; also what is validated by its annotations alone.</summary>
    [Fact]
    public void EveryOptionType_HasASection()
    {
        var ours = ConfigurationPage.Assemblies().SelectMany(assembly => assembly.GetTypes()).Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false });
        foreach (var type in ours)
        {
            var isConfigured = server.Services.GetServices(typeof(IConfigureOptions<>).MakeGenericType(type)).Any()
                || server.Services.GetServices(typeof(IValidateOptions<>).MakeGenericType(type)).Any();
            Assert.True(!isConfigured || ConfigurationPage.OptionTypes.Contains(type), $"{type} is configured and has no public const string Section.");
        }
    }

    [Fact]
    public void AWrongValue_IsRefused_WithItsKeyTheRuleAndTheFix()
    {
        var refused = 0;
        foreach (var type in ConfigurationPage.OptionTypes)
        {
            var validators = server.Services.GetServices(typeof(IValidateOptions<>).MakeGenericType(type)).ToList();
            foreach (var property in ConfigurationPage.Properties(type).Where(property => validators.Count > 0 && property.GetCustomAttribute<RangeAttribute>() is not null))
            {
                var options = Activator.CreateInstance(type)!;
                property.SetValue(options, Beyond(property));
                var failures = validators.SelectMany(validator => Failures(validator!, type, options)).Select(failure => StartFailure.Worded(type, failure)).ToList();
                var key = $"{ConfigurationPage.SectionOf(type)}:{property.Name}";
                var told = failures.Find(failure => failure.StartsWith(key, StringComparison.Ordinal));
                Assert.True(told is not null, $"{key} was taken beyond its range, or refused without its key: {string.Join(" / ", failures)}");
                Assert.Matches("must|between", told);
                Assert.Matches("Set|leave it out", told);
                refused++;
            }
        }

        Assert.True(refused > 20, $"Only {refused} ranges were tried.");
    }

    [Fact]
    public void AnUnreadableValue_IsRefused_WithItsKeyTheValueTheRuleAndTheFix()
    {
        var refused = 0;
        foreach (var type in ConfigurationPage.OptionTypes)
        {
            foreach (var property in ConfigurationPage.Properties(type).Where(property => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType).IsValueType))
            {
                var key = $"{ConfigurationPage.SectionOf(type)}:{property.Name}";
                var told = Refusal(key, "lots", type);
                Assert.StartsWith($"{key} is 'lots'. It must be ", told, StringComparison.Ordinal);
                Assert.EndsWith("Set it so, or leave it out for its default.", told, StringComparison.Ordinal);
                Assert.DoesNotMatch("System|Int32|convert", told);
                Assert.True(property.GetCustomAttribute<RangeAttribute>() is not { } range || told.Contains($"{range.Minimum} to {range.Maximum}", StringComparison.Ordinal), told);
                refused++;
            }
        }

        Assert.True(refused > 30, $"Only {refused} settings were tried.");
    }

    [Theory]
    [InlineData("Whole", "99999999999", "Some:Whole is '99999999999'. It must be a whole number.")]
    [InlineData("Whole", "", "Some:Whole is ''. It must be a whole number.")]
    [InlineData("Part", "half", "Some:Part is 'half'. It must be a number such as 0.5.")]
    [InlineData("Flag", "yes", "Some:Flag is 'yes'. It must be true or false.")]
    [InlineData("Time", "a 'while'", "Some:Time is 'a 'while''. It must be a duration such as 00:00:30, in hours:minutes:seconds.")]
    [InlineData("Kind", "Tape", "Some:Kind is 'Tape'. It must be one of Embedded, Memory, Redis, AzureStorage.")]
    [InlineData("Site", "http://[", "Some:Site is 'http://[', which cannot be read.")]
    [InlineData("Whole", "a-signing-key-of-more-than-thirty-two-bytes", "Some:Whole has a value of 43 characters. It must be a whole number.")]
    public void AnUnreadableValue_IsToldByItsKind(string name, string value, string told) =>
        Assert.StartsWith(told, Refusal($"Some:{name}", value, typeof(OfEveryKind)), StringComparison.Ordinal);

    private static string Refusal(string key, string value, Type type)
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>(key, value)]).Build().GetSection(key.Split(':')[0]);
        return StartFailure.Of(Assert.Throws<InvalidOperationException>(() => section.Get(type))) ?? "It is not told.";
    }

    private sealed class OfEveryKind
    {
        public int Whole { get; set; }

        public double Part { get; set; }

        public bool Flag { get; set; }

        public TimeSpan Time { get; set; }

        public ChatProfile? Kind { get; set; }

        public Uri? Site { get; set; }
    }

    private static object Beyond(PropertyInfo property)
    {
        var most = property.GetCustomAttribute<RangeAttribute>()!.Maximum;
        return property.PropertyType == typeof(TimeSpan)
            ? TimeSpan.Parse($"{most}", CultureInfo.InvariantCulture) + TimeSpan.FromSeconds(1)
            : Convert.ChangeType(Convert.ToDouble(most, CultureInfo.InvariantCulture) + 1, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, CultureInfo.InvariantCulture);
    }

    private static IEnumerable<string> Failures(object validator, Type type, object options)
    {
        var result = (ValidateOptionsResult)typeof(IValidateOptions<>).MakeGenericType(type).GetMethod("Validate")!.Invoke(validator, [null, options])!;
        return result.Failures ?? [];
    }
}
