using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection.Series;

/// <summary>A probability must mean what it says, whatever the series looks like.</summary>
public sealed class CalibrationTests
{
    private const int Days = 49;

    [Fact]
    public void One_quiet_count_in_a_hundred_has_a_probability_below_a_hundredth_and_all_are_uniform()
    {
        (string Shape, int Minutes)[] series = [("office", 15), ("office", 60), ("poller", 15), ("night batch", 15), ("two shifts", 30)];
        var byShape = series.AsParallel().AsOrdered().Select(one => Tails(one.Shape, one.Minutes, Enumerable.Range(1, 4))).ToList();
        foreach (var tails in byShape) Share(tails, 0.01).ShouldBeInRange(0.005, 0.015); // few seeds: chance is a part of it
        byShape.Average(tails => Share(tails, 0.01)).ShouldBeInRange(0.007, 0.013);
        byShape.Average(tails => Share(tails, 0.001)).ShouldBeLessThan(0.003);
        foreach (var level in (double[])[0.05, 0.1, 0.25, 0.5, 0.75, 0.9])
            byShape.Average(tails => Share(tails, level)).ShouldBe(level, 0.015, $"at {level}");
    }

    // Where most counts are 0 no probability can be uniform; small ones must still be rare.
    [Fact]
    public void Few_calls_make_no_small_probabilities_common() => Share(Tails("few calls", 15, Enumerable.Range(1, 6)), 0.01).ShouldBeLessThan(0.013);

    [Fact]
    public void Bursts_that_were_told_do_not_make_quiet_counts_look_strange()
    {
        var values = QuietSeries.Make("office", 11, Days, 15);
        List<int> loud = [];
        for (var day = 15; day < Days; day += 5)
        {
            for (var slot = 20; slot < 30; slot++)
            {
                values[(day * 96) + slot] += 900;
                loud.Add((day * 96) + slot);
            }
        }
        var tails = Run(values, 15)
            .Select((p, index) => (p, index))
            .Where(one => one.index > 14 * 96 && !loud.Contains(one.index))
            .Select(one => one.p!.Value)
            .ToList();
        Share(tails, 0.01).ShouldBeInRange(0.006, 0.014);
    }

    private static List<double> Tails(string shape, int minutes, IEnumerable<int> seeds) =>
        [.. seeds.SelectMany(seed => Run(QuietSeries.Make(shape, seed, Days, minutes), minutes).Skip(14 * 24 * 60 / minutes)).Select(p => p!.Value)];

    private static List<double?> Run(double[] values, int minutes)
    {
        var detector = new CountDetector(AccountClock.Utc);
        return [.. values
            .Select((value, index) => detector.Next(
                QuietSeries.Start.AddMinutes(minutes * index), QuietSeries.Start.AddMinutes(minutes * (index + 1)), value))
            .Select(verdict => verdict.Expected?.TailProbability)];
    }

    private static double Share(List<double> tails, double level) => tails.Count(p => p < level) / (double)tails.Count;
}
