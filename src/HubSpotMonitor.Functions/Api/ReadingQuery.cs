using System.Globalization;

namespace HubSpotMonitor.Functions.Api;

/// <summary>Which readings <c>GET /api/readings</c> is asked for.</summary>
internal sealed record ReadingQuery(long Portal, string Metric, DateTimeOffset From, DateTimeOffset To)
{
    // Two months in 5-minute steps are 18,000 readings, some 3 MB: enough for a month beside the month before.
    private const int MaxDays = 62;

    // A zone or Z is asked for: a time without one would be read as UTC by us and as local by most people.
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    /// <returns>The query, or a sentence that names the parameter that is wrong.</returns>
    public static (ReadingQuery? Query, string? Wrong) Parse(IQueryCollection parameters, DateTimeOffset now)
    {
        if (!long.TryParse(parameters["portal"], NumberStyles.None, CultureInfo.InvariantCulture, out var portal) || portal == 0)
            return (null, "portal must be the number of a HubSpot account, for example portal=12345678.");

        var metric = parameters["metric"].ToString() is { Length: > 0 } named ? named : Signals.Metric.Calls;
        if (!Signals.Metric.All.Contains(metric))
            return (null, $"metric must be one of {string.Join(", ", Signals.Metric.All)}.");
        if (!TryInstant(parameters["to"], now, out var to))
            return (null, InstantWanted("to"));
        if (!TryInstant(parameters["from"], to.AddDays(-1), out var from))
            return (null, InstantWanted("from"));
        if (from >= to)
            return (null, "from must be before to.");
        if (to - from > TimeSpan.FromDays(MaxDays))
            return (null, $"from and to may be at most {MaxDays} days apart: ask in parts.");

        return (new ReadingQuery(portal, metric, from, to), null);
    }

    private static bool TryInstant(string? text, DateTimeOffset otherwise, out DateTimeOffset instant)
    {
        instant = otherwise;
        if (string.IsNullOrEmpty(text))
            return true;

        // In a query an unescaped + means a blank, and most people forget to write %2B.
        var zoned = text.Replace(' ', '+');
        return (zoned.EndsWith('Z') || zoned.AsSpan(Math.Max(0, zoned.Length - 6)).IndexOfAny('+', '-') == 0)
            && DateTimeOffset.TryParseExact(zoned, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);
    }

    private static string InstantWanted(string name) => $"{name} must be an instant in ISO 8601 with its zone, for example {name}=2026-11-24T08:00:00Z.";
}
