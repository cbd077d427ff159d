using System.Net;
using System.Text.RegularExpressions;

namespace HubSpotMonitor.Local.Inbox;

/// <summary>The little Markdown that Teams understands in a text block, as HTML. Everything is encoded first.</summary>
internal static partial class CardMarkup
{
    // Escaped characters hide in Unicode's private use area until all markup is done.
    private const char Hidden = '\uE000';

    public static string ToHtml(string text)
    {
        var hidden = Escaped().Replace(text.Replace("\r", "", StringComparison.Ordinal), match => $"{(char)(Hidden + match.Groups[1].Value[0])}");
        var html = WebUtility.HtmlEncode(hidden);
        html = Link().Replace(html, """<a href="$2" target="_blank" rel="noopener noreferrer">$1</a>""");
        html = Bold().Replace(html, "<strong>$1</strong>");
        html = Italic().Replace(html, "<em>$1</em>");
        html = Bullet().Replace(html, "<span class=\"bullet\">$1</span>");
        html = html.Replace("\n\n", "<br>", StringComparison.Ordinal).Replace("\n", "<br>", StringComparison.Ordinal);
        return Unhidden().Replace(html, match => WebUtility.HtmlEncode($"{(char)(match.Value[0] - Hidden)}"));
    }

    [GeneratedRegex(@"\\([!-/:-@\[-`{-~])")]
    private static partial Regex Escaped();

    [GeneratedRegex(@"[\uE021-\uE07E]")]
    private static partial Regex Unhidden();

    [GeneratedRegex(@"\[([^\]\n]+)\]\((https?://[^\s)""']+)\)", RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex(@"\*\*(\S(?:[^\n]*?\S)?)\*\*", RegexOptions.NonBacktracking)]
    private static partial Regex Bold();

    [GeneratedRegex(@"(?<![\w/])_(\S(?:[^\n_]{0,2000}?\S)?)_(?![\w/])")]
    private static partial Regex Italic();

    [GeneratedRegex(@"^(?:- |\* )(.+)$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Bullet();
}
