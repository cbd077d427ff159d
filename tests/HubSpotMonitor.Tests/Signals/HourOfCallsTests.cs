using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Signals;

public sealed class HourOfCallsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Counts_add_up_by_the_hour_in_which_they_began_in_any_batches()
    {
        Reading[] counts = [.. Enumerable.Range(0, 36).Select(index => Count(Noon.AddMinutes(5 * index), 10))];
        var atOnce = HourOfCalls.Add([], counts);
        var oneByOne = counts.Aggregate((IReadOnlyList<HourOfCalls>)[], (hours, count) => HourOfCalls.Add(hours, [count]));

        atOnce.Select(hour => (hour.Hour, hour.Calls)).ShouldBe([(Noon, 120), (Noon.AddHours(1), 120), (Noon.AddHours(2), 120)]);
        oneByOne.Select(hour => (hour.Hour, hour.Calls)).ShouldBe(atOnce.Select(hour => (hour.Hour, hour.Calls)));
    }

    [Fact]
    public void The_edges_of_what_was_expected_add_up()
    {
        var hour = HourOfCalls.Add([], [.. Enumerable.Range(0, 12).Select(index => Count(Noon.AddMinutes(5 * index), 10))]).Single();
        (hour.Low, hour.High).ShouldBe((72, 180));
    }

    [Fact]
    public void An_hour_of_which_a_part_has_no_model_has_no_band() =>
        HourOfCalls.Add([], [Count(Noon, 10), Count(Noon.AddMinutes(5), 10) with { Expected = null }]).Single().High.ShouldBeNull();

    [Fact]
    public void A_day_is_kept()
    {
        var hours = HourOfCalls.Add([], [.. Enumerable.Range(0, 40).Select(index => Count(Noon.AddHours(index), 1))]);
        hours.Count.ShouldBe(HourOfCalls.Kept);
        hours[^1].Hour.ShouldBe(Noon.AddHours(39));
    }

    private static Reading Count(DateTimeOffset from, double calls) => new()
    {
        Portal = 1,
        Metric = Metric.Calls,
        Since = from,
        At = from.AddMinutes(5),
        Value = calls,
        Expected = new(6, 10, 15, 0.5),
    };
}
