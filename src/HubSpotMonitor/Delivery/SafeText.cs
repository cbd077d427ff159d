using System.Globalization;
using System.Text;

namespace HubSpotMonitor.Delivery;

/// <summary>
/// Text that others wrote (portal names, headlines) as one harmless line: no line breaks that could become mail headers,
/// no control characters, nothing that turns the reading direction or hides letters.
/// </summary>
internal static class SafeText
{
    public static string Line(string? text, int longest)
    {
        var line = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            // What will be cut need not be read; the space at the end may still go.
            if (line.Length > longest + 1)
                break;

            if (IsHidden(rune))
                continue;

            if (!Rune.IsWhiteSpace(rune) && !Rune.IsControl(rune))
                line.Append(rune.ToString());
            else if (line.Length > 0 && line[^1] != ' ')
                line.Append(' ');
        }

        return Shorten(line.ToString().TrimEnd(), longest);
    }

    /// <summary>At most so many letters, the last of them a sign that more was there; no pair of surrogates is cut in two.</summary>
    public static string Shorten(string text, int longest)
    {
        if (text.Length <= longest)
            return text;

        var end = char.IsHighSurrogate(text[longest - 2]) ? longest - 2 : longest - 1;
        return text[..end].TrimEnd() + "…";
    }

    // Unicode's "format" characters: marks of direction, zero-width spaces, tags. The two joiners stay, since scripts and emoji need them.
    private static bool IsHidden(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format && rune.Value is not (0x200C or 0x200D);
}
