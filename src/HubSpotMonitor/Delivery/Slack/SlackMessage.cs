using System.Text.Json.Nodes;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery.Slack;

/// <summary>
/// A message as Block Kit. What others wrote stands in plain text objects, where nothing formats, links or calls people.
/// Limits: https://docs.slack.dev/reference/block-kit/blocks
/// </summary>
internal static class SlackMessage
{
    private const int LongestHeader = 150;
    private const int LongestText = 3000;
    private const int LongestField = 2000;

    public static string Render(AlertMessage message)
    {
        var notice = AlertNotice.Of(message, longest: 900);
        return new JsonObject
        {
            // What a notification shows, and a screen reader reads.
            ["text"] = Escape($"{notice.Symbol} {notice.Word}: {notice.Lead}", LongestText),
            // Otherwise Slack's servers would open the links to preview them, signed ones too.
            ["unfurl_links"] = false,
            ["unfurl_media"] = false,
            ["blocks"] = new JsonArray([.. Blocks(message, notice)]),
        }.ToJsonString(ChannelClient.Json);
    }

    private static IEnumerable<JsonNode> Blocks(AlertMessage message, AlertNotice notice)
    {
        yield return new JsonObject { ["type"] = "header", ["text"] = Plain($"{notice.Symbol} {notice.Word}: {notice.Headline}", LongestHeader) };
        yield return Context(string.Join(" · ", new[] { notice.Portal, notice.Incident }.Where(text => text != "")));
        yield return Section(notice.Summary);
        if (notice.Facts.Count > 0)
            yield return new JsonObject { ["type"] = "section", ["fields"] = new JsonArray([.. notice.Facts.Select(Field)]) };

        if (notice.Story.Count > 0)
            yield return Section($"What else happened\n{Lines(notice.Story)}");

        foreach (var section in notice.Sections)
            yield return Section($"{section.Heading}\n{Lines(section.Lines)}");

        if (notice.LikelyCause != "")
            yield return Section($"Likely cause: {notice.LikelyCause}");

        if (notice.Chart is { } chart)
        {
            var (bars, marks) = chart.Sparkline();
            yield return Section(Markdown($"```{bars}\n{marks}```"));
            yield return Context(chart.Sentence);
        }

        if (notice.Steps.Count > 0)
            yield return Section($"{notice.StepsHeading}\n{string.Join('\n', notice.Steps.Select((step, i) => $"{i + 1}. {step}"))}");

        yield return Section(Markdown(Links(message, notice)));
        if (notice.Why != "")
            yield return Context($"Why you get this: {notice.Why}");
    }

    // Links, not buttons: a press on a button is also sent to the app, and an app that only has an incoming webhook cannot answer it.
    // https://docs.slack.dev/reference/block-kit/block-elements/button-element (url)
    private static string Links(AlertMessage message, AlertNotice notice)
    {
        ActionLink[] runbook = notice.Runbook is { } address ? [new("Runbook", address)] : [];
        ActionLink[] all =
        [
            new(notice.Sections.Count > 0 ? "Open the page" : "Open the alert", message.Link),
            .. notice.Actions,
            .. runbook,
            new("Raw JSON", message.JsonLink),
        ];
        var text = "";
        // An address cut short leads nowhere: what has no room is left out, and the page has it.
        foreach (var link in all.Select(link => $"<{Escape(link.Link.AbsoluteUri)}|{Escape(link.Label.Replace('|', '/'))}>"))
            text += text.Length + link.Length + 3 > LongestText ? "" : text == "" ? link : $" · {link}";
        return text;
    }

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines.Select(line => $"• {line}"));

    private static JsonObject Section(string text) => Section(Plain(text, LongestText));

    private static JsonObject Section(JsonObject text) => new() { ["type"] = "section", ["text"] = text };

    private static JsonObject Context(string text) => new() { ["type"] = "context", ["elements"] = new JsonArray(Plain(text, LongestField)) };

    private static JsonObject Field(Fact fact) => Plain($"{fact.Label}\n{fact.Text}", LongestField);

    private static JsonObject Plain(string text, int longest) =>
        new() { ["type"] = "plain_text", ["text"] = Escape(text, longest), ["emoji"] = false };

    private static JsonObject Markdown(string text) => new() { ["type"] = "mrkdwn", ["text"] = text, ["verbatim"] = true };

    // Slack's three: https://docs.slack.dev/messaging/formatting-message-text (escaping)
    private static string Escape(string text, int longest)
    {
        // Cut before escaping, so that no entity is cut in two; five letters is the longest that one becomes.
        var escaped = Escape(text);
        for (var keep = Math.Min(text.Length, longest); escaped.Length > longest; keep -= Math.Max(1, (escaped.Length - longest) / 5))
            escaped = Escape(SafeText.Shorten(text, keep));
        return escaped;
    }

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);
}
