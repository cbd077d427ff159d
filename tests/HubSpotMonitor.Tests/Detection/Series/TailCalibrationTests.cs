using HubSpotMonitor.Detection.Series;

namespace HubSpotMonitor.Tests.Detection.Series;

/// <summary>A score is -log10 of a share: 1 is one in ten, 3 one in a thousand.</summary>
public sealed class TailCalibrationTests
{
    private const double OneInAllAndOne = 3.000434; // of 1,001

    [Fact]
    public void Before_a_hundred_values_nothing_is_said()
    {
        Learned((99, 1)).Score(50).ShouldBe(0);
        Learned((100, 1)).Score(50).ShouldBe(TailCalibration.Cap);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(0.5, 0)]
    [InlineData(1, 0.259637)] // half of 900 and all 100 that are larger
    [InlineData(1.5, 1)]
    [InlineData(2, 1.301030)]
    public void A_score_is_the_share_of_those_above_and_half_of_those_beside(double raw, double score) =>
        Learned((900, 1), (100, 2)).Score(raw).ShouldBe(score, 1e-5);

    [Theory]
    [InlineData(2, 2.146337)] // 0.0071: the exponential of the fiftieth, which is less than the share of 0.01
    [InlineData(3, 2.602060)] // 0.0025: the share, which is less than the exponential
    [InlineData(3.05, OneInAllAndOne)] // larger than all: at most one in all and itself
    [InlineData(20, 8)]
    public void Beyond_the_largest_fiftieth_it_falls_as_fast_as_the_fiftieth_does(double raw, double score) =>
        Learned((985, 1), (10, 2), (5, 3)).Score(raw).ShouldBe(score, 1e-3);

    [Fact]
    public void What_was_seen_once_is_no_rarer_than_once() => Learned((999, 1), (1, 2)).Score(2).ShouldBe(OneInAllAndOne, 1e-5);

    [Theory]
    [InlineData(2.1, 3.840087)]
    [InlineData(2.05, 3.303078)]
    public void Where_no_fiftieth_sticks_out_a_fiftieth_of_the_value_is_the_measure(double raw, double score) =>
        Learned((900, 1), (100, 2)).Score(raw).ShouldBe(score, 1e-3);

    [Fact]
    public void After_nothing_but_zeros_anything_is_as_rare_as_can_be_said() => Learned((200, 0)).Score(1).ShouldBe(TailCalibration.Cap);

    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(1, 1.022)]
    [InlineData(1.3, 2)]
    [InlineData(3.84, 2.1)]
    public void The_value_that_reaches_a_score_is_told(double score, double raw)
    {
        var tails = Learned((900, 1), (100, 2));
        tails.RawAt(score).ShouldBe(raw, 0.003);
        tails.Score(tails.RawAt(score)).ShouldBeGreaterThanOrEqualTo(score);
    }

    [Fact]
    public void Of_very_many_the_older_count_half()
    {
        Learned((20_000, 1), (2_500, 2)).Score(1.5).ShouldBe(-Math.Log10(2_499 / 12_499d), 1e-9);
        Learned((17_500, 1), (2_500, 2)).Score(1.5).ShouldBe(-Math.Log10(2_500 / 20_000d), 1e-9);
    }

    [Fact]
    public void Put_away_and_taken_up_it_says_the_same()
    {
        var tails = Learned((985, 1), (10, 2), (5, 3));
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        tails.Save(writer);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        var again = new TailCalibration();
        again.Read(reader);
        foreach (var raw in (double[])[0.5, 1, 2, 3, 3.05, 20]) again.Score(raw).ShouldBe(tails.Score(raw));
    }

    private static TailCalibration Learned(params (int Times, double Raw)[] values)
    {
        var tails = new TailCalibration();
        foreach (var (times, raw) in values)
        {
            for (var i = 0; i < times; i++) tails.Learn(raw);
        }
        return tails;
    }
}
