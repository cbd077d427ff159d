using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation;
using HubSpotMonitor.Local.Simulation.Traffic;

namespace HubSpotMonitor.Tests.Local;

public sealed class CallCounterTests
{
    private static readonly SimulatedAccount Acme = HubSpotClient.Acme;
    private static readonly DateTimeOffset TuesdayMidnight = new(2026, 11, 24, 5, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_counter_starts_again_at_the_accounts_midnight()
    {
        var counter = new CallCounter(Acme, []);
        counter.CountAt(TuesdayMidnight.AddSeconds(-1)).ShouldBeGreaterThan(20_000);
        counter.CountAt(TuesdayMidnight).ShouldBe(0);
        counter.ResetsAfter(TuesdayMidnight.AddSeconds(-1)).ShouldBe(TuesdayMidnight);
        counter.ResetsAfter(TuesdayMidnight).ShouldBe(TuesdayMidnight.AddDays(1));
    }

    [Theory]
    [InlineData(2026, 3, 8, 5, 23)]
    [InlineData(2026, 11, 1, 4, 25)]
    [InlineData(2026, 11, 24, 5, 24)]
    public void A_day_is_an_hour_shorter_or_longer_when_the_clocks_change(int year, int month, int day, int hourUtc, int hours)
    {
        var midnight = new DateTimeOffset(year, month, day, hourUtc, 0, 0, TimeSpan.Zero);
        var counter = new CallCounter(Acme, []);
        counter.CountAt(midnight).ShouldBe(0);
        counter.CountAt(midnight.AddMinutes(-1)).ShouldBeGreaterThan(0);
        counter.ResetsAfter(midnight).ShouldBe(midnight.AddHours(hours));
        counter.CountAt(midnight.AddHours(hours).AddMinutes(-1)).ShouldBeGreaterThan(counter.CountAt(midnight.AddHours(hours - 2)));
    }

    [Fact]
    public void A_zone_whose_clocks_change_at_midnight_has_its_first_instant_later()
    {
        // Cairo went from 00:00 to 01:00 on Friday 24 April 2026.
        var counter = new CallCounter(Acme with { TimeZone = "Africa/Cairo" }, []);
        var reset = counter.ResetsAfter(new DateTimeOffset(2026, 4, 23, 12, 0, 0, TimeSpan.Zero));
        counter.CountAt(reset).ShouldBe(0);
        (counter.ResetsAfter(reset) - reset).TotalHours.ShouldBeOneOf(23, 24);
    }

    [Fact]
    public void Within_a_day_the_counter_never_goes_back()
    {
        var counter = new CallCounter(Acme, []);
        var counts = Enumerable.Range(0, 24 * 60 * 2).Select(half => counter.CountAt(TuesdayMidnight.AddSeconds(30 * half))).ToList();
        counts.ShouldBe(counts.Order());
    }

    [Fact]
    public void The_same_instant_counts_the_same_in_any_order_and_after_a_restart()
    {
        var instants = Enumerable.Range(0, 400).Select(step => TuesdayMidnight.AddHours(7 * step)).ToList();
        var counter = new CallCounter(Acme, []);
        var forwards = instants.Select(counter.CountAt).ToList();
        var restarted = new CallCounter(Acme, []);
        var backwards = Enumerable.Reverse(instants).Select(restarted.CountAt).Reverse();
        backwards.ShouldBe(forwards);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20_260_901)]
    public void A_weekday_has_its_usual_size_and_a_weekend_is_quieter(int seed)
    {
        var counter = new CallCounter(Acme with { Seed = seed }, []);
        var days = Enumerable.Range(0, 28).Select(day => TuesdayMidnight.AddDays(day)).ToLookup(
            day => day.AddHours(-5).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday,
            day => counter.CountAt(day.AddDays(1).AddSeconds(-1)));
        days[false].ShouldAllBe(calls => calls > 60_000 && calls < 120_000);
        days[true].Max().ShouldBeLessThan(days[false].Min());
    }

    [Fact]
    public void A_scenario_adds_its_calls_from_its_start_on_and_only_while_it_ran()
    {
        var start = TuesdayMidnight.AddHours(1);
        var theft = ScenarioCatalog.Get("token-theft");
        var usual = new CallCounter(Acme, []);
        var whole = new CallCounter(Acme, [new(theft, start)]);
        var stopped = new CallCounter(Acme, [new(theft, start, start.AddMinutes(60))]);
        Extra(whole, usual, start.AddMinutes(30)).ShouldBe(0);
        Extra(whole, usual, start.AddMinutes(60)).ShouldBeInRange(11_500, 12_500);
        Extra(whole, usual, start.AddHours(8)).ShouldBeInRange(47_000, 49_000);
        Extra(stopped, usual, start.AddHours(8)).ShouldBe(Extra(whole, usual, start.AddMinutes(60)));
    }

    [Fact]
    public void A_slow_drain_is_a_third_more_at_any_hour()
    {
        var usual = new CallCounter(Acme, []);
        var drained = new CallCounter(Acme, [new(ScenarioCatalog.Get("slow-drain"), TuesdayMidnight.AddHours(-1))]);
        var evening = TuesdayMidnight.AddHours(23);
        (drained.CountAt(evening) / (double)usual.CountAt(evening)).ShouldBe(1.35, 0.01);
    }

    [Fact]
    public void Near_limit_uses_up_the_day_well_before_midnight()
    {
        var counter = new CallCounter(Acme, [new(ScenarioCatalog.Get("near-limit"), TuesdayMidnight.AddMinutes(100))]);
        counter.CountAt(TuesdayMidnight.AddHours(12)).ShouldBeLessThan(625_000);
        counter.CountAt(TuesdayMidnight.AddHours(18)).ShouldBe(625_000);
    }

    [Fact]
    public void Extra_calls_keep_to_their_hours()
    {
        var effect = new ExtraCalls { StartsAfter = TimeSpan.Zero, CallsPerMinute = 100, Hours = new(new(8, 0), new(9, 0)) };
        var scenario = new Scenario { Name = "hours", Title = "", Story = "", Effects = [effect], Lines = [] };
        var usual = new CallCounter(Acme, []);
        var counter = new CallCounter(Acme, [new(scenario, TuesdayMidnight)]);
        Extra(counter, usual, TuesdayMidnight.AddHours(8)).ShouldBe(0);
        Extra(counter, usual, TuesdayMidnight.AddHours(9)).ShouldBeInRange(5_500, 6_500);
        Extra(counter, usual, TuesdayMidnight.AddHours(20)).ShouldBe(Extra(counter, usual, TuesdayMidnight.AddHours(9)));
    }

    private static int Extra(CallCounter counter, CallCounter usual, DateTimeOffset at) => counter.CountAt(at) - usual.CountAt(at);
}
