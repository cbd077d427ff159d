using CsCheck;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection;

/// <summary>Whatever an honest counter is done to on its way, the calls are the same. A law for each kind of trouble.</summary>
public sealed class UsageCounterPropertyTests
{
    private static readonly AccountClock Berlin = AccountClock.Find("Europe/Berlin")!;

    // An ordinary day, the night on which an hour is missing, and the one which has it twice.
    private static readonly DateTimeOffset[] Starts =
        [new(2026, 11, 24, 6, 0, 0, TimeSpan.Zero), new(2026, 3, 28, 18, 0, 0, TimeSpan.Zero), new(2026, 10, 24, 18, 0, 0, TimeSpan.Zero)];

    // Polls every five minutes with jitter, so many calls between two, over a midnight.
    private static readonly Gen<List<Reading>> Counters =
        Gen.Select(Gen.Int[0, 2], Gen.Select(Gen.Int[-40, 40], Gen.Int[1, 900]).Array[250]).Select((start, polls) => Poll(Starts[start], polls));

    [Fact]
    public void Reset_and_clock_changes_lose_only_what_was_called_between_the_last_poll_and_midnight() =>
        Counters.Sample(counters =>
        {
            var counts = UsageCounter.Count(counters, Berlin);
            var midnight = Berlin.Midnight(counters[^1].At);
            counts.Where(count => count.At <= midnight)
                .Sum(count => count.Value)
                .ShouldBe(counters.Last(counter => counter.At < midnight).Value - counters[0].Value);
            counts.Where(count => count.At > midnight).Sum(count => count.Value).ShouldBe(counters[^1].Value);
            counts.Where(count => count.Since == midnight).ShouldHaveSingleItem().Quality.ShouldBe(ReadingQuality.Reset);
        }, iter: 200);

    [Fact]
    public void A_cached_row_and_a_doubled_poll_change_nothing() =>
        Gen.Select(Counters, Gen.Int[0, 249].HashSet[0, 60]).Sample((counters, doubled) =>
            Same(UsageCounter.Count([.. counters, .. doubled.Select(index => counters[index])], Berlin), UsageCounter.Count(counters, Berlin)),
            iter: 200);

    [Fact]
    public void The_order_in_which_values_arrive_changes_nothing() =>
        Counters.Sample(
            counters => Same(UsageCounter.Count([.. counters.AsEnumerable().Reverse()], Berlin), UsageCounter.Count(counters, Berlin)), iter: 100);

    [Fact]
    public void Over_a_gap_within_a_day_no_call_is_lost_and_the_gap_is_marked() =>
        Gen.Select(Counters, Gen.Int[10, 30], Gen.Int[5, 12]).Sample((counters, from, length) =>
        {
            List<Reading> left = [.. counters.Take(from), .. counters.Skip(from + length)];
            var (with, without) = (UsageCounter.Count(left, Berlin), UsageCounter.Count(counters, Berlin));
            with.Sum(count => count.Value).ShouldBe(without.Sum(count => count.Value));
            with.Single(count => count.Since == counters[from - 1].At).Quality.ShouldBe(ReadingQuality.Gap);
        }, iter: 200);

    [Fact]
    public void One_value_that_goes_back_costs_its_shape_and_no_call() =>
        Gen.Select(Counters, Gen.Int[10, 40], Gen.Int[1, 99]).Sample((counters, at, percent) =>
        {
            var honest = UsageCounter.Count(counters, Berlin).Sum(count => count.Value);
            List<Reading> lying = [.. counters];
            lying[at] = lying[at] with { Value = Math.Floor(lying[at - 1].Value * percent / 100) };
            UsageCounter.Count(lying, Berlin).Sum(count => count.Value).ShouldBe(honest);
        }, iter: 200);

    [Fact]
    public void Jitter_moves_calls_between_intervals_and_makes_none() =>
        Gen.Select(Counters, Gen.Int[0, 1]).Sample((counters, odd) =>
        {
            // Every other poll left out, as a slow timer would: the same calls in longer intervals.
            var sparse = counters
                .Where((counter, index) => index % 2 == odd || index == 0 || index == counters.Count - 1 || IsAtMidnight(counters, index))
                .ToList();
            UsageCounter.Count(sparse, Berlin).Sum(count => count.Value).ShouldBe(UsageCounter.Count(counters, Berlin).Sum(count => count.Value));
        }, iter: 200);

    private static bool IsAtMidnight(List<Reading> counters, int index) =>
        index > 0 && index + 1 < counters.Count && Berlin.Midnight(counters[index - 1].At) != Berlin.Midnight(counters[index + 1].At);

    private static void Same(IReadOnlyList<Reading> one, IReadOnlyList<Reading> other) => one.ShouldBe(other);

    private static List<Reading> Poll(DateTimeOffset start, (int Jitter, int Calls)[] polls)
    {
        var (day, before, counters) = (5000d, start, new List<Reading>());
        for (var index = 0; index < polls.Length; index++)
        {
            var at = start.AddMinutes(5 * index).AddSeconds(polls[index].Jitter + 0.5);
            // Without calls in the first minutes of a day a counter may still stand as it did: that case has a test of its own.
            if (Berlin.Midnight(at) > before) day = 0;
            day += polls[index].Calls;
            counters.Add(Samples.Counter(at, day));
            before = at;
        }
        return counters;
    }
}
