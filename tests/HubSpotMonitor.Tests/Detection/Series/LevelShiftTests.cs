using HubSpotMonitor.Benchmarks.Usage;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection.Series;

/// <summary>
/// A surplus that stays for a week, from the fourth Tuesday on: told when it begins, and expected from then on. Days differ by a
/// twentieth as they do in accounts.
/// </summary>
public sealed class LevelShiftTests
{
    private const int PerDay = 96;
    private const int Seeds = 8;
    private const int Begins = (22 * PerDay) + 7;
    private const int Ends = Begins + (7 * PerDay);

    [Theory]
    [InlineData("office", 1.8)]
    [InlineData("poller", 1.3)]
    [InlineData("two shifts", 1.3)]
    public void A_steady_surplus_of_a_week_is_told_once(string shape, double times) =>
        Series(shape, times).Select(Told).ShouldBe(Enumerable.Repeat(1, Seeds));

    [Theory]
    [InlineData("poller")]
    [InlineData("two shifts")]
    public void A_larger_surplus_on_top_of_it_is_told(string shape)
    {
        const int Grows = Begins + (5 * PerDay);
        Series(shape, 1.5).Count(values => Alarms(Times(values, 1.6, Grows, Ends)).Any(alarm => alarm.Index is >= Grows and < Grows + PerDay))
            .ShouldBeGreaterThanOrEqualTo(Seeds - 1);
    }

    [Theory]
    [InlineData("office")]
    [InlineData("poller")]
    [InlineData("two shifts")]
    public void A_burst_on_top_of_it_is_told_at_its_first_count(string shape)
    {
        const int Night = Begins + (2 * PerDay);
        foreach (var values in Series(shape, 1.5))
        {
            values[Night] += 1000;
            Alarms(values).ShouldContain(alarm => alarm.Index == Night && alarm.Voices.Any(voice => !voice.IsSlow));
        }
    }

    [Fact]
    public void A_surplus_that_became_the_level_is_not_told_to_be_over_and_one_that_ended_is()
    {
        Series("poller", 1.5).Select(DrainEnd).Count(end => end.Condition == Condition.Clear && end.GoesOn).ShouldBeGreaterThanOrEqualTo(Seeds - 1);
        Enumerable.Range(1, Seeds)
            .Select(seed => DrainEnd(Times(QuietSeries.Make("poller", seed, days: 31, minutes: 15), 1.5, Begins, Begins + (2 * PerDay))))
            .ShouldAllBe(end => end.Condition == Condition.Clear && !end.GoesOn);
    }

    // What is said of the drain that was told, when it is first taken to be over; put away and taken up again now and then, as between polls.
    private static Assessment DrainEnd(double[] values)
    {
        var (detector, isTold) = (new CountDetector(AccountClock.Utc), false);
        for (var index = 0; index < values.Length; index++)
        {
            var count = CountAt(values[index], index);
            var alarm = CountAlarm.Of(detector.Next(count.Since!.Value, count.At, count.Value));
            if (index % PerDay == 0) detector = CountDetector.Load(detector.Save(), AccountClock.Utc)!;
            var drain = UsageFindings.Assess(alarm, count, detector).Single(one => one.Rule == UsageFindings.DrainRule);
            isTold |= drain.Condition is Condition.Firing;
            if (isTold && drain.Condition is Condition.Clear) return drain;
        }
        return Assessment.Undecided(UsageFindings.DrainRule, Metric.Calls);
    }

    private static IEnumerable<double[]> Series(string shape, double times) =>
        Enumerable.Range(1, Seeds).Select(seed => Times(QuietSeries.Make(shape, seed, days: 31, minutes: 15), times, Begins, Ends));

    private static double[] Times(double[] values, double times, int from, int to)
    {
        for (var index = from; index < to; index++) values[index] = Math.Round(times * values[index]);
        return values;
    }

    private static int Told(double[] values) => UsageRun.DrainsTold(new("", AccountClock.Utc, [.. values.Select(CountAt)]));

    private static Reading CountAt(double value, int index) => new()
    {
        Portal = 1,
        Metric = Metric.Calls,
        Since = QuietSeries.Start.AddMinutes(15 * index),
        At = QuietSeries.Start.AddMinutes(15 * (index + 1)),
        Value = value,
    };

    private static List<(int Index, IReadOnlyList<CountVoice> Voices)> Alarms(double[] values)
    {
        var detector = new CountDetector(AccountClock.Utc);
        return [.. values
            .Select((value, index) =>
                (index, detector.Next(QuietSeries.Start.AddMinutes(15 * index), QuietSeries.Start.AddMinutes(15 * (index + 1)), value).Voices))
            .Where(alarm => alarm.Voices.Count > 0)];
    }
}
