using System.Globalization;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages;

/// <summary>Times as a browser's form sends them: no zone, so the form names one.</summary>
internal static class FormTime
{
    /// <returns>Null: the field is empty or holds no time that anybody means.</returns>
    public static DateTimeOffset? Read(string? text, string? zone)
    {
        string[] formats = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];
        if (!DateTime.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            || local.Year is < 2000 or > 9000)
        {
            return null;
        }
        var clock = AccountClock.FromName(string.IsNullOrEmpty(zone) ? null : zone);
        return new DateTimeOffset(local, clock.Zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
