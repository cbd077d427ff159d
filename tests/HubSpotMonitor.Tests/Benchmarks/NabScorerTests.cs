using CsCheck;
using HubSpotMonitor.Benchmarks.Nab;

namespace HubSpotMonitor.Tests.Benchmarks;

/// <summary>The scorer against cases worked out by hand from the benchmark's rules.</summary>
public sealed class NabScorerTests
{
    private const int Rows = 100;

    private static readonly NabWindow Window = new(40, 49);

    [Fact]
    public void An_alarm_at_the_left_edge_of_every_window_and_no_other_is_a_hundred() => Score([40]).ShouldBe(100, 1e-9);

    [Fact]
    public void Silence_is_nothing() => Score([]).ShouldBe(0, 1e-9);

    // -(49 - 49 + 1) / 10 = -0.1; (2 / (1 + e^-0.5) - 1) / (2 / (1 + e^-5) - 1) = 0.244919 / 0.986614 = 0.248242; 100 x (0.248242 + 1) / 2.
    [Fact]
    public void At_the_right_edge_a_hit_is_worth_a_quarter() => Score([49]).ShouldBe(62.4121, 1e-3);

    [Fact]
    public void Of_several_alarms_in_a_window_only_the_best_placed_counts()
    {
        Score([40, 43, 49]).ShouldBe(100, 1e-9);
        Score([43, 49]).ShouldBe(Score([43]), 1e-9);
    }

    // Each costs 0.11 before any window: 100 x (1 - 0.11 - 0.11 + 1) / 2.
    [Fact]
    public void Every_row_above_the_threshold_before_a_window_costs_in_full() => Score([20, 21, 40]).ShouldBe(89, 1e-9);

    // (50 - 49) / 9 = 0.1111; 2 / (1 + e^0.5556) - 1 = -0.270850; x 0.11.
    [Fact]
    public void Just_after_a_window_an_alarm_costs_little_and_three_widths_later_in_full()
    {
        Raw([50]).ShouldBe(-1 - 0.029794, 1e-5);
        Raw([77]).ShouldBe(-1.11, 1e-9);
    }

    [Fact]
    public void In_probation_nothing_counts()
    {
        NabScorer.Probation(100).ShouldBe(15);
        NabScorer.Probation(99).ShouldBe(14);
        NabScorer.Probation(20_000).ShouldBe(750);
        Score([3, 14, 40]).ShouldBe(100, 1e-9);
        Score([15, 40]).ShouldBe(94.5, 1e-9);
    }

    [Fact]
    public void False_alarms_cost_twice_where_they_are_to_be_few_and_misses_where_those_are()
    {
        Raw([20], NabProfile.LowFalseAlarms).ShouldBe(-1.22, 1e-9);
        Raw([20], NabProfile.LowMisses).ShouldBe(-2.11, 1e-9);
        Score([40], NabProfile.LowMisses).ShouldBe(100, 1e-9);
        Score([], NabProfile.LowMisses).ShouldBe(0, 1e-9);
    }

    [Fact]
    public void The_best_threshold_is_as_good_as_every_other_one_tried_by_hand() =>
        Gen.Int[0, 9].Array[Rows].Sample(scores =>
        {
            NabFile[] files = [new("a", [.. scores.Select(score => (double)score)], [Window]), new("b", [.. scores.Reverse().Select(score => (double)score)], [new(60, 66)])];
            foreach (var profile in NabProfile.All)
            {
                var byHand = Enumerable.Range(0, 11).Max(threshold => NabScorer.At(threshold, files, profile));
                NabScorer.Best(files, profile).Value.ShouldBe(byHand, 1e-9);
            }
        }, iter: 200);

    [Fact]
    public void The_halves_are_the_same_every_time_and_no_file_is_in_both()
    {
        NabFile[] files = [.. Enumerable.Range(0, 9).Select(number => Alarms([20 + number, 40], $"file {number}"))];
        NabSplits.Unseen(files, NabProfile.Standard).ShouldBe(NabSplits.Unseen([.. files.Reverse()], NabProfile.Standard));
        NabSplits.Unseen(files, NabProfile.Standard).Count.ShouldBe(10);
    }

    private static double Score(int[] alarms, NabProfile? profile = null) => NabScorer.At(0.5, [Alarms(alarms)], profile ?? NabProfile.Standard);

    private static double Raw(int[] alarms, NabProfile? profile = null) => NabScorer.Raw(0.5, Alarms(alarms), profile ?? NabProfile.Standard);

    private static NabFile Alarms(int[] alarms, string name = "file") => new(name, [.. Enumerable.Range(0, Rows).Select(row => alarms.Contains(row) ? 1d : 0)], [Window]);
}
