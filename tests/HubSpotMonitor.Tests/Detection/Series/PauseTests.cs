using System.IO.Compression;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection.Series;

/// <summary>Times of which nothing is known: no host ran, or no token could be had.</summary>
public sealed class PauseTests
{
    private const int PerDay = 96;

    /// <summary>Bytes that blocks end with and did not at first.</summary>
    private const int AddedSince = 1 + (2 * sizeof(long)) + (4 * sizeof(double));

    [Theory]
    [InlineData(28)]
    [InlineData(45)]
    public void After_weeks_without_counts_the_watch_goes_on_with_what_it_knew(int days)
    {
        var detector = new CountDetector(AccountClock.Utc);
        var values = QuietSeries.Make("poller", seed: 3, days: 35 + days + 12, minutes: 15);
        Feed(detector, values, 0, 35 * PerDay).ShouldBeEmpty();
        var burst = ((35 + days + 2) * PerDay) + 40;
        values[burst] += 1000;

        var told = Feed(detector, values, (35 + days) * PerDay, values.Length);

        told.ShouldHaveSingleItem().ShouldBe(burst);
        detector.FittedAt!.Value.ShouldBeGreaterThan(At((35 + days + 5) * PerDay).AddHours(-1)); // and learns again
    }

    [Fact]
    public void An_account_that_was_read_for_minutes_only_is_learned_when_it_is_read_again()
    {
        var detector = new CountDetector(AccountClock.Utc);
        var values = QuietSeries.Make("poller", seed: 3, days: 30, minutes: 15);
        Feed(detector, values, 40, 41);
        Feed(detector, values, 7 * PerDay, (7 * PerDay) + 3);
        detector.FittedAt.ShouldBeNull();
        Feed(detector, values, 8 * PerDay, values.Length).ShouldBeEmpty();
        detector.FittedAt.ShouldNotBeNull();
    }

    // Installed on the first, away from the third to the seventeenth: two days are no fortnight, and fixed thresholds hold until there is one.
    [Fact]
    public void A_pause_in_the_first_weeks_is_no_time_that_was_learned_from()
    {
        var detector = new CountDetector(AccountClock.Utc);
        var values = QuietSeries.Make("office", seed: 3, days: 40, minutes: 15);
        Feed(detector, values, 0, 2 * PerDay);
        Feed(detector, values, 16 * PerDay, 18 * PerDay);
        detector.History.TotalDays.ShouldBe(4);
        detector.FittedAt.ShouldBeNull();
        var checkpoint = new UsageCheckpoint { Portal = 1, LastPollAt = detector.Last, Outcome = PollOutcome.Good };
        UsageJudge.Judge(new([], [], [Loop(detector.Last.AddMinutes(-5)), Loop(detector.Last)], checkpoint, detector, AccountClock.Utc)).Assessments
            .Single(one => one.Rule == UsageFindings.SpikeRule).Finding!.Confidence
            .ShouldBe("Learning: fixed thresholds are in force until 14 days are counted (now 4).");

        Feed(detector, values, 18 * PerDay, 31 * PerDay).ShouldBeEmpty();
        (detector.History.TotalDays, detector.Known.TotalDays).ShouldBe((17.0, 15.0));
        values[(33 * PerDay) + 8] += 1000;
        Feed(detector, values, 31 * PerDay, values.Length).ShouldContain((33 * PerDay) + 8);
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(0, false)]
    public void A_burst_goes_on_through_an_hour_and_a_half_that_could_not_be_read_if_its_calls_did(double calls, bool goesOn)
    {
        const int Begins = (30 * PerDay) + 48;
        const int Blind = Begins + 4;
        const int Again = Blind + 6;
        var detector = new CountDetector(AccountClock.Utc);
        var values = QuietSeries.Make("office", seed: 3, days: 31, minutes: 15);
        for (var index = Begins; index < Blind; index++) values[index] += 400;
        for (var index = Blind; index < Again; index++) values[index] += calls;
        Feed(detector, values, 0, Blind).ShouldContain(Begins);

        detector.Next(At(Blind), At(Again), values[Blind..Again].Sum());

        (detector.Last - detector.LastRise <= CountDetector.RisePause).ShouldBe(goesOn);
    }

    // Where nothing was counted nothing was expected; taken for sums exactly as
    // expected, the half of all days would make the rest look far from usual.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_pause_does_not_make_the_days_look_more_alike_than_they_are(int seed)
    {
        var (whole, paused) = (new CountDetector(AccountClock.Utc), new CountDetector(AccountClock.Utc));
        var values = QuietSeries.Make("poller", seed, days: 42, minutes: 15, mood: 0.2);
        Feed(whole, values, 0, values.Length);
        Feed(paused, values, 0, 20 * PerDay);
        Feed(paused, values, 34 * PerDay, values.Length);
        paused.DaySpread(1000).ShouldBeGreaterThan(0.5 * whole.DaySpread(1000));
    }

    [Fact]
    public void What_was_counted_is_put_away_with_the_rest_and_made_up_for_where_it_was_not()
    {
        var detector = new CountDetector(AccountClock.Utc);
        var values = QuietSeries.Make("office", seed: 3, days: 40, minutes: 15);
        Feed(detector, values, 0, 2 * PerDay);
        Feed(detector, values, 16 * PerDay, values.Length);
        CountDetector.Load(detector.Save(), AccountClock.Utc)!.History.ShouldBe(detector.History);
        // four days of the pause are within the four weeks that are kept
        CountDetector.Load(OfBefore(detector.Save()), AccountClock.Utc)!.History.TotalDays.ShouldBe(40 - 4, 0.1);
    }

    // As it was before the block said how much was counted.
    private static byte[] OfBefore(byte[] block)
    {
        using var whole = new MemoryStream();
        using (var packed = new BrotliStream(new MemoryStream(block), CompressionMode.Decompress)) packed.CopyTo(whole);
        using var before = new MemoryStream();
        using (var packed = new BrotliStream(before, CompressionLevel.Optimal, leaveOpen: true))
            packed.Write(whole.ToArray().AsSpan()[..^AddedSince]);
        return before.ToArray();
    }

    private static Reading Loop(DateTimeOffset at) => Samples.Count(at, 60_000) with { Since = at.AddMinutes(-5) };

    private static List<int> Feed(CountDetector detector, double[] values, int from, int to) =>
        [.. Enumerable.Range(from, to - from).Where(index => detector.Next(At(index), At(index + 1), values[index]).Voices.Count > 0)];

    private static DateTimeOffset At(int index) => QuietSeries.Start.AddMinutes(15 * index);
}
