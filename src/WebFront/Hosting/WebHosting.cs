using ChatOrleans.Grains;
using ChatOrleans.Silo;
using ChatOrleans.WebFront.Api;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

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
        // Whoever reads from a socket goes on with what it read, and whoever writes sends by itself, instead of a turn of the thread pool for
        // each. It is called unsafe because code that blocks would then block a socket's thread: none here does.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 100;
        });
        builder.Services.AddOptions<RequestLimits>().BindConfiguration(RequestLimits.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RequestLimits>, RequestLimitsValidator>();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<RequestLimits>, IOptions<ChatLimits>>((kestrel, request, limits) =>
        {
            Limit(kestrel.Limits, request.Value);
            kestrel.Limits.MaxRequestBodySize = BodySize.Usual(limits.Value);
        });
        // Run from its build output in any environment, the process still finds the client's files.
        builder.WebHost.UseStaticWebAssets();
        // These two write whole addresses, in which browsers must put tokens.
        builder.Logging.AlwaysFrom("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.Logging.AlwaysFrom("Microsoft.AspNetCore.Routing.EndpointMiddleware", LogLevel.Warning);
        return builder;
    }

    /// <summary>Beyond them Kestrel answers by itself, before a call is known: 408, 414 and 431, and then it closes; a connection too many without a word.</summary>
    private static void Limit(KestrelServerLimits limits, RequestLimits request)
    {
        limits.MaxConcurrentConnections = request.Connections;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(request.HeadSeconds);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(request.IdleSeconds);
        limits.MinRequestBodyDataRate = new MinDataRate(request.BodyBytesPerSecond, TimeSpan.FromSeconds(request.BodyGraceSeconds));
        limits.MaxRequestHeadersTotalSize = request.HeaderBytes;
        limits.MaxRequestHeaderCount = request.Headers;
        limits.MaxRequestLineSize = request.RequestLineBytes;
    }
}
