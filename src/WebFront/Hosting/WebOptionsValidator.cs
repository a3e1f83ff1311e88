using System.Net;
using ChatOrleans.Silo.Storage;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Hosting;

/// <summary>Refuses what would open the server to every page, or to whoever claims to be a proxy. Names the key, the rule and the fix.</summary>
internal sealed class WebOptionsValidator(IHostEnvironment environment) : IValidateOptions<WebOptions>
{
    private static readonly AnnotatedOptions<WebOptions> _annotations = new();

    public ValidateOptionsResult Validate(string? name, WebOptions options)
    {
        var failures = Failures(options).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private IEnumerable<string> Failures(WebOptions options) => (_annotations.Validate(null, options).Failures ?? [])
        .Concat(Origins("AllowedOrigins", options.AllowedOrigins))
        .Concat(Origins("ConnectSources", options.ConnectSources))
        .Concat(Origins("FrameAncestors", options.FrameAncestors))
        .Concat(WebOptions.Words(options.TrustedProxies).Where(word => !IsAddress(word)).Select(word =>
            $"Web:TrustedProxies has '{word}', which is no address and no network. Write addresses such as 10.0.0.7, or networks such as 10.0.0.0/8."));

    private IEnumerable<string> Origins(string key, string text)
    {
        foreach (var word in WebOptions.Words(text))
        {
            if (word.Contains('*', StringComparison.Ordinal))
            {
                yield return $"Web:{key} has '{word}': a pattern would let in pages of strangers. Name each origin, such as https://app.example.com.";
            }
            else if (!AllowedOrigins.IsOrigin(word))
            {
                yield return $"Web:{key} has '{word}', which is no origin. An origin is a scheme and a host, with a port where it is not the usual one, "
                    + "and nothing after it: https://app.example.com.";
            }
            else if (word.StartsWith("http:", StringComparison.OrdinalIgnoreCase) && !environment.IsDevelopment())
            {
                yield return $"Web:{key} has '{word}': what comes over http can be changed on its way, so outside Development only https counts. "
                    + "Serve that page over https, or run with ASPNETCORE_ENVIRONMENT=Development.";
            }
        }
    }

    private static bool IsAddress(string word) => IPAddress.TryParse(word, out _) || IPNetwork.TryParse(word, out _);
}
