namespace HubSpotMonitor.Signals;

/// <summary>What may be shown of a secret: enough to recognise it, too little to use it.</summary>
public static class Fingerprint
{
    private const int Shown = 4;

    /// <summary>More than this must stay hidden for the rest to be of no use to anybody.</summary>
    private const int Hidden = 16;

    /// <summary><c>pat-na1-…1234</c>; of a secret too short to show a part of, only <c>…</c>.</summary>
    public static string Of(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var head = Head(secret);
        return secret.Length - head.Length < Shown + Hidden ? "…" : $"{head}…{secret[^Shown..]}";
    }

    // The kind and the region that a static token begins with are no secret.
    private static string Head(string secret)
    {
        var parts = secret.Split('-', 3);
        return parts is ["pat", { Length: > 0 and <= 5 } region, _] && region.All(char.IsAsciiLetterOrDigit) ? $"pat-{region}-" : "";
    }
}
