using System.Globalization;

namespace HubSpotMonitor.Signals;

/// <summary>Numbers and times as a person reads them, the same in mail, card, page and log.</summary>
public static class Words
{
    /// <summary><c>2,140</c>.</summary>
    public static string Count(double value) => Math.Round(value).ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>8.9x</c>, <c>120x</c>.</summary>
    public static string Factor(double value) => value.ToString(value < 20 ? "0.0" : "0", CultureInfo.InvariantCulture) + "x";

    /// <summary><c>41 %</c>, from a share of 0.41.</summary>
    public static string Percent(double share) => (share * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    /// <summary><c>Old still works</c>, from <c>OldStillWorks</c>.</summary>
    public static string Spaced(string name) =>
        string.Concat(name.Select((letter, index) => index > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : letter.ToString()));

    /// <summary><c>35 min</c>, <c>3 h 20 min</c>, <c>2 d 4 h</c>.</summary>
    public static string Duration(TimeSpan time) => TimeSpan.FromMinutes(Math.Round(time.TotalMinutes)) switch
    {
        { TotalMinutes: < 1 } => "less than a minute",
        { TotalHours: < 1 } round => $"{round.Minutes} min",
        { TotalDays: < 1 } round => round.Minutes == 0 ? $"{round.Hours} h" : $"{round.Hours} h {round.Minutes} min",
        var round => round.Hours == 0 ? $"{round.Days} d" : $"{round.Days} d {round.Hours} h",
    };

    /// <summary><c>02:10 (UTC+1)</c>.</summary>
    public static string LocalTime(DateTimeOffset at, TimeSpan offset) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.ToOffset(offset):HH:mm} ({Offset(offset)})");

    /// <summary>
    /// <c>02:10 (UTC+1)</c>; <c>23 Nov 02:10 (UTC+1)</c> where that is not the day on which it is told, and with the year where it is another.
    /// </summary>
    public static string DayAndTime(DateTimeOffset at, DateTimeOffset told, TimeSpan offset)
    {
        var (local, today) = (at.ToOffset(offset), told.ToOffset(offset));
        var day = local.Date == today.Date ? "" : local.ToString(local.Year == today.Year ? "d MMM " : "d MMM yyyy ", CultureInfo.InvariantCulture);
        return day + LocalTime(at, offset);
    }

    /// <summary><c>24 Nov 2026 02:10 (UTC+1) = 24 Nov 2026 01:10 UTC</c>.</summary>
    public static string LocalAndUtc(DateTimeOffset at, TimeSpan offset) =>
        string.Create(
            CultureInfo.InvariantCulture, $"{at.ToOffset(offset):d MMM yyyy HH:mm} ({Offset(offset)}) = {at.UtcDateTime:d MMM yyyy HH:mm} UTC");

    private static string Offset(TimeSpan offset)
    {
        var sign = offset < TimeSpan.Zero ? "-" : "+";
        var minutes = offset.Minutes == 0 ? "" : $":{Math.Abs(offset.Minutes):00}";
        return $"UTC{sign}{Math.Abs(offset.Hours)}{minutes}";
    }
}
