using System.Globalization;
using System.Net;
using System.Text;
using ChatOrleans.LoadTester.Load;

namespace ChatOrleans.LoadTester.Reports;

/// <summary>One file without a script or a link: figures and latency curves.</summary>
internal static class HtmlReport
{
    private const string Style = "body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:1100px;color:#1b2330;background:#fff}"
        + "table{border-collapse:collapse;width:100%;font-size:13px}td,th{padding:.35em .6em;border-bottom:1px solid #dde3ea;text-align:right}"
        + "td:nth-child(-n+3),th:nth-child(-n+3){text-align:left}.bad{color:#b3261e;font-weight:600}svg{width:100%;height:auto}";

    public static string Of(IReadOnlyList<LoadResult> results)
    {
        var html = new StringBuilder($"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Load report</title><style>{Style}</style>");
        html.Append(CultureInfo.InvariantCulture, $"<h1>Load report</h1><p>{WebUtility.HtmlEncode(Report.Machine)}</p><table><tr>");
        foreach (var column in new[] { "server", "scenario", "load", "deliveries/s", "CPU us each", "p50 ms", "p99 ms", "p99.9 ms", "max ms", "lost", "repeated", "disorder", "KiB/connection" })
        {
            html.Append(CultureInfo.InvariantCulture, $"<th>{column}</th>");
        }

        html.Append("</tr>");
        foreach (var one in results)
        {
            Row(html, one);
        }

        html.Append("</table><h2>Latency by percentile</h2>");
        html.Append(Svg.Lines(
            "percentile", "ms",
            [.. results.Where(one => one.Max > 0).Select(one => new Series(
                $"{one.Name}, {one.Scenario}, {one.Load}",
                [.. one.Curve.Where(point => point[0] < 100).Select(point => (Nines(point[0]), point[1]))]))],
            logY: true,
            [(0, "0"), (1, "90"), (2, "99"), (3, "99.9"), (4, "99.99"), (5, "99.999")]));
        html.Append("<h2>Settings</h2><ul>");
        foreach (var setting in results.SelectMany(one => one.Settings.Select(pair => $"{one.Name}: {pair.Key} = {pair.Value}")).Distinct())
        {
            html.Append(CultureInfo.InvariantCulture, $"<li>{WebUtility.HtmlEncode(setting)}</li>");
        }

        return html.Append("</ul></html>").ToString();
    }

    /// <summary>90 is 1, 99 is 2, 99.9 is 3: the tail gets its room.</summary>
    private static double Nines(double percentile) => -Math.Log10(Math.Max(1e-6, 1 - (percentile / 100)));

    private static void Row(StringBuilder html, LoadResult one)
    {
        var bad = one.Kept ? "" : " class=\"bad\"";
        html.Append(CultureInfo.InvariantCulture, $"<tr{bad}>");
        foreach (var cell in new[]
        {
            one.Name, $"{one.Scenario} ({one.Driver})", one.Load, Report.Number(one.DeliveriesPerSecond, "0"), Report.Number(one.CpuPerDelivery, "0.0"),
            Report.Number(one.P50, "0.00"), Report.Number(one.P99, "0.00"), Report.Number(one.P999, "0.00"), Report.Number(one.Max, "0.0"),
            Report.Number(one.Lost, "0"), Report.Number(one.Repeated, "0"), Report.Number(one.Disordered, "0"), Report.Number(one.KibPerConnection, "0.0"),
        })
        {
            html.Append(CultureInfo.InvariantCulture, $"<td>{WebUtility.HtmlEncode(cell)}</td>");
        }

        html.Append("</tr>");
    }
}
