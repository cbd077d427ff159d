using System.IO.Compression;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection.Series;

/// <summary>What a detector keeps beside the counts: what people said of alarms, and how good its model is.</summary>
public sealed class FeedbackTests
{
    private const int PerDay = 96;
    private const int Tuesday = 22;
    private const int Noon = 50;

    [Fact]
    public void What_was_expected_once_is_not_told_a_week_later()
    {
        var values = Weeks(200, 200);
        Alarms(values, marks: false).ShouldContain(((Tuesday + 7) * PerDay) + Noon);
        Alarms(values, marks: true).ShouldNotContain(((Tuesday + 7) * PerDay) + Noon);
    }

    // The batch after the pause brought more than was missing.
    [Fact]
    public void A_pause_that_was_caught_up_spares_no_rise() =>
        Alarms(Weeks(200, 200), marks: true, isSilence: true).ShouldContain(((Tuesday + 7) * PerDay) + Noon);

    // As beside a drain whose size was guessed too high.
    [Fact]
    public void A_rise_in_a_time_with_fewer_calls_than_expected_is_spared_as_a_rise()
    {
        var values = Weeks(200, 200);
        Array.Clear(values, (Tuesday * PerDay) + Noon + 2, 3);
        Alarms(values, marks: false).ShouldContain(((Tuesday + 7) * PerDay) + Noon);
        Alarms(values, marks: true, lasts: 5).ShouldNotContain(((Tuesday + 7) * PerDay) + Noon);
    }

    [Fact]
    public void Ten_times_as_much_is_told_all_the_same() => Alarms(Weeks(200, 4000), marks: true).ShouldContain(((Tuesday + 7) * PerDay) + Noon);

    [Fact]
    public void At_another_hour_it_is_told_as_before()
    {
        var values = Weeks(200, 0);
        values[((Tuesday + 9) * PerDay) + Noon] += 200;
        Alarms(values, marks: true).ShouldContain(((Tuesday + 9) * PerDay) + Noon);
    }

    [Fact]
    public void What_was_said_and_the_model_s_quality_are_put_away_with_the_rest()
    {
        var detector = new CountDetector(AccountClock.Utc);
        Feed(detector, Weeks(200, 0), 0, (Tuesday + 1) * PerDay);
        detector.MarkExpected(At((Tuesday * PerDay) + Noon), At((Tuesday * PerDay) + Noon + 1), isSilence: false);
        var again = CountDetector.Load(detector.Save(), AccountClock.Utc)!;
        again.Save().ShouldBe(detector.Save());
        again.Quality.ShouldBe(detector.Quality);
    }

    [Fact]
    public void A_time_of_which_nothing_is_known_changes_nothing()
    {
        var detector = new CountDetector(AccountClock.Utc);
        Feed(detector, Weeks(0, 0), 0, 20 * PerDay);
        var before = detector.Save();
        detector.MarkExpected(At(0).AddDays(-90), At(0).AddDays(-89), isSilence: false);
        detector.MarkExpected(At(30 * PerDay), At(31 * PerDay), isSilence: false);
        detector.Save().ShouldBe(before);
    }

    [Fact]
    public void The_model_says_since_when_it_is_live_and_how_good_it_is()
    {
        var detector = new CountDetector(AccountClock.Utc);
        detector.Quality.ShouldBeNull();
        Feed(detector, Weeks(0, 0), 0, 30 * PerDay);
        var quality = detector.Quality!;
        quality.LiveSince.ShouldBeInRange(At(22 * PerDay), At(30 * PerDay));
        quality.MedianError!.Value.ShouldBeInRange(0.001, 0.2);
        var trial = quality.LastTrial!;
        trial.At.ShouldBeInRange(At(29 * PerDay).AddMinutes(-30), At(29 * PerDay).AddMinutes(30));
        (trial.Candidate <= 1.05 * trial.Live).ShouldBe(trial.IsPromoted);
    }

    [Fact]
    public void A_block_of_an_older_version_is_not_read()
    {
        using var block = new MemoryStream();
        using (var writer = new BinaryWriter(new BrotliStream(block, CompressionLevel.Fastest, leaveOpen: true))) writer.Write(1);
        CountDetector.Load(block.ToArray(), AccountClock.Utc).ShouldBeNull();
    }

    [Fact]
    public void An_alarm_tells_since_when_and_how_much_more_it_has_brought_so_far()
    {
        var values = QuietSeries.Make("office", 4, 24, 15);
        for (var slot = 0; slot < 6; slot++) values[(Tuesday * PerDay) + slot] += 1000;
        var alarms = Verdicts(values).Select(CountAlarm.Of).OfType<CountAlarm>().ToList();
        alarms[0].Since!.Value.ShouldBe(At(Tuesday * PerDay), TimeSpan.FromMinutes(1));
        alarms[0].Excess.ShouldBe(1000, 50);
        alarms[^1].Since.ShouldBe(alarms[0].Since);
        alarms[^1].Excess.ShouldBeGreaterThan(3000);
    }

    private static double[] Weeks(double first, double second)
    {
        var values = QuietSeries.Make("office", 4, 36, 15);
        values[(Tuesday * PerDay) + Noon] += first;
        values[((Tuesday + 7) * PerDay) + Noon] += second;
        return values;
    }

    private static List<int> Alarms(double[] values, bool marks, bool isSilence = false, int lasts = 1)
    {
        var detector = new CountDetector(AccountClock.Utc);
        var alarms = Feed(detector, values, 0, (Tuesday + 1) * PerDay);
        if (marks) detector.MarkExpected(At((Tuesday * PerDay) + Noon), At((Tuesday * PerDay) + Noon + lasts), isSilence);
        return [.. alarms, .. Feed(detector, values, (Tuesday + 1) * PerDay, values.Length)];
    }

    private static IEnumerable<CountVerdict> Verdicts(double[] values)
    {
        var detector = new CountDetector(AccountClock.Utc);
        return values.Select((value, index) => detector.Next(At(index), At(index + 1), value));
    }

    private static List<int> Feed(CountDetector detector, double[] values, int from, int to) =>
        [.. Enumerable.Range(from, to - from).Where(index => detector.Next(At(index), At(index + 1), values[index]).Voices.Count > 0)];

    private static DateTimeOffset At(int index) => QuietSeries.Start.AddMinutes(15 * index);
}
