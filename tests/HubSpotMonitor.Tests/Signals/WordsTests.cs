using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Signals;

public sealed class WordsTests
{
    [Theory]
    [InlineData(0.4, "less than a minute")]
    [InlineData(0.6, "1 min")]
    [InlineData(35, "35 min")]
    [InlineData(59.6, "1 h")]
    [InlineData(60, "1 h")]
    [InlineData(200, "3 h 20 min")]
    [InlineData(1439.7, "1 d")]
    [InlineData(1440, "1 d")]
    [InlineData(3120, "2 d 4 h")]
    public void A_duration_is_said_in_its_two_largest_units(double minutes, string words) =>
        Words.Duration(TimeSpan.FromMinutes(minutes)).ShouldBe(words);

    [Theory]
    [InlineData(8.94, "8.9x")]
    [InlineData(19.9, "19.9x")]
    [InlineData(20, "20x")]
    [InlineData(120.4, "120x")]
    public void A_factor_has_a_decimal_while_that_matters(double value, string words) => Words.Factor(value).ShouldBe(words);

    [Fact]
    public void Counts_and_shares_are_rounded()
    {
        Words.Count(2139.6).ShouldBe("2,140");
        Words.Percent(0.412).ShouldBe("41 %");
    }

    [Fact]
    public void A_name_in_one_word_is_written_in_several() => Words.Spaced("OldStillWorks").ShouldBe("Old still works");

    [Theory]
    [InlineData(60, "13:00 (UTC+1)", "24 Nov 2026 13:00 (UTC+1) = 24 Nov 2026 12:00 UTC")]
    [InlineData(0, "12:00 (UTC+0)", "24 Nov 2026 12:00 (UTC+0) = 24 Nov 2026 12:00 UTC")]
    [InlineData(-210, "08:30 (UTC-3:30)", "24 Nov 2026 08:30 (UTC-3:30) = 24 Nov 2026 12:00 UTC")]
    public void A_time_is_said_by_the_accounts_clock(int offset, string time, string both)
    {
        Words.LocalTime(Noon, TimeSpan.FromMinutes(offset)).ShouldBe(time);
        Words.LocalAndUtc(Noon, TimeSpan.FromMinutes(offset)).ShouldBe(both);
    }

    [Theory]
    [InlineData(0, 11, "12:00 (UTC+0)")]
    [InlineData(0, 12, "24 Nov 12:00 (UTC+0)")]
    [InlineData(13, 22, "01:00 (UTC+13)")] // midnight is the account's own
    [InlineData(13, 23, "25 Nov 01:00 (UTC+13)")]
    [InlineData(0, 899, "24 Nov 12:00 (UTC+0)")]
    [InlineData(0, 900, "24 Nov 2026 12:00 (UTC+0)")]
    [InlineData(13, 887, "25 Nov 2026 01:00 (UTC+13)")] // so is the year
    public void A_time_of_another_day_names_the_day_and_of_another_year_the_year(int offset, int hoursLater, string time) =>
        Words.DayAndTime(Noon, Noon.AddHours(hoursLater), TimeSpan.FromHours(offset)).ShouldBe(time);
}
