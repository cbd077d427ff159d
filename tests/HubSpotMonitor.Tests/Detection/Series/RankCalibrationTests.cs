using HubSpotMonitor.Detection.Series;

namespace HubSpotMonitor.Tests.Detection.Series;

public sealed class RankCalibrationTests
{
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.1587)]
    [InlineData(2, 0.0228)]
    [InlineData(-1, 0.8413)]
    public void With_little_to_rank_in_a_deviation_is_as_rare_as_a_normal_one(double deviation, double tail) =>
        Learned(Enumerable.Repeat(5d, TailCalibration.Needed - 1)).Tail(deviation).ShouldBe(tail, 0.0005);

    [Fact]
    public void With_enough_to_rank_in_it_is_as_rare_as_it_was() => Learned(Enumerable.Repeat(5d, TailCalibration.Needed)).Tail(0).ShouldBe(1);

    [Theory]
    [InlineData(-3, 1)]
    [InlineData(0, 0.998)] // half of the four that are as large
    [InlineData(5, 0.498)]
    [InlineData(9, 0.098)]
    public void The_share_of_those_above_and_half_of_those_beside_is_the_probability(double deviation, double tail) =>
        Even().Tail(deviation).ShouldBe(tail, 1e-9);

    [Theory]
    [InlineData(9.9)]
    [InlineData(10.5)]
    [InlineData(11)]
    public void Beyond_the_largest_fiftieth_it_falls_as_fast_as_the_fiftieth_does(double deviation) =>
        Even().Tail(deviation).ShouldBe(0.021 * Math.Exp(-(deviation - 9.78125) / 0.109375), 1e-9); // 21 of 1,000 lie above 9.78, by 0.109 on average

    [Fact]
    public void A_fiftieth_of_one_value_is_taken_to_scatter_a_little()
    {
        var ranks = Learned(Enumerable.Repeat(1d, 200));
        ranks.Tail(1).ShouldBe(0.5);
        ranks.Tail(1.5).ShouldBe(Math.Exp(-10), 1e-9);
    }

    [Fact]
    public void Nothing_is_rarer_than_one_in_a_million_million() => Even().Tail(100).ShouldBe(1e-12);

    [Theory]
    [InlineData(0.5, 5)]
    [InlineData(0.4, 6)]
    [InlineData(1, 0)]
    public void The_deviation_that_a_share_lies_above_is_told(double tail, double deviation) =>
        Even().At(tail).ShouldBe(deviation + (0.5 / 32), 1e-9);

    [Fact]
    public void What_is_off_the_scale_counts_at_its_end()
    {
        var ranks = Learned([.. Enumerable.Repeat(-50d, 100), .. Enumerable.Repeat(50d, 100)]);
        ranks.Tail(0).ShouldBe(0.5);
        ranks.At(0.5).ShouldBeInRange(23.9, 24);
        ranks.At(1).ShouldBeInRange(-8, -7.9);
    }

    [Fact]
    public void From_day_to_day_a_tenth_is_forgotten()
    {
        var ranks = Learned(Enumerable.Repeat(0d, 600));
        ranks.Fade();
        for (var i = 0; i < 60; i++) ranks.Learn(5);
        ranks.Total.ShouldBe(600, 1e-6);
        ranks.Tail(2).ShouldBe(0.1, 1e-6);
        ranks.Tail(-2).ShouldBe(1, 1e-6);
    }

    [Fact]
    public void Of_few_nothing_is_forgotten()
    {
        var ranks = Learned(Enumerable.Repeat(0d, 550));
        ranks.Fade();
        ranks.Total.ShouldBe(550);
    }

    [Fact]
    public void Put_away_and_taken_up_it_says_the_same()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        Even().Save(writer);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        var again = new RankCalibration();
        again.Read(reader);
        foreach (var deviation in (double[])[-3, 0, 5, 9, 10.5]) again.Tail(deviation).ShouldBe(Even().Tail(deviation));
    }

    /// <summary>A thousand deviations from 0 to 9.99, a hundredth apart: four in most bins, three in each of the last.</summary>
    private static RankCalibration Even() => Learned(Enumerable.Range(0, 1000).Select(i => i / 100d));

    private static RankCalibration Learned(IEnumerable<double> deviations)
    {
        var ranks = new RankCalibration();
        foreach (var deviation in deviations) ranks.Learn(deviation);
        return ranks;
    }
}
