using System.Text;
using System.Text.Json.Nodes;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery.Teams;

/// <summary>A message as an Adaptive Card, in the envelope that a workflow expects. https://adaptivecards.io/explorer/</summary>
internal static class AlertCard
{
    // Teams names 28 KB as its limit, does not say in which encoding, and was seen to refuse from 21 KB on: both must fit in less.
    // https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
    private const int MostBytes = 20_000;

    // Teams shows no more: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference
    private const int MostActions = 6;

    // How long the longest text may be: tried in turn until the card fits.
    private static readonly int[] Lengths = [1500, 600, 250, 100, 50];

    public static string Render(AlertMessage message)
    {
        var body = "";
        foreach (var longest in Lengths)
        {
            body = Envelope(message, AlertNotice.Of(message, longest)).ToJsonString(ChannelClient.Json);
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
        ["actions"] = new JsonArray([.. Actions(message, notice)]),
    };

    private static IEnumerable<JsonNode> Blocks(AlertMessage message, AlertNotice notice)
    {
        var title = TextBlock(CardText.Escape($"{notice.Symbol} {notice.Word}: {notice.Headline}"));
        (title["style"], title["size"], title["weight"], title["color"]) = ("heading", "Large", "Bolder", Colour(message));
        yield return title;

        // A workflow can neither answer a card nor replace it: this line tells which cards are of one incident.
        foreach (var line in new[] { notice.Portal, notice.Incident }.Where(line => line != ""))
            yield return Quiet(CardText.Escape(line));

        yield return TextBlock(CardText.Escape(notice.Summary));
        if (notice.Facts.Count > 0)
            yield return Facts(notice.Facts);

        foreach (var section in notice.Sections.Prepend(new("What else happened", notice.Story)).Where(section => section.Lines.Count > 0))
        {
            yield return TextBlock($"**{CardText.Escape(section.Heading)}**");
            yield return Lines("- ", section.Lines);
        }

        if (notice.LikelyCause != "")
            yield return TextBlock($"**Likely cause:** {CardText.Escape(notice.LikelyCause)}");

        foreach (var block in CardChart.Render(notice))
            yield return block;

        if (notice.Steps.Count > 0)
        {
            yield return TextBlock($"**{notice.StepsHeading}**");
            yield return TextBlock(string.Join('\n', notice.Steps.Select((step, i) => $"{i + 1}. {CardText.Escape(step)}")));
        }

        var runbook = notice.Runbook is { } address ? $"[Runbook]({address.AbsoluteUri}) · " : "";
        yield return TextBlock($"{runbook}[Raw JSON]({message.JsonLink.AbsoluteUri})");
        if (notice.Why != "")
            yield return Quiet($"Why you get this: {CardText.Escape(notice.Why)}");
    }

    private static IEnumerable<JsonNode> Actions(AlertMessage message, AlertNotice notice)
    {
        foreach (var action in notice.Actions.Take(MostActions - 1))
            yield return Open(action.Label, action.Link);
        yield return Open(notice.Sections.Count > 0 ? "Open page" : "Open alert", message.Link);
    }

    private static JsonObject Lines(string mark, IEnumerable<string> lines) =>
        TextBlock(string.Join('\n', lines.Select(line => mark + CardText.Escape(line))));

    internal static JsonObject Quiet(string text)
    {
        var block = TextBlock(text);
        (block["isSubtle"], block["size"], block["spacing"]) = (true, "Small", "None");
        return block;
    }

    private static JsonObject Facts(IEnumerable<Fact> facts) => new()
    {
        ["type"] = "FactSet",
        ["facts"] = new JsonArray([.. facts.Select(fact => new JsonObject { ["title"] = fact.Label, ["value"] = CardText.Escape(fact.Text) })]),
    };

    internal static JsonObject TextBlock(string text) => new() { ["type"] = "TextBlock", ["text"] = text, ["wrap"] = true };

    private static JsonObject Open(string title, Uri address) =>
        new() { ["type"] = "Action.OpenUrl", ["title"] = title, ["url"] = address.AbsoluteUri };

    private static string Colour(AlertMessage message) => message switch
    {
        { Transition: Transition.Resolved, GoesOn: false } => "Good",
        { Transition: Transition.Digest } => "Default",
        { Severity: Severity.Critical or Severity.High } => "Attention",
        { Severity: Severity.Medium } => "Warning",
        { Severity: Severity.Low } => "Accent",
        _ => "Default",
    };
}
