using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection.Series;

/// <summary>Times of which nothing is known: no host ran, or no token could be had.</summary>
public sealed class PauseTests
{
    private const int PerDay = 96;

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
        Feed(detector, values, 8 * PerDay, values.Length);
        detector.FittedAt.ShouldNotBeNull();
    }

    private static List<int> Feed(CountDetector detector, double[] values, int from, int to) =>
        [.. Enumerable.Range(from, to - from).Where(index => detector.Next(At(index), At(index + 1), values[index]).Voices.Count > 0)];

    private static DateTimeOffset At(int index) => QuietSeries.Start.AddMinutes(15 * index);
}
