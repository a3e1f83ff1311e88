using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;

namespace ChatOrleans.WebFront.Api;

/// <summary>Where the neighbouring pages are: RFC 8288 links, relative to the host, with everything else of the query kept.</summary>
internal static class Links
{
    public const string Older = "prev";
    public const string Newer = "next";

    /// <summary>Adds one link that asks again with <paramref name="parameter"/> instead of the bounds that this request had.</summary>
    public static void AddLink(this HttpContext context, string rel, string parameter, string value, int limit)
    {
        var query = new QueryBuilder();
        foreach (var (key, values) in context.Request.Query)
        {
            // A token in the query must not come back in a header, which others log.
            if (key is "unread")
            {
                query.Add(key, values.AsEnumerable()!);
            }
        }

        query.Add(parameter, value);
        query.Add("limit", limit.ToString(CultureInfo.InvariantCulture));
        var path = context.Request.PathBase.Add(context.Request.Path).ToUriComponent();
        context.Response.Headers.Append("Link", $"<{path}{query.ToQueryString().ToUriComponent()}>; rel=\"{rel}\"");
    }

    public static void AddLink(this HttpContext context, string rel, string parameter, long value, int limit) =>
        context.AddLink(rel, parameter, value.ToString(CultureInfo.InvariantCulture), limit);
}
