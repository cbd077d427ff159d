using System.Globalization;
using System.Text.Json.Nodes;

namespace HubSpotMonitor.Delivery.Teams;

/// <summary>
/// The counts as a chart that Teams draws itself; programs that do not know it show the line of text instead. The caption says it all in words.
/// https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/charts-in-adaptive-cards
/// </summary>
internal static class CardChart
{
    // On a phone a card is some 300 points wide: more bars than this are hairs. It also keeps the card small.
    private const int MostBars = 24;

    public static IEnumerable<JsonNode> Render(AlertNotice notice)
    {
        if (notice.Chart is not { } chart)
            yield break;

        var bars = chart.Bars(MostBars);
        yield return new JsonObject
        {
            ["type"] = "Chart.VerticalBar",
            ["title"] = CardText.Escape($"{chart.Counted} per interval"),
            ["xAxisTitle"] = CardText.Escape(notice.TimeZone),
            ["yAxisTitle"] = CardText.Escape(chart.Counted),
            ["data"] = new JsonArray([.. bars.Select(bar => Bar(bar, chart))]),
            ["fallback"] = Text(chart),
        };
        yield return AlertCard.Quiet(CardText.Escape(chart.Sentence));
    }

    // A bar above what was expected has a mark in its label: colour is never alone.
    private static JsonObject Bar((DateTimeOffset At, double Calls, bool IsAbove) bar, AlertChart chart) => new()
    {
        ["x"] = bar.At.ToOffset(chart.Offset).ToString(chart.TimeFormat, CultureInfo.InvariantCulture) + (bar.IsAbove ? " ▲" : ""),
        ["y"] = bar.Calls,
        ["color"] = bar.IsAbove ? "attention" : "neutral",
    };

    private static JsonObject Text(AlertChart chart)
    {
        var (bars, marks) = chart.Sparkline();
        return new()
        {
            ["type"] = "Container",
            ["items"] = new JsonArray([.. new[] { bars, marks }.Select(line =>
            {
                var block = AlertCard.TextBlock(line);
                (block["fontType"], block["wrap"], block["spacing"]) = ("Monospace", false, "None");
                return block;
            })]),
        };
    }
}
