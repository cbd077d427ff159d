using HubSpotMonitor.Detection;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Tests.Detection.Series;

namespace HubSpotMonitor.Tests.Detection;

/// <summary>An account that works from nine to five, and whose calls stop at ten on a Tuesday.</summary>
public sealed class UsageSilenceTests
{
    private const int PerHour = 12;
    private const int PerDay = 24 * PerHour;
    private const int Stops = (22 * PerDay) + (10 * PerHour);

    [Fact]
    public void Calls_that_stay_away_are_one_silence_also_over_the_nights_in_which_none_is_due()
    {
        var returns = Stops + (2 * PerDay);
        var said = Conditions(returns, returns + (3 * PerHour));
        var told = said.FindIndex(one => one == Condition.Firing);
        told.ShouldBeInRange(Stops, Stops + (2 * PerHour));
        said[told..returns].ShouldNotContain(Condition.Clear);
        said[^1].ShouldBe(Condition.Clear);
    }

    [Fact]
    public void Calls_that_never_come_again_are_what_is_usual_within_four_weeks()
    {
        var said = Conditions(int.MaxValue, Stops + (28 * PerDay));
        said[^1].ShouldBe(Condition.Clear);
    }

    // Of every count; put away and taken up again now and then, as between polls.
    private static List<Condition> Conditions(int returns, int until)
    {
        List<Condition> said = [];
        var detector = new CountDetector(AccountClock.Utc);
        for (var index = 0; index < until; index++)
        {
            var at = QuietSeries.Start.AddMinutes(5 * (index + 1));
            var count = new Reading
            {
                Portal = 1,
                Metric = Metric.Calls,
                Since = at.AddMinutes(-5),
                At = at,
                Value = index >= Stops && index < returns ? 0 : Usual(index),
            };
            var alarm = CountAlarm.Of(detector.Next(at.AddMinutes(-5), at, count.Value));
            if (index % PerHour == 0) detector = CountDetector.Load(detector.Save(), AccountClock.Utc)!;
            said.Add(UsageFindings.Assess(alarm, count, detector).Single(one => one.Rule == UsageFindings.SilenceRule).Condition);
        }
        return said;
    }

    // Ten in five minutes by day, two an hour by night.
    private static double Usual(int index)
    {
        if (index % PerDay / PerHour is >= 9 and < 17) return 8 + (index * 7 % 5);
        return index % 6 == 0 ? 1 : 0;
    }
}
