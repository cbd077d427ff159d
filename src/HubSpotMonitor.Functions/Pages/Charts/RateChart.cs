using System.Globalization;
using System.Text;
using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Charts;

/// <summary>The geometry of a small chart: events per minute of one source, deletions apart from the rest.</summary>
public sealed record RateChart
{
    /// <summary>Minutes across.</summary>
    public static readonly int Width = (int)EventReport.RateWindow.TotalMinutes;

    public const int Height = 40;

    /// <summary>Paths of bars that start from the bottom.</summary>
    public required string Changes { get; init; }

    public required string Deletions { get; init; }

    /// <summary>Events in the fullest minute.</summary>
    public required int Top { get; init; }

    public required string Description { get; init; }

    public static RateChart Of(SourceRates rates, DateTimeOffset now, PortalClock clock)
    {
        ArgumentNullException.ThrowIfNull(rates);
        ArgumentNullException.ThrowIfNull(clock);
        var start = now.Floor(TimeSpan.FromMinutes(1)).AddMinutes(1 - Width);
        var minutes = rates.Counts.GroupBy(count => count.Minute).Select(minute => (
            X: (int)(minute.Key - start).TotalMinutes,
            At: minute.Key,
            Deletions: minute.Where(IsDeletion).Sum(count => count.Count),
            All: minute.Sum(count => count.Count))).Where(minute => minute.X >= 0 && minute.X < Width).ToList();
        var top = Math.Max(1, minutes.Select(minute => minute.All).DefaultIfEmpty(0).Max());
        var (changes, deletions) = (new StringBuilder(), new StringBuilder());
        foreach (var (x, _, deleted, all) in minutes)
        {
            if (all > deleted) Bar(changes, x, deleted, all, top);
            if (deleted > 0) Bar(deletions, x, 0, deleted, top);
        }
        var peak = minutes.Count == 0 ? default : minutes.MaxBy(minute => minute.All);
        return new()
        {
            Changes = changes.ToString(),
            Deletions = deletions.ToString(),
            Top = top,
            Description = minutes.Count == 0
                ? "Nothing in the last three hours."
                : $"{Words.Count(minutes.Sum(minute => minute.All))} events in the last three hours, {Words.Count(minutes.Sum(minute => minute.Deletions))} of them deletions; {Words.Count(peak.All)} in the fullest minute, {clock.Time(peak.At)}.",
        };
    }

    private static bool IsDeletion(EventCount count) => EventProfile.KindOf(count.Type) == ChangeKind.Deletion;

    private static void Bar(StringBuilder path, int x, int from, int to, int top) =>
        path.Append(CultureInfo.InvariantCulture,
            $"M{x} {Height - (Height * from / (double)top):0.#}V{Height - (Height * to / (double)top):0.#}h.85V{Height - (Height * from / (double)top):0.#}z");
}
