using System.Globalization;
using System.Text;
using HubSpotMonitor.Benchmarks.Usage;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Benchmarks;

/// <summary>One series, told to a person and drawn.</summary>
internal sealed class DetectCommand(TextWriter output)
{
    private const int Width = 1200;
    private const int Height = 320;

    public int Run(string input, string? plot)
    {
        var series = UsageCorpus.ReadFile(input);
        var alerts = UsageRun.Alerts(series);
        Say($"{series.Name}: {series.Counts.Count} counts from {series.Counts[0].Since:yyyy-MM-dd HH:mm} to {series.Counts[^1].At:yyyy-MM-dd HH:mm} UTC, clock {series.Clock.Name}");
        foreach (var alert in alerts) Say($"{alert.Start:yyyy-MM-dd HH:mm}  {alert.Class,-16} p {alert.P:0.0e-0}  {alert.Sentence}");
        Say($"{alerts.Count} alerts");
        if (plot is not null) File.WriteAllText(plot, Draw(series, alerts));
        return 0;
    }

    private static string Draw(UsageSeries series, IReadOnlyList<UsageAlert> alerts)
    {
        var verdicts = UsageRun.Verdicts(series).Select(one => (one.Count, one.Verdict.Expected)).ToList();
        var (from, to) = (series.Counts[0].Since!.Value, series.Counts[^1].At);
        var rates = verdicts.Select(one => one.Count.Value / Minutes(one.Count)).Order().ToList();
        var top = Math.Max(1, rates[(int)(rates.Count * 0.995)] * 1.5);
        StringBuilder svg = new(
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="white"/>""");
        foreach (var alert in alerts)
        {
            svg.Append(CultureInfo.InvariantCulture,
                $"""<rect x="{X(alert.Start):0.#}" y="16" width="{Math.Max(2, X(alert.End) - X(alert.Start)):0.#}" height="{Height - 32}" fill="#d33" opacity="0.35"><title>{alert.Class}</title></rect>""");
        }
        svg.Append(Line("#9ab", verdicts
            .Where(one => one.Expected is not null)
            .Select(one => (X(one.Count.At), Y(one.Expected!.High / Minutes(one.Count))))));
        svg.Append(Line("#36a", verdicts.Select(one => (X(one.Count.At), Y(one.Count.Value / Minutes(one.Count))))));
        svg.Append(CultureInfo.InvariantCulture,
            $"""<text x="4" y="12">{series.Name}: calls a minute, 0 to {top:0.##}; grey: 95 of 100 quiet counts lie below; red: alerts</text></svg>""");
        return svg.ToString();

        double X(DateTimeOffset at) => Width * ((at - from) / (to - from));
        double Y(double rate) => Height - 16 - ((Height - 32) * Math.Min(1, rate / top));
    }

    private static string Line(string colour, IEnumerable<(double X, double Y)> points) => string.Create(CultureInfo.InvariantCulture,
        $"""<polyline fill="none" stroke="{colour}" stroke-width="0.7" points="{string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}")))}"/>""");

    private static double Minutes(Reading count) => (count.At - count.Since!.Value).TotalMinutes;

    private void Say(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
