using ChatOrleans.WebFront.Auth;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Hosting;

/// <summary>What every answer tells a browser not to do with it. A header that something before us has set stays.</summary>
internal static class SecurityHeaders
{
    /// <summary>For answers that are no page: nothing in them is ever to be run or shown.</summary>
    private const string NoPage = "default-src 'none'; frame-ancestors 'none'";

    private const string Features = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

    public static void UseSecurityHeaders(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<WebOptions>>();
        var auth = app.Services.GetRequiredService<IOptions<AuthOptions>>();
        var page = new Lazy<string>(() => Page(options.Value, auth.Value));
        var framed = new Lazy<bool>(() => WebOptions.Words(options.Value.FrameAncestors).Length > 0);
        app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                var headers = context.Response.Headers;
                Set("Content-Security-Policy", IsForPrograms(headers.ContentType.ToString()) ? NoPage : page.Value);
                Set("X-Content-Type-Options", "nosniff");
                Set("Referrer-Policy", "no-referrer");
                Set("Permissions-Policy", Features);
                Set("Cross-Origin-Opener-Policy", "same-origin");
                if (!framed.Value)
                {
                    Set("X-Frame-Options", "DENY");
                }

                if (context.Request.IsHttps)
                {
                    Set("Strict-Transport-Security", "max-age=31536000");
                }

                return Task.CompletedTask;

                void Set(string name, string value) => headers.TryAdd(name, value);
            });
            return next(context);
        });
    }

    /// <summary>Not so a script: a service worker lives by the policy that its own file came with.</summary>
    private static bool IsForPrograms(string contentType) => contentType.Contains("json", StringComparison.OrdinalIgnoreCase)
        || contentType.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase);

    /// <summary>Scripts, styles and connections of our own alone, none of them inline; small pictures lie in the styles as data.</summary>
    private static string Page(WebOptions web, AuthOptions auth)
    {
        var connect = WebOptions.Words(web.ConnectSources).AsEnumerable();
        if (Uri.TryCreate(auth.Authority, UriKind.Absolute, out var authority))
        {
            connect = connect.Append(authority.GetLeftPart(UriPartial.Authority));
        }

        var ancestors = WebOptions.Words(web.FrameAncestors);
        return "default-src 'self'; "
            + $"connect-src {string.Join(' ', connect.Prepend("'self'").Distinct())}; "
            + "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; "
            + $"frame-ancestors {(ancestors.Length == 0 ? "'none'" : string.Join(' ', ancestors))}";
    }
}
