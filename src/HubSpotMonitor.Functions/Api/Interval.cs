using System.Globalization;

namespace HubSpotMonitor.Functions.Api;

/// <summary>The parameters <c>from</c> and <c>to</c> of an address: <paramref name="From"/> &lt;= t &lt; <paramref name="To"/>.</summary>
internal sealed record Interval(DateTimeOffset From, DateTimeOffset To)
{
    // A zone or Z is asked for: a time without one would be read as UTC by us and as local by most people.
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    // HubSpot's API is younger, and at the calendar's two ends there is no day before and no day after.
    private const int FirstYear = 2010;
    private const int LastYear = 2999;

    /// <returns>The interval, the last day where none is named; or a sentence that names the parameter that is wrong.</returns>
    public static (Interval? Interval, string? Wrong) Parse(IQueryCollection parameters, DateTimeOffset now, int maxDays)
    {
        if (!TryInstant(parameters["to"], now, out var to))
            return (null, InstantWanted("to"));
        if (to.Year is < FirstYear or > LastYear)
            return (null, $"to must lie in the years {FirstYear} to {LastYear}.");
        if (!TryInstant(parameters["from"], to.AddDays(-1), out var from))
            return (null, InstantWanted("from"));
        if (from >= to)
            return (null, "from must be before to.");
        if (to - from > TimeSpan.FromDays(maxDays))
            return (null, $"from and to may be at most {maxDays} days apart: ask in parts.");

        return (new Interval(from, to), null);
    }

    private static bool TryInstant(string? text, DateTimeOffset otherwise, out DateTimeOffset instant)
    {
        instant = otherwise;
        if (string.IsNullOrEmpty(text))
            return true;

        // In a query an unescaped + means a blank, and most people forget to write %2B.
        var zoned = text.Replace(' ', '+');
        return (zoned.EndsWith('Z') || zoned.AsSpan(Math.Max(0, zoned.Length - 6)).IndexOfAny('+', '-') == 0)
            && DateTimeOffset.TryParseExact(
                zoned, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);
    }

    private static string InstantWanted(string name) =>
        $"{name} must be an instant in ISO 8601 with its zone, for example {name}=2026-11-24T08:00:00Z.";
}
