using HubSpotMonitor.Detection;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection;

public sealed class SpikeModelTests
{
    private static readonly AccountClock Eastern = AccountClock.Find("US/Eastern")!;
    private static readonly DateTimeOffset Start = new(2026, 10, 26, 4, 0, 0, TimeSpan.Zero);
    private static readonly IReadOnlyList<Reading> History = [.. Rhythm(days: 28)];
    private static readonly SpikeModel Model = SpikeModel.Fit(History, Eastern, Start.AddDays(28))!;

    [Fact]
    public void It_learns_that_office_hours_are_busier_than_nights()
    {
        var tuesday = Start.AddDays(29);
        Model.Rate(tuesday.AddHours(11), Eastern).ShouldBeInRange(50, 70);
        Model.Rate(tuesday.AddHours(3), Eastern).ShouldBeInRange(4, 8);
    }

    [Fact]
    public void It_learns_that_the_weekend_is_quiet() =>
        Model.Rate(Start.AddDays(33).AddHours(11), Eastern).ShouldBeInRange(4, 8); // a Saturday

    [Fact]
    public void Quiet_readings_are_rare_as_often_as_they_are_rare()
    {
        var rare = Rhythm(days: 14, from: Start.AddDays(28), seed: 2).Count(count => Model.Judge(count, Eastern).TailProbability < 0.01);
        (rare / (14 * 288d)).ShouldBeInRange(0.002, 0.02);
    }

    [Fact]
    public void A_night_at_the_pace_of_day_is_next_to_impossible()
    {
        var night = Samples.Count(Start.AddDays(29).AddHours(3), 300);
        Model.Judge(night, Eastern).ShouldSatisfyAllConditions(
            expected => expected.TailProbability.ShouldBeLessThan(1e-6),
            expected => expected.High.ShouldBeLessThan(60),
            expected => expected.Low.ShouldBeLessThan(expected.Middle));
    }

    [Fact]
    public void Less_than_two_weeks_give_no_model() =>
        SpikeModel.Fit([.. History.Take(13 * 288)], Eastern, Start.AddDays(13)).ShouldBeNull();

    [Fact]
    public void The_same_history_gives_the_same_model_byte_for_byte() =>
        SpikeModel.Fit(History, Eastern, Start.AddDays(28))!.ToJson().ShouldBe(Model.ToJson());

    [Fact]
    public void A_saved_model_judges_as_before_and_stays_small()
    {
        var loaded = SpikeModel.FromJson(Model.ToJson())!;
        var count = Samples.Count(Start.AddDays(29).AddHours(11), 380);
        loaded.Judge(count, Eastern).ShouldBe(Model.Judge(count, Eastern));
        Model.ToJson().Length.ShouldBeLessThan(16_000);
    }

    [Fact]
    public void A_model_of_another_version_is_not_used() =>
        SpikeModel.FromJson(Model.ToJson().Replace("\"Version\":1", "\"Version\":0", StringComparison.Ordinal)).ShouldBeNull();

    [Fact]
    public void What_an_alarm_was_raised_about_is_learned_only_in_part()
    {
        var attacked = History.Select(count => count.At < Start.AddDays(27) ? count
            : count with { Value = 5000, Expected = new Expectation(10, 30, 60, 1e-9) }).ToList();
        SpikeModel.Fit(attacked, Eastern, Start.AddDays(28))!.Rate(Start.AddDays(29).AddHours(3), Eastern).ShouldBeLessThan(12);
    }

    // Weekdays 9 to 17: 60 calls a minute; else 6. More scatter than Poisson, from a fixed seed.
    private static IEnumerable<Reading> Rhythm(int days, DateTimeOffset? from = null, int seed = 1)
    {
        var random = new Random(seed);
        for (var at = (from ?? Start).AddMinutes(5); at <= (from ?? Start).AddDays(days); at = at.AddMinutes(5))
        {
            var local = Eastern.Local(at.AddMinutes(-2.5));
            var isOffice = local.Hour is >= 9 and < 17 && local.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
            var mean = 5 * (isOffice ? 60 : 6);
            var normal = Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
            yield return Samples.Count(at, Math.Round(Math.Max(0, mean + (normal * Math.Sqrt(mean) * 1.5))));
        }
    }
}
