using HubSpotMonitor.Benchmarks.Nab.Committee;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Benchmarks;

public sealed class ShapeDetectorTests
{
    [Fact]
    public void What_was_never_seen_stands_out_and_is_told_once()
    {
        var scores = Run(Wave(2000, spikeAt: 1500));
        scores.IndexOf(scores.Max()).ShouldBe(1500);
        scores.Skip(1501).Take(100).ShouldAllBe(score => score < scores[1500]);
    }

    [Fact]
    public void The_same_series_gives_the_same_scores() => Run(Wave(900, 700)).ShouldBe(Run(Wave(900, 700)));

    [Fact]
    public void A_series_that_never_moves_is_never_strange() => Run([.. Enumerable.Repeat(5d, 1000)]).ShouldAllBe(score => score == 0);

    private static List<double> Run(double[] values)
    {
        var detector = new ShapeDetector();
        return [.. values.Select((value, index) => detector.Next(Noon.AddMinutes(5 * index), value))];
    }

    private static double[] Wave(int length, int spikeAt)
    {
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, length).Select(index => (10 * Math.Sin(index / 45.8)) + random.NextDouble())];
        values[spikeAt] += 60;
        return values;
    }
}
