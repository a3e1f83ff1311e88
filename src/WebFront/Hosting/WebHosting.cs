using ChatOrleans.Silo;
using ChatOrleans.WebFront.Api;

namespace ChatOrleans.WebFront.Hosting;

/// <summary>The web server itself: where it listens, what it refuses to read, what it must not log.</summary>
internal static class WebHosting
{
    private const string DefaultUrl = "http://localhost:8000";

    /// <summary>Settings and the client's files lie beside the program, from wherever it is started; data is relative to where that is.</summary>
    public static WebApplicationOptions Options(string[] args) => new()
    {
        Args = ChatProcess.Quiet(args),
        ContentRootPath = AppContext.BaseDirectory,
    };

    public static WebApplicationBuilder AddWebServer(this WebApplicationBuilder builder)
    {
        builder.UseDefaultAddress(DefaultUrl);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            var limits = kestrel.Limits;
            limits.MaxRequestBodySize = BodySize.Usual;
            // A whole request's head within ten seconds, and then at least 240 bytes a second (Kestrel's own rule): who dribbles is cut off.
            limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            limits.MaxRequestHeadersTotalSize = 16 * 1024;
            limits.MaxRequestHeaderCount = 64;
            limits.MaxRequestLineSize = 8 * 1024;
            limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
            limits.Http2.MaxStreamsPerConnection = 100;
        });
        // Run from its build output in any environment, the process still finds the client's files.
        builder.WebHost.UseStaticWebAssets();
        // These two write whole addresses, in which browsers must put tokens. Said in code, so that no setting brings it back.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Routing.EndpointMiddleware", LogLevel.Warning);
        return builder;
    }
}
