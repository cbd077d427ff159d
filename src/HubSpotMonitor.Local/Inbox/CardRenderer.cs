using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace HubSpotMonitor.Local.Inbox;

/// <summary>
/// Shows an Adaptive Card nearly as Teams does: the elements that alert cards use (https://adaptivecards.io/explorer), and the
/// fallback of every other one.
/// </summary>
internal sealed class CardRenderer
{
    private readonly StringBuilder _html = new();

    public static string Render(JsonElement card)
    {
        var renderer = new CardRenderer();
        renderer.Open("div", "card");
        renderer.Elements(card, "body");
        renderer.Actions(card.Items("actions"));
        renderer.Close("div");
        return renderer._html.ToString();
    }

    private void Elements(JsonElement parent, string name)
    {
        foreach (var element in parent.Items(name))
            Element(element);
    }

    private void Element(JsonElement element)
    {
        if (!element.Flag("isVisible", otherwise: true))
            return;
        switch (element.Text("type"))
        {
            case "TextBlock":
                TextBlock(element);
                break;
            case "FactSet":
                FactSet(element);
                break;
            case "Container":
                Group(element, "container", () => Elements(element, "items"));
                break;
            case "ColumnSet":
                Group(element, "columns", () => Columns(element));
                break;
            case "Table":
                Table(element);
                break;
            case "ActionSet":
                Actions(element.Items("actions"));
                break;
            case var other:
                Fallback(element, other);
                break;
        }
    }

    private void TextBlock(JsonElement element)
    {
        Open("p", Classes(element, "text", "size", "weight", "color", "horizontalAlignment", "fontType"));
        _html.Append(CardMarkup.ToHtml(element.Text("text") ?? ""));
        Close("p");
    }

    private void FactSet(JsonElement element)
    {
        Open("dl", Classes(element, "facts"));
        foreach (var fact in element.Items("facts"))
        {
            _html.Append(CultureInfo.InvariantCulture, $"<dt>{CardMarkup.ToHtml(fact.Text("title") ?? "")}</dt>");
            _html.Append(CultureInfo.InvariantCulture, $"<dd>{CardMarkup.ToHtml(fact.Text("value") ?? "")}</dd>");
        }
        Close("dl");
    }

    private void Group(JsonElement element, string name, Action content)
    {
        Open("div", Classes(element, name, "style"));
        content();
        Close("div");
    }

    private void Columns(JsonElement element)
    {
        foreach (var column in element.Items("columns"))
        {
            var width = column.Text("width") == "auto" ? "column auto" : "column";
            Group(column, width, () => Elements(column, "items"));
        }
    }

    private void Table(JsonElement element)
    {
        var headed = element.Flag("firstRowAsHeader", otherwise: true);
        Open("table", Classes(element, element.Flag("showGridLines", otherwise: true) ? "grid" : "plain"));
        foreach (var row in element.Items("rows"))
        {
            var cellTag = headed ? "th" : "td";
            headed = false;
            Open("tr", Classes(row, "row", "style"));
            foreach (var cell in row.Items("cells"))
            {
                Open(cellTag, Classes(cell, "cell", "style"));
                Elements(cell, "items");
                Close(cellTag);
            }
            Close("tr");
        }
        Close("table");
    }

    private void Actions(IEnumerable<JsonElement> actions)
    {
        var links = actions.Where(action => action.Text("type") == "Action.OpenUrl").ToList();
        if (links.Count == 0)
            return;
        Open("div", "actions");
        foreach (var link in links)
        {
            var style = Classes(link, "action", "style");
            var safe = Uri.TryCreate(link.Text("url"), UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                ? url.AbsoluteUri
                : "about:blank";
            _html.Append(
                CultureInfo.InvariantCulture, $"""<a class="{style}" href="{WebUtility.HtmlEncode(safe)}" target="_blank" rel="noopener noreferrer">""");
            _html.Append(WebUtility.HtmlEncode(link.Text("title") ?? "Open"));
            Close("a");
        }
        Close("div");
    }

    /// <summary>Teams draws some elements that we do not; what stands in for them elsewhere stands in for them here.</summary>
    private void Fallback(JsonElement element, string? type)
    {
        var fallback = element.Member("fallback");
        if (fallback is { ValueKind: JsonValueKind.Object } other)
        {
            Element(other);
        }
        else if (fallback is null)
        {
            _html.Append(
                CultureInfo.InvariantCulture, $"""<p class="text unknown">({WebUtility.HtmlEncode(type ?? "element")}: shown in Teams only)</p>""");
        }
    }

    /// <summary>Class names made of an element's properties: <c>text size-large color-attention</c>.</summary>
    private static string Classes(JsonElement element, string name, params IEnumerable<string> properties)
    {
        var classes = properties
            .Where(property => element.Text(property) is not null)
            .Select(property => $"{property}-{new string([.. element.Text(property)!.Where(char.IsAsciiLetter)])}".ToLowerInvariant());
        string[] flags =
        [
            .. element.Flag("isSubtle") ? ["subtle"] : Array.Empty<string>(),
            .. element.Flag("separator") ? ["separator"] : Array.Empty<string>(),
            .. element.Text("spacing") is { } spacing
                ? [$"spacing-{new string([.. spacing.Where(char.IsAsciiLetter)])}".ToLowerInvariant()]
                : Array.Empty<string>(),
        ];
        return string.Join(' ', [name, .. classes, .. flags]);
    }

    private void Open(string tag, string classes) => _html.Append(CultureInfo.InvariantCulture, $"<{tag} class=\"{classes}\">");

    private void Close(string tag) => _html.Append(CultureInfo.InvariantCulture, $"</{tag}>");
}
