using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery.Mail;

/// <summary>
/// Bars made of table cells, so that they show where pictures are blocked. A line across each column is the upper edge of what was expected;
/// bars above it differ in colour and have a bracket with an arrow below them.
/// </summary>
internal static class MailChart
{
    private const int Height = 96;
    private const int EdgeHeight = 2;

    public static Html Render(AlertChart chart) => $"""
        <h2 style="margin:20px 0 6px;font-size:15px;line-height:20px;font-weight:700">{chart.Counted} per interval</h2>
        <table role="img" aria-label="{chart.Sentence}" width="100%" cellpadding="0" cellspacing="0" border="0" style="table-layout:fixed;font-size:0;line-height:0">
        <tr>{chart.Points.Select(point => Column(point, chart.Peak))}</tr>
        <tr>{Marks(chart.Points)}</tr></table>
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
        <td class="muted" align="left" style="font-size:12px;line-height:16px;color:#52606d">{chart.First}</td>
        <td class="muted" align="right" style="font-size:12px;line-height:16px;color:#52606d">{chart.Last}</td></tr></table>
        <p class="muted" style="margin:4px 0 0;font-size:13px;line-height:18px;color:#52606d">{chart.Sentence}{Legend(chart.Points)}</p>
        """;

    private static Html Column(ChartPoint point, double peak) => $"""
        <td valign="bottom" height="{Height + EdgeHeight}" style="height:{Height + EdgeHeight}px;padding:0 1px 0 0"><table width="100%" cellpadding="0" cellspacing="0" border="0">{Segments(point, peak)}</table></td>
        """;

    // From the top down.
    private static IEnumerable<Html> Segments(ChartPoint point, double peak)
    {
        var bar = Pixels(point.Calls, peak);
        if (point.High is not { } high)
            return [Segment("calm", "#7c95b3", bar)];

        var edge = Pixels(high, peak);
        var line = Segment("edge", "#334155", EdgeHeight);
        return AlertChart.IsAbove(point)
            ? [Segment("over", "#d03a2b", Math.Max(1, bar - edge)), line, Segment("over", "#d03a2b", edge)]
            : [line, Segment("", "transparent", edge - bar), Segment("calm", "#7c95b3", bar)];
    }

    private static Html Segment(string name, string colour, int height) => height == 0
        ? Html.None
        : $"""<tr><td class="{name}" height="{height}" style="height:{height}px;background:{colour}"></td></tr>""";

    // One cell for each run of neighbours that are alike.
    private static IEnumerable<Html> Marks(IReadOnlyList<ChartPoint> points)
    {
        var start = 0;
        for (var i = 1; i <= points.Count; i++)
        {
            var isAbove = AlertChart.IsAbove(points[start]);
            if (i < points.Count && AlertChart.IsAbove(points[i]) == isAbove)
                continue;

            yield return isAbove
                ? (Html)$"""<td colspan="{i - start}" align="center" class="mark alarm" style="border-top:3px solid #a61b1b;font-size:11px;line-height:14px;color:#a61b1b">▲</td>"""
                : (Html)$"""<td colspan="{i - start}"></td>""";
            start = i;
        }
    }

    private static string Legend(IReadOnlyList<ChartPoint> points) =>
        points.Any(point => point.High is not null) ? " The thin line is the upper edge of what was expected." : "";

    private static int Pixels(double value, double peak) => (int)Math.Round(Math.Clamp(value / peak, 0, 1) * Height);
}
