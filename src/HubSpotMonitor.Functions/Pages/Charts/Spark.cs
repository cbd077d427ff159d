using System.Globalization;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Charts;

/// <summary>The geometry of a chart a finger wide: the last day hour by hour against what was expected. Its words stand beside it.</summary>
/// <param name="Line">The calls of each hour, broken where hours are missing; the hour that runs
/// only once it is above its band. A path in <see cref="Width"/> by <see cref="Height"/>.</param>
/// <param name="Band">What was expected; null: nothing, the monitor is still learning.</param>
/// <param name="Beyond">Hours above their band.</param>
/// <param name="Says">The chart in words.</param>
public sealed record Spark(string Line, string? Band, IReadOnlyList<Spot> Beyond, string Says)
{
    public const int Width = 240;
    public const int Height = 40;

    /// <param name="hours">Oldest first.</param>
    /// <param name="now">The right edge is the hour it lies in.</param>
    /// <returns>Null: there is nothing to draw.</returns>
    public static Spark? Of(IReadOnlyList<HourOfCalls> hours, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(hours);
        var running = HourOfCalls.HourOf(now);
        var from = running.AddHours(1 - HourOfCalls.Kept);
        var shown = hours.Where(hour => hour.Hour >= from && (hour.Hour < running || hour.Calls > hour.High)).ToList();
        if (shown.Count == 0) return null;

        var top = Rates.NiceTop(shown.Max(hour => Math.Max(hour.Calls, hour.High ?? 0)));
        double Across(HourOfCalls hour) => (hour.Hour - from).TotalHours / (HourOfCalls.Kept - 1) * Width;
        double Down(double calls) => Height - (calls / top * Height);
        string Point(char by, HourOfCalls hour, double calls) =>
            string.Create(CultureInfo.InvariantCulture, $"{by}{Across(hour):0.#} {Down(calls):0.#}");

        var line = shown.Select((hour, index) => Point(index > 0 && shown[index - 1].Hour == hour.Hour.AddHours(-1) ? 'L' : 'M', hour, hour.Calls));
        var known = shown.Where(hour => hour.High is not null).ToList();
        var beyond = known.Where(hour => hour.Calls > hour.High).ToList();
        var upper = known.Select((hour, index) => Point(index == 0 ? 'M' : 'L', hour, hour.High!.Value));
        var lower = known.AsEnumerable().Reverse().Select(hour => Point('L', hour, hour.Low!.Value));
        return new(
            string.Concat(line),
            known.Count < 2 ? null : string.Concat(upper.Concat(lower)) + "Z",
            [.. beyond.Select(hour => new Spot(Across(hour) / Width, Down(hour.Calls) / Height))],
            $"{Words.Count(shown.Sum(hour => hour.Calls))} calls in 24 hours{Against(known.Count, beyond.Count)}");
    }

    private static string Against(int known, int beyond) =>
        known == 0 ? ""
        : beyond == 0 ? ", no hour above what was expected"
        : $", {beyond} {(beyond == 1 ? "hour" : "hours")} above what was expected";
}
