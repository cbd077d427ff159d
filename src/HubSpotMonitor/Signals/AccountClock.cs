namespace HubSpotMonitor.Signals;

/// <summary>The account's own clock: HubSpot's day begins and ends at its midnight.</summary>
public sealed record AccountClock(string Name, TimeZoneInfo Zone)
{
    public static AccountClock Utc { get; } = new("Etc/UTC", TimeZoneInfo.Utc);

    /// <summary>Finds a zone by its IANA name, also by old links such as <c>US/Eastern</c>. Null: unknown here.</summary>
    public static AccountClock? Find(string name)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return new(name, zone);
        // Old links are missing on slim systems; by way of the Windows name, ICU knows their present one.
        return TimeZoneInfo.TryConvertIanaIdToWindowsId(name, out var windows)
            && TimeZoneInfo.TryConvertWindowsIdToIanaId(windows, out var present)
            && TimeZoneInfo.TryFindSystemTimeZoneById(present, out zone)
                ? new(name, zone)
                : null;
    }

    /// <summary>A clock without daylight saving, for an account whose zone this machine does not know.</summary>
    public static AccountClock Fixed(TimeSpan offset)
    {
        var name = offset == TimeSpan.Zero ? "UTC" : $"UTC{(offset < TimeSpan.Zero ? "-" : "+")}{offset:hh\\:mm}";
        return new(name, TimeZoneInfo.CreateCustomTimeZone(name, offset, name, name));
    }

    /// <summary>Finds a clock again by the name that <see cref="Find"/> or <see cref="Fixed"/> gave it; UTC where that fails.</summary>
    public static AccountClock FromName(string? name)
    {
        if (name is null) return Utc;
        if (name.Length == 9 && name.StartsWith("UTC", StringComparison.Ordinal)
            && TimeSpan.TryParse(name.AsSpan(name[3] == '+' ? 4 : 3), System.Globalization.CultureInfo.InvariantCulture, out var offset))
        {
            return Fixed(offset);
        }
        return Find(name) ?? Utc;
    }

    /// <summary>
    /// Whether a week that was learned by the other clock is right by this one. A clock without daylight saving stands for a zone that this machine
    /// does not know: moved by an hour, it is summer or winter there, and what comes at nine still comes at nine.
    /// </summary>
    public bool KeepsWeekOf(AccountClock other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Name == other.Name
            || Zone.HasSameRules(other.Zone)
            || (IsFixed && other.IsFixed && (Zone.BaseUtcOffset - other.Zone.BaseUtcOffset).Duration() <= TimeSpan.FromHours(1));
    }

    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);

    public TimeSpan Offset(DateTimeOffset at) => Zone.GetUtcOffset(at);

    /// <summary>The instant at which the account's day that holds <paramref name="at"/> began.</summary>
    public DateTimeOffset Midnight(DateTimeOffset at) => StartOf(Local(at).Date);

    /// <summary>The instant at which the account's next day begins; 23 or 25 hours away at times.</summary>
    public DateTimeOffset NextMidnight(DateTimeOffset at) => StartOf(Local(at).Date.AddDays(1));

    private bool IsFixed => Name.StartsWith("UTC", StringComparison.Ordinal);

    private DateTimeOffset StartOf(DateTime date)
    {
        // Some zones skip midnight itself: their day begins at the first minute that exists.
        while (Zone.IsInvalidTime(date)) date = date.AddMinutes(15);
        var offset = Zone.IsAmbiguousTime(date) ? Zone.GetAmbiguousTimeOffsets(date).Max() : Zone.GetUtcOffset(date);
        return new DateTimeOffset(date, offset).ToUniversalTime();
    }
}
