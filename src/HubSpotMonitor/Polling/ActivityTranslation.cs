using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Polling;

/// <summary>
/// Brings the lines of HubSpot's three histories into one shape. Pure. Whatever comes from outside is shown to people later, so it is
/// flattened and cut here; the set of types is open.
/// </summary>
internal static class ActivityTranslation
{
    private const int LongestId = 200;
    private const int LongestType = 160;
    private const int LongestText = 200;
    private const int LongestAgent = 400;

    /// <summary>The year HubSpot was founded in.</summary>
    public static readonly DateTimeOffset Earliest = new(2006, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Later than this after our "now", one of two clocks is wrong.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromHours(1);

    /// <returns>Null: too little of it can be read.</returns>
    public static ActivityEvent? Translate(long portal, SecurityRow row) =>
        Event(portal, ActivityFeed.Security, row.Id, row.CreatedAt, row.Type) is { } item
            ? item with
            {
                UserId = Person(row.UserId ?? row.ActingUser?.UserId),
                User = Text(row.ActingUser?.UserEmail),
                ObjectId = Text(row.ObjectId),
                IpAddress = Text(row.IpAddress, 64),
                Location = Text(row.Location),
                Country = Country(row.CountryCode),
                Region = Text(row.RegionCode, 20),
            }
            : null;

    /// <inheritdoc cref="Translate(long, SecurityRow)"/>
    public static ActivityEvent? Translate(long portal, LoginRow row)
    {
        var type = row.LoginSucceeded switch { true => ActivityEvent.LoginSucceeded, false => ActivityEvent.LoginFailed, null => null };
        return Event(portal, ActivityFeed.Login, row.Id, row.LoginAt, type) is { } item
            ? item with
            {
                UserId = Person(row.UserId),
                User = Text(row.Email),
                IpAddress = Text(row.IpAddress, 64),
                Location = Text(row.Location),
                Country = Country(row.CountryCode),
                Region = Text(row.RegionCode, 20),
                UserAgent = Text(row.UserAgent, LongestAgent),
            }
            : null;
    }

    /// <inheritdoc cref="Translate(long, SecurityRow)"/>
    public static ActivityEvent? Translate(long portal, AuditRow row)
    {
        var type = string.Join('/', new[] { row.Category, row.SubCategory, row.Action }.Where(part => !string.IsNullOrWhiteSpace(part)));
        return Event(portal, ActivityFeed.Audit, row.Id, row.OccurredAt, type) is { } item
            ? item with { UserId = Person(row.ActingUser?.UserId), User = Text(row.ActingUser?.UserEmail), ObjectId = Text(row.TargetObjectId) }
            : null;
    }

    public static bool IsPossible(ActivityEvent item, DateTimeOffset now) => item.At >= Earliest && item.At <= now + ClockTolerance;

    // The number must be there in HubSpot's answers; nobody is written as 0.
    private static long? Person(long? id) => id > 0 ? id : null;

    private static ActivityEvent? Event(long portal, ActivityFeed feed, string? id, DateTimeOffset? at, string? type)
    {
        // An id that is cut could be another's.
        if (id is not { Length: <= LongestId }
            || Text(id, LongestId) is not { } flatId
            || Text(type, LongestType) is not { } flatType
            || at is not { } when)
        {
            return null;
        }
        // The store's keys know milliseconds, as HubSpot does.
        return new() { Portal = portal, Feed = feed, Id = flatId, At = when.Floor(TimeSpan.FromMilliseconds(1)), Type = flatType };
    }

    private static string? Country(string? code) => code is { Length: 2 } && code.All(char.IsAsciiLetter) ? code.ToLowerInvariant() : null;

    internal static string? Text(string? text, int longest = LongestText)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var flat = string.Concat(text.Select(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' ? ' ' : letter)).Trim();
        if (flat.Length <= longest) return flat.Length == 0 ? null : flat;
        // A pair cut in half is no text.
        return flat[..(char.IsHighSurrogate(flat[longest - 1]) ? longest - 1 : longest)];
    }
}
