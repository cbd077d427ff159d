using System.Text;

namespace HubSpotMonitor.Delivery.Teams;

/// <summary>
/// Text for a card, which reads Markdown in it: escaped, so that a name shows as typed and can neither format nor link.
/// https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features
/// </summary>
internal static class CardText
{
    // Braces, since {{DATE(…)}} is replaced; the ampersand, since entities are.
    private const string Special = @"\`*_~[]<>|&{}";

    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            if (Special.Contains(text[i], StringComparison.Ordinal) || OpensBlock(text, i))
                escaped.Append('\\');
            escaped.Append(text[i]);
        }

        return escaped.ToString();
    }

    // A heading or list at the start of the line: "# ", "- ", "+ ", "12. ", "12) ".
    private static bool OpensBlock(string text, int at) => text[at] switch
    {
        '#' or '-' or '+' or '=' => at == 0,
        '.' or ')' => at > 0 && text.AsSpan(0, at).IndexOfAnyExceptInRange('0', '9') < 0 && (at + 1 == text.Length || text[at + 1] == ' '),
        _ => false,
    };
}
