using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using ChatOrleans.Silo;
using ChatOrleans.WebFront.Tests.Api;
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
