using System.Globalization;

namespace HubSpotMonitor.Benchmarks.Chaos;

/// <summary>How long after a fault's end all was well again; null: it never was.</summary>
/// <param name="Kind">What had gone wrong.</param>
/// <param name="Poll">Until a poll brought a figure.</param>
/// <param name="Webhook">Until a webhook was acknowledged.</param>
internal sealed record Recovery(FaultKind Kind, TimeSpan? Poll, TimeSpan? Webhook)
{
    /// <summary>A line per kind of fault.</summary>
    public static IEnumerable<string> Table(IReadOnlyCollection<Recovery> all)
    {
        yield return $"{"seconds from the fault's end",-28} {"faults",6} {"good poll: median",18} {"max",6} {"webhook: median",18} {"max",6}";
        foreach (var same in all.GroupBy(one => one.Kind).OrderBy(same => same.Key))
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{same.Key,-28} {same.Count(),6} {Figures(same.Select(one => one.Poll))} {Figures(same.Select(one => one.Webhook))}");
        }
    }

    private static string Figures(IEnumerable<TimeSpan?> times)
    {
        List<double> seconds = [.. times.Select(time => time?.TotalSeconds ?? double.PositiveInfinity).Order()];
        return string.Create(CultureInfo.InvariantCulture, $"{seconds[seconds.Count / 2],18:0.0} {seconds[^1],6:0.0}");
    }
}
