using Microsoft.AspNetCore.StaticFiles;

namespace ChatOrleans.WebFront.Hosting;

/// <summary>The browser client, as the build left it in wwwroot. Any address that is nothing else is one of the client's own pages.</summary>
internal static class ClientFiles
{
    /// <summary>What a program asks for: there a missing thing is an error, and never the client's page.</summary>
    private static readonly PathString[] ForPrograms = ["/api", "/ws", "/hubs", "/health", "/openapi", "/metrics", "/operator"];

    public static void UseClientFiles(this WebApplication app)
    {
        // Not a fallback route: beside one, a wrong method on a known address would be told as an unknown address.
        app.Use((context, next) =>
        {
            if (IsPage(context))
            {
                context.Request.Path = "/index.html";
            }

            return next(context);
        });
        app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = SetCaching });
    }

    private static bool IsPage(HttpContext context) => context.GetEndpoint() is null
        && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && !Path.HasExtension(context.Request.Path.Value)
        && !ForPrograms.Any(prefix => context.Request.Path.StartsWithSegments(prefix));

    /// <summary>What has a hash in its name never changes; everything else is asked about each time.</summary>
    private static void SetCaching(StaticFileResponseContext context) => context.Context.Response.Headers.CacheControl =
        context.Context.Request.Path.StartsWithSegments("/assets") ? "public, max-age=31536000, immutable" : "no-cache";
}
