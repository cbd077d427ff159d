using System.Text.RegularExpressions;

namespace HubSpotMonitor.Signals;

/// <summary>A secret as people may see it: enough to tell it from another, too little to use it.</summary>
public static partial class Fingerprint
{
    /// <summary>Below this, four letters would be too large a part.</summary>
    private const int Shortest = 20;

    /// <returns><c>pat-na1-…1234</c>, or <c>…1234</c> for a secret without a kind and a region in front.</returns>
    public static string Of(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (secret.Length < Shortest) return "…";
        return $"{Beginning().Match(secret).Value.ToLowerInvariant()}…{secret[^4..]}";
    }

    [GeneratedRegex(@"^pat-[a-z]{2,3}\d{1,2}-", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Beginning();
}
