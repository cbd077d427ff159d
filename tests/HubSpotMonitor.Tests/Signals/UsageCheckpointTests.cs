using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Signals;

public sealed class UsageCheckpointTests
{
    private static readonly AccountClock Berlin = AccountClock.Find("Europe/Berlin")!;

    [Fact]
    public void A_good_poll_is_counted_and_its_figure_kept()
    {
        var first = After(null, [Counter(Noon, 100), Reported(Noon.AddMinutes(-3), 90)]);
        (first.Polls, first.GoodPolls, first.FailedPolls, first.PollsSince).ShouldBe((1, 1, 0, Noon));
        (first.UsedToday, first.UsedAt, first.Limit, first.CollectedAt).ShouldBe((100, Noon, 625_000, Noon.AddMinutes(-3)));
        (first.LastGoodPollAt, first.TimeZone).ShouldBe((Noon, "Europe/Berlin"));

        var second = After(first, [Counter(Noon.AddMinutes(5), 200)], at: Noon.AddMinutes(5));
        (second.Polls, second.GoodPolls, second.PollsSince, second.UsedToday, second.LastPollAt).ShouldBe((2, 2, Noon, 200, Noon.AddMinutes(5)));
        second.CollectedAt.ShouldBe(Noon.AddMinutes(-3));
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(12, false)] // the account's midnight is at 23:00 UTC
    public void What_was_forecast_stands_until_a_counter_of_the_next_day_comes(int hours, bool stands)
    {
        var before = After(null, [Counter(Noon, 100)]) with { ForecastAtReset = 700_000, LimitReachedAt = Noon.AddHours(5) };
        After(before, [], PollOutcome.Unreachable, at: Noon.AddHours(12)).LimitReachedAt.ShouldBe(before.LimitReachedAt);

        var next = After(before, [Counter(Noon.AddHours(hours), 50)], at: Noon.AddHours(hours));
        (next.ForecastAtReset, next.LimitReachedAt).ShouldBe(stands ? (before.ForecastAtReset, before.LimitReachedAt) : (null, null));
    }

    [Fact]
    public void What_a_poll_tells_anew_goes_before_what_was_known()
    {
        var before = After(null, [Counter(Noon, 100), Reported(Noon.AddMinutes(-3), 90)]);
        IReadOnlyList<Reading> readings = [Counter(Noon.AddMinutes(5), 200) with { Limit = 1_000_000 }, Reported(Noon.AddMinutes(2), 190)];
        var next = UsageCheckpoint.After(before, Acme.Id, PollOutcome.Good, null, readings, AccountClock.Find("Europe/London"), Noon.AddMinutes(5));
        (next.TimeZone, next.CollectedAt, next.Limit).ShouldBe(("Europe/London", Noon.AddMinutes(2), 1_000_000));
    }

    [Fact]
    public void A_poll_without_a_figure_keeps_what_was_known_and_counts_until_one_brings_it()
    {
        var good = After(null, [Counter(Noon, 100)]);
        var failing = After(After(good, [], PollOutcome.Unreachable, at: Noon.AddMinutes(5)), [], PollOutcome.Unreachable, at: Noon.AddMinutes(10));
        (failing.FailedPolls, failing.FailingSince, failing.Polls, failing.GoodPolls).ShouldBe((2, Noon.AddMinutes(5), 3, 1));
        (failing.UsedToday, failing.LastGoodPollAt, failing.TimeZone).ShouldBe((100, Noon, "Europe/Berlin"));

        var back = After(failing, [Counter(Noon.AddMinutes(15), 300)], at: Noon.AddMinutes(15));
        (back.FailedPolls, back.FailingSince, back.GoodPolls).ShouldBe((0, null, 2));
    }

    [Fact]
    public void The_live_counter_goes_before_the_reported_one_and_a_limit_stays_known()
    {
        var first = After(null, [Reported(Noon, 90)]);
        first.UsedToday.ShouldBe(90);
        After(first, [Reported(Noon, 90), Counter(Noon, 100) with { Limit = null }])
            .ShouldSatisfyAllConditions(next => next.UsedToday.ShouldBe(100), next => next.Limit.ShouldBe(625_000));
    }

    [Fact]
    public void A_reported_figure_of_more_than_twenty_minutes_ago_is_none_unless_a_live_one_is_beside_it()
    {
        After(null, [Reported(Noon.AddMinutes(-20), 90)]).Outcome.ShouldBe(PollOutcome.Good);
        var stale = After(null, [Reported(Noon.AddMinutes(-21), 90)]);
        (stale.Outcome, stale.Says, stale.UsedToday, stale.FailedPolls)
            .ShouldBe((PollOutcome.NoFigure, "HubSpot's usage figure is 21 min old.", null, 1));
        After(null, [Reported(Noon.AddMinutes(-21), 90), Counter(Noon, 100)]).UsedToday.ShouldBe(100);
    }

