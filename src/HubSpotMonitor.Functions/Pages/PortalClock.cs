using System.Globalization;
using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages;

/// <summary>Times as they stand on the account's own clock.</summary>
public sealed record PortalClock(AccountClock Account)
{
    public static PortalClock Of(PortalView? portal) => new(AccountClock.FromName(portal?.TimeZone));

    public DateTimeOffset Local(DateTimeOffset at) => Account.Local(at);

    /// <summary><c>02:10</c>.</summary>
    public string Time(DateTimeOffset at) => Local(at).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary><c>24 Nov 02:10</c>.</summary>
    public string DayTime(DateTimeOffset at) => Local(at).ToString("d MMM HH:mm", CultureInfo.InvariantCulture);

    /// <summary><c>24 Nov</c>.</summary>
    public string Day(DateTimeOffset at) => Local(at).ToString("d MMM", CultureInfo.InvariantCulture);

    /// <summary><c>24 Nov 2026</c>.</summary>
    public string DayYear(DateTimeOffset at) => Local(at).ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>For the <c>datetime</c> attribute of a <c>time</c> element.</summary>
    public static string Machine(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
