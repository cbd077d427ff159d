using System.Globalization;
using System.Text;
using HubSpotMonitor.Dashboard;

namespace HubSpotMonitor.Functions.Pages.Charts.Usage;

/// <summary>
/// The large chart of one portal: calls a minute with what was expected of them, and
/// below on the same time axis what was counted since midnight against the day's limit.
/// </summary>
public sealed record UsageChart
{
    public required ChartWindow Window { get; init; }

    public required PortalClock Clock { get; init; }

    public required BandChart Rates { get; init; }

    public required UsageStory Story { get; init; }

    /// <summary>What was counted since midnight, a list for each day.</summary>
    public required IReadOnlyList<IReadOnlyList<CounterValue>> Days { get; init; }

    /// <summary>Calls a day, where HubSpot named them.</summary>
    public required double? Limit { get; init; }

    /// <summary>The account's midnights, at which the counter starts again.</summary>
    public required IReadOnlyList<DateTimeOffset> Resets { get; init; }

    /// <summary>The value at the upper edge of the lower plot.</summary>
    public required double Top { get; init; }

    /// <summary>Whether the limit lies within the lower plot: a day far below would be a line on the floor.</summary>
    public bool ShowsLimit => Limit <= Top;

    public static UsageChart Of(UsageHistory history, ChartWindow window, string words, PortalClock clock, double? limit)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(clock);
        var days = DayCounter.Of(history.Counts, clock)
            .Select(day => Thinned([.. day.Where(value => window.Holds(value.At))]))
            .Where(day => day.Count > 0)
            .ToList();
        var most = days.SelectMany(day => day).Select(value => value.Calls).DefaultIfEmpty(0).Max();
        return new()
        {
            Window = window,
            Clock = clock,
            Rates = BandChart.Of(history.Counts, clock, window, words),
            Story = UsageStory.Of(history, window, clock),
            Days = days,
            Limit = limit,
            Resets = [.. Midnights(window, clock)],
            // Above a third of it, the limit is what the day is measured by.
            Top = limit is { } ceiling && most * 3 >= ceiling ? Math.Max(ceiling, most) * 1.06 : Charts.Rates.NiceTop(most),
        };
    }

    /// <summary>The paths of the lower plot, in <see cref="BandChart.Width"/> by <see cref="BandChart.Height"/>.</summary>
    public IEnumerable<string> DayPaths() => Days.Select(day =>
    {
        var path = new StringBuilder();
        foreach (var value in day)
        {
            path.Append(CultureInfo.InvariantCulture,
                $"{(path.Length == 0 ? 'M' : 'L')}{Window.Share(value.At) * BandChart.Width:0.#} {(1 - (value.Calls / Top)) * BandChart.Height:0}");
        }
        return day.Count == 1 ? path.Append("h0.1").ToString() : path.ToString();
    });

    // A counter only rises: every sixth value of a long day tells as much.
    private static IReadOnlyList<CounterValue> Thinned(List<CounterValue> day) =>
        day.Count <= 48 ? day : [.. day.Where((_, index) => index % 6 == 0 || index == day.Count - 1)];

    private static IEnumerable<DateTimeOffset> Midnights(ChartWindow window, PortalClock clock)
    {
        for (var at = clock.Account.NextMidnight(window.From); at < window.To; at = clock.Account.NextMidnight(at)) yield return at;
    }
}
