using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection.Series;

public sealed class CountDetectorTests
{
    // A Monday.
    private static readonly DateTimeOffset Start = new(2026, 9, 7, 0, 0, 0, TimeSpan.Zero);
    private const int PerDay = 96;

    [Fact]
    public void On_quiet_series_probabilities_are_what_they_say()
    {
        var tails = Enumerable.Range(1, 8).SelectMany(seed => Run(new CountDetector(AccountClock.Utc), Quiet(seed, 56)).Skip(14 * PerDay))
            .Select(verdict => verdict.Expected!.TailProbability).ToList();
        (tails.Count(p => p < 0.01) / (double)tails.Count).ShouldBeInRange(0.007, 0.013);
        // Uniform: in each tenth a tenth.
        foreach (var tenth in Enumerable.Range(0, 10))
            (tails.Count(p => p >= tenth / 10d && p < (tenth + 1) / 10d) / (double)tails.Count).ShouldBe(0.1, 0.015);
    }

    [Fact]
    public void Five_quiet_weeks_raise_no_alarm() =>
        Run(new CountDetector(AccountClock.Utc), Quiet(1, 49)).SelectMany(verdict => verdict.Voices).ShouldBeEmpty();

    [Fact]
    public void Put_away_and_taken_up_between_any_two_counts_it_says_the_same()
    {
        var values = Burst(Quiet(3, 24), 22);
        var whole = Run(new CountDetector(AccountClock.Utc), values);
        var detector = new CountDetector(AccountClock.Utc);
        List<CountVerdict> parts = [];
        for (var index = 0; index < values.Length; index++)
        {
            if (index % 101 == 0) detector = CountDetector.Load(detector.Save(), AccountClock.Utc)!;
            parts.Add(Next(detector, index, values[index]));
        }
        parts.Select(Text).ShouldBe(whole.Select(Text));
    }

    [Fact]
    public void What_was_taken_before_is_not_taken_again()
    {
        var detector = new CountDetector(AccountClock.Utc);
        Run(detector, Quiet(3, 16));
        var before = detector.Save();
        Next(detector, (16 * PerDay) - 1, 9_999).Voices.ShouldBeEmpty();
        detector.Save().ShouldBe(before);
    }

    [Fact]
    public void What_comes_later_changes_nothing_that_was_said()
    {
        var values = Quiet(4, 20);
        var early = Run(new CountDetector(AccountClock.Utc), values[..(18 * PerDay)]);
        Run(new CountDetector(AccountClock.Utc), Burst(values, 19)).Take(early.Count).Select(Text).ShouldBe(early.Select(Text));
    }

    [Fact]
    public void A_burst_is_told_at_its_first_count_and_once()
    {
        var alarms = Alarms(Burst(Quiet(5, 25), 22));
        alarms[0].Index.ShouldBe((22 * PerDay) + 8);
        alarms.Select(alarm => alarm.Alarm.Class).Distinct().Single().ShouldBeOneOf(IncidentClass.Burst, IncidentClass.OffHours);
        alarms[^1].Index.ShouldBeLessThan((22 * PerDay) + 16);
    }

    // The message at its end would say 1.6 times of what was twenty times: who reads only that would think it was nothing.
    [Fact]
    public void A_burst_that_ebbs_away_is_still_called_as_large_as_it_was()
    {
        var values = Quiet(5, 25);
        double[] ebbing = [2400, 1800, 1200, 900, 600];
        for (var index = 0; index < ebbing.Length; index++) values[(22 * PerDay) + 8 + index] += ebbing[index];
        var detector = new CountDetector(AccountClock.Utc);
        Run(detector, values[..((22 * PerDay) + 10)]);

        var restored = CountDetector.Load(detector.Save(), AccountClock.Utc)!;
        var alarms = Enumerable.Range((22 * PerDay) + 10, 12)
            .Select(index => CountAlarm.Of(Next(restored, index, values[index])))
            .OfType<CountAlarm>()
            .ToList();

        var first = Alarms(values)[0].Alarm;
        alarms.Count.ShouldBeGreaterThan(1);
        alarms[^1].Lead.Factor.ShouldBeLessThan(0.7 * first.Factor);
        alarms[^1].Factor.ShouldBeGreaterThanOrEqualTo(first.Lead.Factor);
        alarms[^1].Times.ShouldBe($"up to {Words.Factor(alarms[^1].Factor)}");
        first.Times.ShouldBe(Words.Factor(first.Lead.Factor));
    }

