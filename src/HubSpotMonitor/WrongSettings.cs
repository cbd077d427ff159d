using Microsoft.Extensions.Options;

namespace HubSpotMonitor;

/// <summary>What a section's validator found.</summary>
public static class WrongSettings
{
    // Of its addresses the path is the key.
    private const string Slack = "hooks.slack.com/";

    /// <param name="wrong">A sentence for each setting that is wrong; none: the section is good.</param>
    public static ValidateOptionsResult ToResult(this IEnumerable<string> wrong)
    {
        IReadOnlyList<string> all = [.. wrong];
        return all.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(all);
    }

    /// <summary>
    /// An address as a sentence may repeat it: whoever mixes two settings up puts one here whose name, path, query or fragment is a key.
    /// </summary>
    /// <returns>With <c>…</c> for what is left out: that it is there may be what is wrong.</returns>
    public static string Shown(this Uri? address)
    {
        var whole = address switch
        {
            null => "",
            { IsAbsoluteUri: true, IsFile: false } =>
                address.GetComponents(UriComponents.HttpRequestUrl | UriComponents.Fragment, UriFormat.SafeUnescaped),
            _ => address.OriginalString,
        };
        var query = whole.AsSpan().IndexOfAny('?', '#') + 1;
        var kept = query > 0 ? whole[..query] : whole;
        if (kept.IndexOf(Slack, StringComparison.OrdinalIgnoreCase) is var path and >= 0) kept = kept[..(path + Slack.Length)];
        return kept.Length < whole.Length ? $"{kept}…" : whole;
    }
}
