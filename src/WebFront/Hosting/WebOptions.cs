using System.ComponentModel.DataAnnotations;

namespace ChatOrleans.WebFront.Hosting;

/// <summary>How this web server meets browsers and proxies, configured under <c>Web</c>.</summary>
public sealed record WebOptions
{
    public const string Section = "Web";

    /// <summary>
    /// Origins whose pages may call and connect besides the server's own, space separated, such as https://app.example.com. Default:
    /// none. In Development every origin on this machine (localhost) may.
    /// </summary>
    public string AllowedOrigins { get; set; } = "";

    /// <summary>
    /// Addresses or networks (10.0.0.0/8) of proxies in front, space separated, whose X-Forwarded-For, -Proto and -Host count. Default:
    /// none, so that nobody can claim another's address.
    /// </summary>
    public string TrustedProxies { get; set; } = "";

    /// <summary>
    /// How many trusted proxies stand one behind the other: 2 where one that ends TLS is before nginx. Default 1: what a caller writes
    /// into the header itself is further away, and does not count.
    /// </summary>
    [Range(1, 10, ErrorMessage = "Web:ProxyHops must be 1 to 10. Set it to the number of proxies that a call comes through.")]
    public int ProxyHops { get; set; } = 1;

    /// <summary>Further sources for the client's connect-src, space separated, such as an OpenID issuer that it signs in with. Default: none but Auth:Authority.</summary>
    public string ConnectSources { get; set; } = "";

    /// <summary>Origins whose pages may show the client in a frame, space separated. Default: none, against clickjacking.</summary>
    public string FrameAncestors { get; set; } = "";

    internal static string[] Words(string text) => text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
