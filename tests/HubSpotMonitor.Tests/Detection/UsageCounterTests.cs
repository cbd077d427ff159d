using CsCheck;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Detection;

public sealed class UsageCounterTests
{
    private static readonly AccountClock Berlin = AccountClock.Find("Europe/Berlin")!;
    private static readonly DateTimeOffset Midnight = new(2026, 11, 24, 23, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_count_is_the_difference_of_two_values() =>
        Values(Counter(Noon, 100), Counter(Noon.AddMinutes(5), 130)).ShouldBe([30]);

    [Fact]
    public void The_same_instant_twice_is_one_observation() =>
        Values(Counter(Noon, 100), Counter(Noon, 100), Counter(Noon.AddMinutes(5), 130), Counter(Noon.AddMinutes(5), 130)).ShouldBe([30]);

    [Fact]
    public void After_midnight_the_value_itself_is_the_count_since_midnight()
    {
        var counts = UsageCounter.Count([Counter(Midnight.AddMinutes(-3), 9000), Counter(Midnight.AddMinutes(2), 40)], Berlin);
        counts.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            count => count.Value.ShouldBe(40),
            count => count.Since.ShouldBe(Midnight),
            count => count.Quality.ShouldBe(ReadingQuality.Reset));
    }

    [Fact]
    public void A_reset_that_comes_a_little_after_midnight_makes_no_false_day()
    {
        var counts = Values(Counter(Midnight.AddMinutes(-2), 9000), Counter(Midnight.AddMinutes(3), 9010), Counter(Midnight.AddMinutes(8), 20));
        counts.ShouldBe([10, 20]);
    }

    [Fact]
    public void A_busy_day_after_a_quiet_one_is_still_a_new_day() =>
        Values(Counter(Midnight.AddHours(-1), 5), Counter(Midnight.AddHours(3), 5000)).ShouldBe([5000]);

    [Fact]
    public void A_drop_that_no_midnight_explains_is_a_bad_read_and_costs_nothing_but_its_shape() =>
        Values(Counter(Noon, 100), Counter(Noon.AddMinutes(5), 3), Counter(Noon.AddMinutes(10), 115)).ShouldBe([15]);

    [Fact]
    public void Two_lower_values_in_a_row_are_a_corrected_counter() =>
        Values(Counter(Noon, 900), Counter(Noon.AddMinutes(5), 100), Counter(Noon.AddMinutes(10), 110), Counter(Noon.AddMinutes(15), 125))
            .ShouldBe([15]);

    [Fact]
    public void Over_missing_polls_the_count_is_kept_and_marked()
    {
        var count = UsageCounter.Count([Counter(Noon, 100), Counter(Noon.AddMinutes(45), 400)], Berlin).ShouldHaveSingleItem();
        count.Value.ShouldBe(300);
        count.Quality.ShouldBe(ReadingQuality.Gap);
    }

    [Fact]
    public void While_the_days_limit_is_used_up_no_calls_are_refused_calls_however_far_polls_are_apart()
    {
        var counts = UsageCounter.Count(
        [
            Counter(Noon, 620_000), Counter(Noon.AddMinutes(5), 625_000), Counter(Noon.AddMinutes(10), 625_000),
            Counter(Noon.AddMinutes(55), 625_000), Counter(Midnight.AddMinutes(2), 40), Counter(Midnight.AddMinutes(7), 40),
        ], Berlin);
        counts.Select(count => (count.Value, count.Quality)).ShouldBe(
        [
            (5000, ReadingQuality.Measured), (0, ReadingQuality.Refused), (0, ReadingQuality.Refused),
            (40, ReadingQuality.Reset), (0, ReadingQuality.Measured),
        ]);
    }

    // Whatever the rhythm, the jitter, doubled polls and the two days of clock changes: nothing is invented and nothing overlaps.
    [Fact]
    public void Counts_of_an_honest_counter_never_exceed_the_calls_made_and_never_overlap()
    {
        DateTimeOffset[] starts = [new(2026, 3, 28, 22, 0, 0, TimeSpan.Zero), new(2026, 10, 24, 21, 0, 0, TimeSpan.Zero), Noon];
        var days = Gen.Int[0, 2].Select(i => starts[i]);
        var polls = Gen.Select(Gen.Int[1, 40], Gen.Int[0, 500], Gen.Bool);
        Gen.Select(days, polls.Array[2, 150]).Sample((start, steps) =>
        {
            var (at, day, total, counters) = (start, 0d, 0d, new List<Reading> { Counter(start, 0) });
            foreach (var (minutes, calls, doubled) in steps)
            {
                var next = at.AddMinutes(minutes);
                if (Berlin.Midnight(next) >= at) day = 0;
                (day, total, at) = (day + calls, total + calls, next);
                counters.Add(Counter(at, day));
                if (doubled) counters.Add(Counter(at, day));
            }
            var counts = UsageCounter.Count(counters, Berlin);
            counts.Sum(count => count.Value).ShouldBeLessThanOrEqualTo(total);
            counts.ShouldAllBe(count => count.Value >= 0 && count.Since < count.At);
            for (var i = 1; i < counts.Count; i++) counts[i].Since!.Value.ShouldBeGreaterThanOrEqualTo(counts[i - 1].At);
        }, iter: 500);
    }

    [Fact]
    public void On_a_day_without_trouble_no_call_is_lost()
    {
        var counters = Enumerable.Range(0, 200).Select(i => Counter(Noon.AddMinutes(-180 + (i * 3)), i * 7)).ToList();
        Values([.. counters]).Sum().ShouldBe(199 * 7);
    }

    private static double[] Values(params Reading[] counters) => [.. UsageCounter.Count(counters, Berlin).Select(count => count.Value)];
}
