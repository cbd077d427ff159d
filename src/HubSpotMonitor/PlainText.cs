namespace HubSpotMonitor;

/// <summary>Texts that go into a header or a form as they are.</summary>
internal static class PlainText
{
    /// <summary>
    /// Whether it holds nothing but ASCII that can be seen: no key, token or id has other letters, and a header takes no blanks and no line breaks.
    /// </summary>
    public static bool IsPlain(this string text) => text.All(letter => letter is > ' ' and <= '~');
}
