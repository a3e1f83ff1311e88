using ChatOrleans.WebFront.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ChatOrleans.WebFront.Operator;

/// <summary>
/// A browser that goes from page to page can set no header, so below /operator a cookie may carry the token: out of reach of scripts,
/// sent to these pages alone, and never from another site's. It is checked as the header is.
/// </summary>
internal static class OperatorSession
{
    private const string Cookie = "operator";
    private const string Root = "/operator";

    public static void UseOperatorSession(this WebApplication app) => app.Use((context, next) =>
    {
        var request = context.Request;
        if (request.Path.StartsWithSegments(Root) && !request.Headers.ContainsKey("Authorization") && request.Cookies[Cookie] is { Length: > 0 } token)
        {
            request.Headers.Authorization = $"Bearer {token}";
        }

        return next(context);
    });

    public static void MapOperatorSession(this IEndpointRouteBuilder routes)
    {
        routes.MapPost($"{Root}/session", Open).RequireAuthorization(ChatPolicies.Admin).NeedsNoMembership().ExcludeFromDescription();
        routes.MapDelete($"{Root}/session", Close).AllowAnonymous().ExcludeFromDescription();
    }

    private static NoContent Open(HttpContext http)
    {
        var token = http.Request.Headers.Authorization.ToString()["Bearer ".Length..];
        http.Response.Cookies.Append(Cookie, token, Options(http));
        return TypedResults.NoContent();
    }

    private static NoContent Close(HttpContext http)
    {
        http.Response.Cookies.Delete(Cookie, Options(http));
        return TypedResults.NoContent();
    }

    private static CookieOptions Options(HttpContext http) => new()
    {
        HttpOnly = true,
        Path = Root,
        SameSite = SameSiteMode.Strict,
        // Behind a proxy that does not say https, too. Without TLS at all there is no session outside Development.
        Secure = http.Request.IsHttps || !http.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment(),
    };
}
