using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery.Teams;

/// <summary>A message as an Adaptive Card, in the envelope that a workflow expects. https://adaptivecards.io/explorer/</summary>
internal static class AlertCard
{
    // Teams names 28 KB as its limit, does not say in which encoding, and was seen to refuse from 21 KB on: both must fit in less.
    // https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
    private const int MostBytes = 20_000;

    // How long the longest text may be: tried in turn until the card fits.
    private static readonly int[] s_lengths = [1500, 600, 250, 100, 50];

    // The body is read by a JSON parser only, never set into a page; left readable it is also smaller.
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Render(AlertMessage message)
    {
        var body = "";
        foreach (var longest in s_lengths)
        {
            body = Envelope(message, AlertNotice.Of(message, longest)).ToJsonString(s_json);
            if (Fits(body))
                break;
        }

        return body;
    }

    private static bool Fits(string body) => Math.Max(Encoding.UTF8.GetByteCount(body), body.Length * sizeof(char)) <= MostBytes;

    private static JsonObject Envelope(AlertMessage message, AlertNotice notice) => new()
    {
        ["type"] = "message",
        ["attachments"] = new JsonArray(new JsonObject
        {
            ["contentType"] = "application/vnd.microsoft.card.adaptive",
            ["contentUrl"] = null,
            ["content"] = Card(message, notice),
        }),
    };

    private static JsonObject Card(AlertMessage message, AlertNotice notice) => new()
    {
        ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
        ["type"] = "AdaptiveCard",
        ["version"] = "1.5",
        ["fallbackText"] = notice.Title,
        ["msteams"] = new JsonObject { ["width"] = "Full" },
        ["body"] = new JsonArray([.. Blocks(message, notice)]),
        ["actions"] = new JsonArray(Open("Open alert", message.Link), Open("Raw JSON", message.JsonLink)),
    };

    private static IEnumerable<JsonNode> Blocks(AlertMessage message, AlertNotice notice)
    {
        var title = TextBlock(CardText.Escape($"{notice.Symbol} {notice.Word}: {notice.Headline}"));
        (title["style"], title["size"], title["weight"], title["color"]) = ("heading", "Large", "Bolder", Colour(message));
        yield return title;

        var portal = TextBlock(CardText.Escape(notice.Portal));
        (portal["isSubtle"], portal["spacing"]) = (true, "None");
        yield return portal;

        yield return TextBlock(CardText.Escape(notice.Summary));
        yield return Facts(notice.Facts);
        if (notice.LikelyCause != "")
            yield return TextBlock($"**Likely cause:** {CardText.Escape(notice.LikelyCause)}");

        foreach (var block in Chart(notice.Chart))
            yield return block;

        if (notice.Steps.Count == 0)
            yield break;

        yield return TextBlock($"**{notice.StepsHeading}**");
        yield return TextBlock(string.Join('\n', notice.Steps.Select((step, i) => $"{i + 1}. {CardText.Escape(step)}")));
    }

    private static IEnumerable<JsonNode> Chart(AlertChart? chart)
    {
        if (chart is null)
            yield break;

        var (bars, marks) = chart.Sparkline();
        foreach (var line in new[] { bars, marks })
        {
            var block = TextBlock(line);
            (block["fontType"], block["wrap"], block["spacing"]) = ("Monospace", false, line == bars ? "Medium" : "None");
            yield return block;
        }

        var caption = TextBlock(CardText.Escape(chart.Sentence));
        (caption["isSubtle"], caption["size"], caption["spacing"]) = (true, "Small", "None");
        yield return caption;
    }

    private static JsonObject Facts(IEnumerable<Fact> facts) => new()
    {
        ["type"] = "FactSet",
        ["facts"] = new JsonArray([.. facts.Select(fact => new JsonObject { ["title"] = fact.Label, ["value"] = CardText.Escape(fact.Text) })]),
    };

    private static JsonObject TextBlock(string text) => new() { ["type"] = "TextBlock", ["text"] = text, ["wrap"] = true };

    private static JsonObject Open(string title, Uri address) =>
        new() { ["type"] = "Action.OpenUrl", ["title"] = title, ["url"] = address.AbsoluteUri };

    private static string Colour(AlertMessage message) => message switch
    {
        { Transition: Transition.Resolved } => "Good",
        { Severity: Severity.Critical or Severity.High } => "Attention",
        { Severity: Severity.Medium } => "Warning",
        { Severity: Severity.Low } => "Accent",
        _ => "Default",
    };
}
