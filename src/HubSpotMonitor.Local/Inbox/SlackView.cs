using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace HubSpotMonitor.Local.Inbox;

/// <summary>Shows a Slack message simply: its blocks' texts in their order, and links as links.</summary>
internal static partial class SlackView
{
    /// <summary>What Slack would answer.</summary>
    public static (int Status, string Says) Check(JsonElement message) =>
        message.Items("blocks").Any() || message.Text("text") is { Length: > 0 } ? (200, "ok") : (400, "invalid_payload");

    public static string Render(JsonElement message) => $"""<div class="card slack">{string.Concat(message.Items("blocks").Select(Block))}</div>""";

    private static string Block(JsonElement block) => block.Text("type") switch
    {
        "header" => $"""<p class="text size-large weight-bolder">{Inline(block.Member("text"))}</p>""",
        "context" => string.Concat(block.Items("elements").Select(element => $"""<p class="text subtle size-small">{Inline(element)}</p>""")),
        "section" when block.Items("fields").Any() =>
            $"""<div class="fields">{string.Concat(block.Items("fields").Select(field => $"<p>{Inline(field)}</p>"))}</div>""",
        "section" => $"""<div class="text">{Inline(block.Member("text"))}</div>""",
        var other => $"""<p class="text unknown">({WebUtility.HtmlEncode(other ?? "block")}: shown in Slack only)</p>""",
    };

    private static string Inline(JsonElement? text)
    {
        if (text is not { } element || element.Text("text") is not { } content)
            return "";
        if (element.Text("type") != "mrkdwn")
            return Encode(content).Replace("\n", "<br>", StringComparison.Ordinal);
        return string.Concat(Parts().Split(content).Select(Markup));
    }

    // A link, code, or text between them.
    private static string Markup(string part)
    {
        if (Link().Match(part) is { Success: true } link)
            return $"""<a href="{Encode(link.Groups[1].Value)}" target="_blank" rel="noopener noreferrer">{Encode(link.Groups[2].Value)}</a>""";
        return part.StartsWith("```", StringComparison.Ordinal) ? $"<pre>{Encode(part.Trim('`'))}</pre>" : Encode(part);
    }

    // Slack's three signs come escaped; decoded first, what a sender forgot to escape does no harm here either.
    private static string Encode(string text) => WebUtility.HtmlEncode(WebUtility.HtmlDecode(text));

    [GeneratedRegex("(<https?://[^<>|]+\\|[^<>|]+>|```.+?```)", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Parts();

    [GeneratedRegex("^<(https?://[^<>|]+)\\|([^<>|]+)>$", RegexOptions.NonBacktracking)]
    private static partial Regex Link();
}
