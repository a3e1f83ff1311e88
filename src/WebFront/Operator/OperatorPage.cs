namespace ChatOrleans.WebFront.Operator;

/// <summary>The page itself: three files without anything secret in them. What they show comes from calls that need the scope.</summary>
internal static class OperatorPage
{
    public static void MapOperatorPage(this WebApplication app)
    {
        app.MapOperatorSession();
        Map("/operator", "operator.html", "text/html; charset=utf-8");
        Map("/operator/operator.js", "operator.js", "text/javascript; charset=utf-8");
        Map("/operator/operator.css", "operator.css", "text/css; charset=utf-8");

        void Map(string path, string file, string type) => app.MapGet(path, (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "no-cache";
            return Results.Stream(typeof(OperatorPage).Assembly.GetManifestResourceStream($"operator/{file}")!, type);
        }).AllowAnonymous().ExcludeFromDescription();
    }
}
