using System.Globalization;
using System.Net;
using System.Text;

namespace ChatOrleans.LoadTester.Reports;

internal sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Line charts as SVG text.</summary>
internal static class Svg
{
    private const int Width = 900;
    private const int Height = 380;
    private const int Left = 70;
    private const int Bottom = 40;
    private const int LegendLine = 18;

    private static readonly string[] Colours = ["#2563eb", "#dc2626", "#059669", "#d97706", "#7c3aed", "#0891b2", "#be185d", "#4d7c0f"];

    /// <param name="ticks">Where the horizontal axis has marks, and what stands there; null: at each point of the first series.</param>
    public static string Lines(
        string x, string y, IReadOnlyList<Series> series, bool logY = false, IReadOnlyList<(double At, string Text)>? ticks = null, bool logX = false)
    {
        var points = series.SelectMany(one => one.Points).ToArray();
        if (points.Length == 0)
        {
            return "";
        }

        double X(double value) => logX ? Math.Log10(Math.Max(value, 1e-9)) : value;
        double Y(double value) => logY ? Math.Log10(Math.Max(value, 1e-3)) : value;
        var (minX, maxX) = (points.Min(point => X(point.X)), points.Max(point => X(point.X)));
        var (minY, maxY) = (logY ? Math.Floor(points.Min(point => Y(point.Y))) : 0, logY ? Math.Ceiling(points.Max(point => Y(point.Y))) : points.Max(point => point.Y) * 1.1);
        double AtX(double value) => Left + ((X(value) - minX) / Math.Max(1e-9, maxX - minX) * (Width - Left - 20));
        double AtY(double value) => Height - Bottom - ((Y(value) - minY) / Math.Max(1e-9, maxY - minY) * (Height - Bottom - 20));

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height + (series.Count * LegendLine) + 10}\" font-family=\"system-ui,sans-serif\" font-size=\"12\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
        for (var i = 0; i <= 4; i++)
        {
            var value = logY ? Math.Pow(10, minY + ((maxY - minY) * i / 4)) : maxY * i / 4;
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - 20}\" y1=\"{AtY(value):0.#}\" y2=\"{AtY(value):0.#}\" stroke=\"#e2e8f0\"/><text x=\"{Left - 8}\" y=\"{AtY(value) + 4:0.#}\" text-anchor=\"end\" fill=\"#475569\">{value:0.##}</text>");
        }

        foreach (var (at, text) in ticks ?? [.. series[0].Points.Select(point => (point.X, Short(point.X)))])
        {
            if (X(at) >= minX - 1e-9 && X(at) <= maxX + 1e-9)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{AtX(at):0.#}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\" fill=\"#475569\">{text}</text>");
            }
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - 20}\" y=\"{Height - 6}\" text-anchor=\"end\" fill=\"#475569\">{WebUtility.HtmlEncode(x)}</text><text x=\"6\" y=\"14\" fill=\"#475569\">{WebUtility.HtmlEncode(y)}</text>");
        for (var i = 0; i < series.Count; i++)
        {
            var path = string.Join(' ', series[i].Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{AtX(point.X):0.#},{AtY(point.Y):0.#}")));
            var colour = Colours[i % Colours.Length];
            svg.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{path}\"/><rect x=\"{Left}\" y=\"{Height + (i * LegendLine)}\" width=\"12\" height=\"3\" fill=\"{colour}\"/><text x=\"{Left + 18}\" y=\"{Height + 5 + (i * LegendLine)}\" fill=\"#1b2330\">{WebUtility.HtmlEncode(series[i].Name)}</text>");
        }

        return svg.Append("</svg>").ToString();
    }

    private static string Short(double value) => value switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.#}M"),
        >= 1e3 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0.#}k"),
        _ => value.ToString("0.#", CultureInfo.InvariantCulture),
    };
}
