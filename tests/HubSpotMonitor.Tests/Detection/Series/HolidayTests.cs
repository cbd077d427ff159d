using HubSpotMonitor.Detection.Series;

namespace HubSpotMonitor.Tests.Detection.Series;

public sealed class HolidayTests
{
    private const int Day = WeekProfile.SlotsPerDay;
    private const int Today = 27 * Day;
    private const int Evening = Today + 36;

    [Fact]
    public void A_day_that_has_brought_a_fifth_until_evening_shows_as_a_holiday() => ShareAt(Evening, Days(today: 0.2)).ShouldBe(0.2, 0.001);

    [Fact]
    public void A_usual_day_does_not() => ShareAt(Evening, Days(today: 0.9)).ShouldBe(1);

    [Fact]
    public void In_the_morning_nothing_shows_yet() => ShareAt(Today + 8, Days(today: 0)).ShouldBe(1);

    [Fact]
    public void However_quiet_the_day_a_tenth_is_still_expected() => ShareAt(Evening, Days(today: 0)).ShouldBe(0.1);

    [Fact]
    public void Where_every_third_day_begins_so_it_says_nothing() => ShareAt(Evening, Days(today: 0.2, day => day % 3 == 0 ? 0.2 : 1.4)).ShouldBe(1);

    [Fact]
    public void Days_of_which_nothing_is_known_are_no_usual_days()
    {
        var history = Days(today: 0.2, day => day == 25 ? 0.2 : 1);
        ShareAt(Evening, history).ShouldBe(0.2, 0.001); // one day in 27
        for (var index = Day; index < 20 * Day; index++) history[index] = default;
        ShareAt(Evening, history).ShouldBe(1); // one in seven
    }

    private static double ShareAt(int halfHour, HalfHours history)
    {
        var model = new CountModel { Profile = WeekProfile.Of([.. Enumerable.Repeat(1f, WeekProfile.Slots)]) };
        return model.HolidayShare(history, halfHour);
    }

    // Thirty calls each half hour, times what the day brings of it.
    private static HalfHours Days(double today, Func<int, double>? before = null)
    {
        var history = new HalfHours();
        for (var number = 0; number <= Evening; number++)
        {
            ref var halfHour = ref history.At(number);
            halfHour.Counted = (float)(30 * (number >= Today ? today : before?.Invoke(number / Day) ?? 1));
            halfHour.Minutes = HalfHours.Minutes;
        }
        return history;
    }
}