    // Who exports a little every day, at another hour each time, must not have the first days hide the rest.
    [Theory]
    [InlineData("poller")]
    [InlineData("office")]
    [InlineData("two shifts")]
    public void Bursts_that_were_told_do_not_hide_those_of_the_days_after(string shape)
    {
        var values = QuietSeries.Make(shape, seed: 1, days: 42, minutes: 15);
        var bursts = Enumerable.Range(22, 20).Select(day => (day * PerDay) + 12 + (day * 17 % 60)).ToList();
        foreach (var index in bursts) values[index] += 300;
        var told = Alarms(values).Where(alarm => !alarm.Alarm.Lead.IsSilence).Select(alarm => alarm.Index).ToList();
        bursts.ShouldBeSubsetOf(told);
    }

    // An hour before the batch and beside it, as much is no news: the burst, told in the quiet hour before, is not told anew.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_burst_that_runs_into_a_batch_goes_on_until_it_ends(int seed)
    {
        const int EveryMinutes = 5;
        const int Day = 24 * 60 / EveryMinutes;
        const int Begins = (23 * Day) + 2;
        const int Ends = Begins + (Day / 24 * 3);
        var values = QuietSeries.Make("night batch", seed, days: 24, EveryMinutes);
        for (var index = Begins; index < Ends; index++) values[index] += 250;
        var detector = new CountDetector(AccountClock.Utc);
        for (var index = 0; index < Ends; index++)
        {
            detector.Next(
                QuietSeries.Start.AddMinutes(EveryMinutes * index), QuietSeries.Start.AddMinutes(EveryMinutes * (index + 1)), values[index]);
            if (index > Begins + 3)
            {
                (detector.Last - detector.LastRise)
                    .ShouldBeLessThanOrEqualTo(CountDetector.RisePause, $"after {EveryMinutes * (index - Begins)} min");
            }
        }
        detector.IsShifted.ShouldBeFalse();
    }

    [Fact]
    public void A_silence_of_half_a_day_is_told()
    {
        var values = Quiet(6, 24);
        Array.Clear(values, (22 * PerDay) + 32, 48);
        Alarms(values).ShouldContain(alarm => alarm.Alarm.Class == IncidentClass.Silence);
    }

    [Fact]
    public void A_third_more_for_three_days_is_told_as_a_slow_class()
    {
        var values = Quiet(7, 26);
        for (var index = 21 * PerDay; index < 24 * PerDay; index++) values[index] = Math.Round(values[index] * 1.4);
        Alarms(values).ShouldContain(alarm => alarm.Alarm.Class == IncidentClass.SlowDrain || alarm.Alarm.Class == IncidentClass.CredentialReuse);
    }

    [Fact]
    public void Before_the_warm_up_is_over_no_alarm_is_raised() => Alarms(Burst(Quiet(8, 14), 12)).ShouldBeEmpty();

    [Fact]
    public void Its_state_is_small()
    {
        var detector = new CountDetector(AccountClock.Utc);
        Run(detector, Burst(Quiet(9, 40), 30));
        detector.Save().Length.ShouldBeLessThan(64 * 1024);
    }

    private static double[] Burst(double[] values, int day)
    {
        var changed = (double[])values.Clone();
        for (var index = (day * PerDay) + 8; index < (day * PerDay) + 14; index++) changed[index] += 1500;
        return changed;
    }

    private static List<(int Index, CountAlarm Alarm)> Alarms(double[] values) =>
        [.. Run(new CountDetector(AccountClock.Utc), values)
            .Select((verdict, index) => (index, Alarm: CountAlarm.Of(verdict)))
            .Where(one => one.Alarm is not null)
            .Select(one => (one.index, one.Alarm!))];

    private static List<CountVerdict> Run(CountDetector detector, double[] values) =>
        [.. values.Select((value, index) => Next(detector, index, value))];

    private static CountVerdict Next(CountDetector detector, int index, double value) =>
        detector.Next(Start.AddMinutes(15 * index), Start.AddMinutes(15 * (index + 1)), value);

    private static string Text(CountVerdict verdict) => $"{verdict.Expected} {string.Join(';', verdict.Voices)} {verdict.Climb} {verdict.IsShifted}";

    /// <summary>Working hours on working days, day by day a little different, Poisson around it.</summary>
    private static double[] Quiet(int seed, int days)
    {
        var random = new Random(seed);
        var values = new double[days * PerDay];
        for (var day = 0; day < days; day++)
        {
            var mood = Math.Exp(0.05 * Normal(random));
            for (var slot = 0; slot < PerDay; slot++)
            {
                var busy = Math.Exp(-Math.Pow((slot - 52) / 16d, 2)) * (day % 7 >= 5 ? 0.3 : 1);
                var mean = mood * (15 + (120 * busy));
                values[(day * PerDay) + slot] = Math.Max(0, Math.Round(mean + (Math.Sqrt(mean * 1.5) * Normal(random))));
            }
        }
        return values;
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