    [Fact]
    public void Headers_that_count_only_a_part_give_way_to_what_is_reported()
    {
        var first = After(null, [Counter(Noon, 600), Reported(Noon, 600_000)]);
        (first.UsedToday, first.IsLivePartial, first.Outcome).ShouldBe((600_000, true, PollOutcome.Good));
        After(null, [Counter(Noon, 540), Reported(Noon, 600)])
            .ShouldSatisfyAllConditions(next => next.IsLivePartial.ShouldBeFalse(), next => next.UsedToday.ShouldBe(540));

        var without = After(first, [Counter(Noon.AddMinutes(5), 700)], at: Noon.AddMinutes(5));
        (without.Outcome, without.FailedPolls, without.UsedToday).ShouldBe((PollOutcome.NoFigure, 1, 600_000));
        without.Says!.ShouldContain("only a part of the account's calls");
        var stale = After(first, [Counter(Noon.AddMinutes(21), 700), Reported(Noon, 600_000)], at: Noon.AddMinutes(21));
        (stale.Outcome, stale.FailedPolls).ShouldBe((PollOutcome.NoFigure, 1));
        // At its own limit the account's limit is reached, whoever made the calls.
        After(first, [Counter(Noon.AddMinutes(5), 625_000)], at: Noon.AddMinutes(5)).UsedToday.ShouldBe(625_000);
        After(first, [Counter(Noon.AddMinutes(5), 700)], PollOutcome.Partial, at: Noon.AddMinutes(5)).Outcome.ShouldBe(PollOutcome.NoFigure);
        // Another failure keeps its own name.
        After(first, [Counter(Noon.AddMinutes(5), 700)], PollOutcome.LimitReached, at: Noon.AddMinutes(5)).Outcome.ShouldBe(PollOutcome.LimitReached);
    }

    [Fact]
    public void Over_midnight_the_two_counters_cannot_be_compared()
    {
        var midnight = Berlin.NextMidnight(Noon);
        UsageCheckpoint.IsPartial(Counter(midnight.AddMinutes(1), 2), Reported(midnight.AddMinutes(-1), 600), Berlin).ShouldBeNull();
        UsageCheckpoint.IsPartial(Counter(midnight.AddMinutes(1), 2), Reported(midnight, 600), Berlin).ShouldBe(true);
        UsageCheckpoint.IsPartial(null, Reported(Noon, 600), Berlin).ShouldBeNull();
        UsageCheckpoint.IsPartial(Counter(Noon, 600), null, Berlin).ShouldBeNull();
    }

    [Fact]
    public void The_two_counters_are_compared_by_the_clock_of_the_poll_or_else_by_the_last_one_known()
    {
        var (midnight, now) = (Berlin.NextMidnight(Noon), Berlin.NextMidnight(Noon).AddMinutes(5));
        IReadOnlyList<Reading> readings = [Counter(now, 2), Reported(midnight.AddMinutes(-5), 600)];
        After(null, readings, at: now).UsedToday.ShouldBe(2);
        UsageCheckpoint.After(After(null, [Counter(Noon, 100)]), Acme.Id, PollOutcome.Partial, null, readings, clock: null, now).UsedToday
            .ShouldBe(2);
        UsageCheckpoint.After(null, Acme.Id, PollOutcome.Partial, null, readings, clock: null, now).UsedToday
            .ShouldBe(600, "in UTC it is the same day");
    }

    [Fact]
    public void What_was_judged_under_a_clock_that_ran_ahead_is_judged_again_once_the_time_is_believed()
    {
        var ahead = After(null, [Counter(Noon, 100)]) with { JudgedUntil = Noon.AddHours(1) };
        After(ahead, [Counter(Noon, 100)]).JudgedUntil.ShouldBe(Noon);
        After(ahead, [], PollOutcome.ClockWrong).JudgedUntil.ShouldBe(Noon.AddHours(1));
        After(ahead, [Counter(Noon, 100)], at: Noon.AddHours(2)).JudgedUntil.ShouldBe(Noon.AddHours(1));
    }

    [Fact]
    public void History_is_as_long_as_the_first_count_is_old()
    {
        var checkpoint = After(null, [Counter(Noon, 100)]);
        checkpoint.HistoryDays.ShouldBe(0);
        (checkpoint with { HistoryFrom = Noon.AddDays(-3) }).HistoryDays.ShouldBe(3);
    }

    [Fact]
    public void Calls_are_tallied_by_the_day_beside_those_of_the_day_before()
    {
        var today = CallTally.Add(CallTally.Add(null, 5, Noon), 3, Noon.AddHours(1));
        today.ShouldBe(new(new(2026, 11, 24), 8, null));
        CallTally.Add(today, 2, Noon.AddDays(1)).ShouldBe(new(new(2026, 11, 25), 2, 8));
        CallTally.Add(today, 2, Noon.AddDays(2)).ShouldBe(new(new(2026, 11, 26), 2, null));
    }

    private static UsageCheckpoint After(
        UsageCheckpoint? before, IReadOnlyList<Reading> readings, PollOutcome outcome = PollOutcome.Good, DateTimeOffset? at = null) =>
        UsageCheckpoint.After(before, Acme.Id, outcome, null, readings, readings.Count > 0 ? Berlin : null, at ?? Noon);

    private static Reading Reported(DateTimeOffset at, double value) => Counter(at, value, Metric.UsageReported);
}
