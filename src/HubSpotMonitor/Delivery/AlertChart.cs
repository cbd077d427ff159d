using System.Globalization;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery;

/// <summary>The counts around an alert, in words and as a line of text; the mail draws its bars from the same numbers.</summary>
internal sealed class AlertChart
{
    // A phone shows about this many letters of even width in a row.
    private const int Columns = 32;
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const int LongestName = 40;

    private AlertChart(AlertMessage message)
    {
        Points = message.Chart;
        Peak = Math.Max(1, Points.Max(point => Math.Max(point.Calls, point.High ?? 0)));
        var (first, last) = (Points[0].At.ToOffset(message.UtcOffset), Points[^1].At.ToOffset(message.UtcOffset));
        Offset = message.UtcOffset;
        Counted = Capital(SafeText.Line(message.Finding.Counted, LongestName));
        var told = message.At.ToOffset(message.UtcOffset).Date;
        TimeFormat = first.Date == told && last.Date == told ? "HH:mm" : "d MMM HH:mm";
        First = first.ToString(TimeFormat, CultureInfo.InvariantCulture);
        Last = last.ToString(TimeFormat, CultureInfo.InvariantCulture);
        Sentence = Describe(message.At);
    }

    public IReadOnlyList<ChartPoint> Points { get; }

    /// <summary>What is counted, as it begins a heading: <c>Logins</c>.</summary>
    public string Counted { get; }

    /// <summary>The highest value to draw, at least 1.</summary>
    public double Peak { get; }

    /// <summary>Of the account's clock.</summary>
    public TimeSpan Offset { get; }

    /// <summary>With the day where the chart has another than the message.</summary>
    public string TimeFormat { get; }

    /// <summary>The first and the last time on the account's clock.</summary>
    public string First { get; }

    public string Last { get; }

    /// <summary>All that the picture shows, for those who cannot see it.</summary>
    public string Sentence { get; }

    /// <summary>Absent when there is nothing to draw.</summary>
    public static AlertChart? Of(AlertMessage message) => message.Chart.Count == 0 ? null : new(message);

    public static bool IsAbove(ChartPoint point) => point.High is { } high && point.Calls > high;

    /// <summary>At most so many bars: where several points share one, the highest stands for them, so that no spike is lost.</summary>
    public IReadOnlyList<(DateTimeOffset At, double Calls, bool IsAbove)> Bars(int most) =>
        [.. Points.Chunk((Points.Count + most - 1) / most).Select(bar => (bar[0].At, bar.Max(point => point.Calls), bar.Any(IsAbove)))];

    /// <summary><c>▁▁▂▁▁█▇</c>, and below it <c>·····^^</c>: a mark under each bar above what was expected.</summary>
    public (string Bars, string Marks) Sparkline()
    {
        var bars = Bars(Columns);
        return (string.Concat(bars.Select(bar => Blocks[Level(bar.Calls)])), string.Concat(bars.Select(bar => bar.IsAbove ? '^' : '·')));
    }

    private static string Capital(string counted) => counted == "" ? "Calls" : char.ToUpperInvariant(counted[0]) + counted[1..];

    private int Level(double calls) => (int)Math.Round(Math.Clamp(calls / Peak, 0, 1) * (Blocks.Length - 1));

    private string Describe(DateTimeOffset told)
    {
        var (lowest, highest) = (Points.MinBy(point => point.Calls)!, Points.MaxBy(point => point.Calls)!);
        var expected = highest.High is { } high ? $", where at most {Words.Count(high)} were expected" : "";
        var above = Points.Count(IsAbove);
        var share = above == 0 ? "" : $" {above} of {Points.Count} intervals lie above what was expected (marked).";
        return $"{Counted} from {First} to {Last}: lowest {Words.Count(lowest.Calls)}, "
            + $"highest {Words.Count(highest.Calls)} at {Words.DayAndTime(highest.At, told, Offset)}{expected}.{share}";
    }
}
