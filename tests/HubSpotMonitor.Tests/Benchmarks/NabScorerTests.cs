using HubSpotMonitor.Benchmarks.Nab;

namespace HubSpotMonitor.Tests.Benchmarks;

/// <summary>Hand-computed cases of the Numenta Anomaly Benchmark's rules.</summary>
public sealed class NabScorerTests
{
    private const int Rows = 100;

    // Rows 40 to 49 hold the anomaly; the first 15 are probation.
    private static readonly NabWindow Window = new(40, 49);

    [Fact]
    public void Silence_is_nought_and_an_alarm_at_the_left_edge_a_hundred()
    {
        Score(NabProfile.Standard).ShouldBe(0);
        Score(NabProfile.Standard, 40).ShouldBe(100, 1e-9);
    }

    [Fact]
    public void An_alarm_later_in_the_window_is_worth_less() // row 45: position -(49 - 45 + 1)/10 = -0.5
        => Raw(NabProfile.Standard, 45).ShouldBe(((2 / (1 + Math.Exp(-2.5))) - 1) / ((2 / (1 + Math.Exp(-5))) - 1), 1e-9);

    [Fact]
    public void Of_several_alarms_in_a_window_the_best_placed_counts() => Raw(NabProfile.Standard, 40, 44, 48).ShouldBe(1, 1e-9);

    [Fact]
    public void Every_row_of_a_false_alarm_before_any_window_costs_its_full_weight() =>
        Raw(NabProfile.Standard, 20, 21, 40).ShouldBe(1 - (2 * 0.11), 1e-9);

    [Fact]
    public void Just_after_a_window_a_false_alarm_costs_little() // row 50: position (50 - 49)/(10 - 1)
        => Raw(NabProfile.Standard, 40, 50).ShouldBe(1 + (0.11 * ((2 / (1 + Math.Exp(5d / 9))) - 1)), 1e-9);

    [Fact]
    public void Far_after_a_window_it_costs_its_full_weight_again() => Raw(NabProfile.LowFalseAlarms, 40, 90).ShouldBe(1 - 0.22, 1e-9);

    [Fact]
    public void In_probation_nothing_counts()
    {
        NabScorer.Probation(Rows).ShouldBe(15);
        NabScorer.Probation(10_000).ShouldBe(750);
        Raw(NabProfile.Standard, 3, 14, 40).ShouldBe(1, 1e-9);
    }

    [Fact]
    public void Where_misses_weigh_double_a_missed_window_costs_two() => Raw(NabProfile.LowMisses).ShouldBe(-2);

    [Fact]
    public void The_best_threshold_leaves_out_what_costs_more_than_it_brings()
    {
        var file = File((20, 0.4), (40, 0.9), (41, 0.8));
        var best = NabScorer.Best([file], NabProfile.Standard);
        best.Value.ShouldBe(100, 1e-9);
        best.Threshold.ShouldBeInRange(0.8, 0.9);
    }

    [Fact]
    public void The_best_threshold_and_the_score_at_it_agree()
    {
        var file = File((20, 0.7), (44, 0.6), (60, 0.5), (30, 0.2));
        var best = NabScorer.Best([file], NabProfile.Standard);
        NabScorer.At(best.Threshold, [file], NabProfile.Standard).ShouldBe(best.Value, 1e-9);
    }

    [Fact]
    public void Half_splits_are_the_same_every_time()
    {
        NabFile[] files = [.. Enumerable.Range(0, 6).Select(i => File((38 + i, 0.9)) with { Name = $"f{i}" })];
        NabSplits.Unseen(files, NabProfile.Standard).ShouldBe(NabSplits.Unseen(files, NabProfile.Standard));
    }

    private static double Score(NabProfile profile, params int[] alarms) => NabScorer.At(0.5, [File([.. alarms.Select(row => (row, 1d))])], profile);

    private static double Raw(NabProfile profile, params int[] alarms) => NabScorer.Raw(0.5, File([.. alarms.Select(row => (row, 1d))]), profile);

    private static NabFile File(params (int Row, double Score)[] alarms)
    {
        var scores = new double[Rows];
        foreach (var (row, score) in alarms) scores[row] = score;
        return new("file", scores, [Window]);
    }
}
