using System.Globalization;
using System.Net.Http.Headers;

namespace HubSpotMonitor.HubSpot;

/// <summary>
/// The daily counters HubSpot sends with the answer to a private app's or service key's call; OAuth answers have none.
/// Source: HubSpot, "API usage guidelines and limits", rate limit headers.
/// </summary>
/// <param name="Daily">The account's ceiling for the day, in calls.</param>
/// <param name="DailyRemaining">Calls left until the account's midnight.</param>
public sealed record RateLimits(long Daily, long DailyRemaining)
{
    /// <summary>Calls made since the account's midnight, by all its private apps together.</summary>
    public long UsedToday => Daily - DailyRemaining;

    /// <summary>Null when a header is missing or is not a sensible number: no evidence rather than a guess.</summary>
    public static RateLimits? From(HttpResponseHeaders headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return Number(headers, "X-HubSpot-RateLimit-Daily") is { } daily
            && Number(headers, "X-HubSpot-RateLimit-Daily-Remaining") is { } remaining
            && remaining <= daily
                ? new(daily, remaining)
                : null;
    }

    private static long? Number(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values)
        && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
