using Microsoft.AspNetCore.StaticFiles;

namespace ChatOrleans.WebFront.Hosting;

/// <summary>The browser client, as the build left it in wwwroot.</summary>
internal static class ClientFiles
{
    /// <summary>Addresses that a program asks for: there a missing thing is an error, and never the client's page.</summary>
    private const string PageAddress = @"{*path:nonfile:regex(^(?!(api|ws|hubs|health|openapi|metrics)(/|$)).*$)}";

    public static void UseClientFiles(this WebApplication app) => app.UseStaticFiles(Options());

    /// <summary>Any other address is one of the client's own pages.</summary>
    public static void MapClientPages(this WebApplication app)
    {
        // A constraint on a catch-all never holds for the empty path, so the start page is named.
        app.MapFallbackToFile("/", "index.html", Options()).AllowAnonymous();
        app.MapFallbackToFile(PageAddress, "index.html", Options()).AllowAnonymous();
    }

    private static StaticFileOptions Options() => new() { OnPrepareResponse = SetCaching };

    /// <summary>What has a hash in its name never changes; everything else is asked about each time.</summary>
    private static void SetCaching(StaticFileResponseContext context) => context.Context.Response.Headers.CacheControl =
        context.Context.Request.Path.StartsWithSegments("/assets") ? "public, max-age=31536000, immutable" : "no-cache";
}
