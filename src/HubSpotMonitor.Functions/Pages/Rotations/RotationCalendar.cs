using System.Globalization;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Rotations;

/// <summary>Which secrets are due when.</summary>
internal static class RotationCalendar
{
    /// <summary>Months that are named; what is due after them is later.</summary>
    private const int Months = 12;

    /// <param name="keys">Of all accounts.</param>
    /// <param name="usualLimit">For those without an age limit of their own.</param>
    /// <param name="now">Today, UTC.</param>
    /// <returns>Months in the order of time, without the empty ones.</returns>
    public static IReadOnlyList<DueMonth> Of(IEnumerable<(Portal Portal, Credential Credential)> keys, TimeSpan usualLimit, DateTimeOffset now) =>
    [
        .. keys.Where(key => key.Credential.NeedsRotation && key.Credential.SecretSince is not null)
            .Select(key => new DueKey(key.Portal, key.Credential, key.Credential.DueAt(usualLimit)!.Value, key.Credential.AgeLimit ?? usualLimit))
            .OrderBy(key => key.DueAt)
            .GroupBy(key => Title(key.DueAt, now))
            .Select(month => new DueMonth(month.Key, [.. month])),
    ];

    /// <summary>Static secrets whose age nobody knows: they stand in no calendar, and that must be seen.</summary>
    public static IReadOnlyList<(Portal Portal, Credential Credential)> Undated(IEnumerable<(Portal Portal, Credential Credential)> keys) =>
        [.. keys.Where(key => key.Credential.NeedsRotation && key.Credential.SecretSince is null)];

    private static string Title(DateTimeOffset due, DateTimeOffset now)
    {
        if (due <= now) return "Overdue";
        return due < now.AddMonths(Months) ? due.UtcDateTime.ToString("MMMM yyyy", CultureInfo.InvariantCulture) : "Later";
    }
}
