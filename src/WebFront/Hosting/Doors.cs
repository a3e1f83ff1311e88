using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Hosting;

/// <summary>Who comes through which door: addresses as trusted proxies tell them, and pages of which origins.</summary>
internal static class Doors
{
    private const string Policy = "origins";

    public static WebApplicationBuilder AddDoors(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<WebOptions>().BindConfiguration(WebOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WebOptions>, WebOptionsValidator>();
        services.AddSingleton<AllowedOrigins>();
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<WebOptions>>(Trust);
        services.AddCors();
        services.AddOptions<Microsoft.AspNetCore.Cors.Infrastructure.CorsOptions>().Configure<AllowedOrigins>((cors, origins) => cors.AddPolicy(Policy, policy => policy
            .SetIsOriginAllowed(origins.IsListed)
            .WithMethods("GET", "POST", "PATCH", "DELETE")
            .WithHeaders("Authorization", "Content-Type", "X-Requested-With", "X-SignalR-User-Agent")
            .WithExposedHeaders("Link", "Location", "Retry-After", "X-Unread-Count")
            // SignalR's client asks for them by default; no cookie counts on these paths.
            .AllowCredentials()
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10))));
        return builder;
    }

    public static void UseDoors(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        // Not for the client's files: what answers differently to each origin is not found again in a browser's store without a network.
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/hubs"),
            branch => branch.UseCors(Policy));
    }

    private static void Trust(ForwardedHeadersOptions forwarded, IOptions<WebOptions> web)
    {
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var word in WebOptions.Words(web.Value.TrustedProxies))
        {
            if (IPAddress.TryParse(word, out var address))
            {
                forwarded.KnownProxies.Add(address);
            }
            else if (System.Net.IPNetwork.TryParse(word, out var network))
            {
                forwarded.KnownIPNetworks.Add(network);
            }
        }

        forwarded.ForwardLimit = web.Value.ProxyHops;
        // With nobody to trust the middleware would trust everybody.
        forwarded.ForwardedHeaders = forwarded.KnownProxies.Count + forwarded.KnownIPNetworks.Count == 0
            ? ForwardedHeaders.None
            : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
    }
}
