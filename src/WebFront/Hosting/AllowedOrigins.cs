using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Hosting;

/// <summary>Which pages may call and connect: the server's own, and those that are listed. Programs send no Origin, and none is asked of them.</summary>
internal sealed class AllowedOrigins(IOptions<WebOptions> options, IHostEnvironment environment)
{
    private readonly HashSet<string> _listed = new(WebOptions.Words(options.Value.AllowedOrigins), StringComparer.OrdinalIgnoreCase);

    public bool Allows(HttpContext context)
    {
        var origins = context.Request.Headers.Origin;
        return origins.Count == 0 || (origins is [{ Length: > 0 } origin] && (IsListed(origin) || IsOwn(origin, context.Request)));
    }

    /// <summary>For answers that a page of another origin may read.</summary>
    public bool IsListed(string origin) => _listed.Contains(origin)
        || (environment.IsDevelopment() && Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.IsLoopback);

    public static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https" && string.Equals(uri.GetLeftPart(UriPartial.Authority), text, StringComparison.OrdinalIgnoreCase);

    /// <summary>The scheme is not looked at: behind a proxy that ends TLS, only the browser knows it.</summary>
    private static bool IsOwn(string origin, HttpRequest request) => Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && string.Equals(uri.Host, request.Host.Host, StringComparison.OrdinalIgnoreCase)
        && (request.Host.Port is { } port ? uri.Port == port : uri.IsDefaultPort);
}
