using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Signals;

public sealed class AccountClockTests
{
    [Theory]
    [InlineData("US/Eastern", "2026-11-24T12:00:00Z", "2026-11-24T05:00:00Z")]
    [InlineData("US/Pacific-New", "2026-11-24T12:00:00Z", "2026-11-24T08:00:00Z")] // an old link that systems have no more
    [InlineData("Europe/Berlin", "2026-11-24T23:30:00Z", "2026-11-24T23:00:00Z")]
    [InlineData("Asia/Kolkata", "2026-11-24T12:00:00Z", "2026-11-23T18:30:00Z")]
    public void A_day_begins_at_the_accounts_own_midnight(string zone, string at, string midnight) =>
        AccountClock.Find(zone)!.Midnight(Time(at)).ShouldBe(Time(midnight));

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29T12:00:00Z", 23)]
    [InlineData("Europe/Berlin", "2026-10-25T12:00:00Z", 25)]
    [InlineData("US/Eastern", "2026-03-08T12:00:00Z", 23)]
    [InlineData("US/Eastern", "2026-11-01T12:00:00Z", 25)]
    public void Days_of_clock_changes_have_23_or_25_hours(string zone, string at, int hours)
    {
        var clock = AccountClock.Find(zone)!;
        (clock.NextMidnight(Time(at)) - clock.Midnight(Time(at))).TotalHours.ShouldBe(hours);
    }

    [Fact]
    public void Where_midnight_itself_is_skipped_the_day_begins_at_the_first_minute_that_exists()
    {
        // Beirut sets its clocks forward at midnight: 29 March 2026 begins at 01:00 (UTC+3).
        var clock = AccountClock.Find("Asia/Beirut")!;
        clock.Midnight(Time("2026-03-29T10:00:00Z")).ShouldBe(Time("2026-03-28T22:00:00Z"));
    }

    [Fact]
    public void An_unknown_zone_is_null_not_a_guess() => AccountClock.Find("Mars/Olympus").ShouldBeNull();

    [Theory]
    [InlineData("US/Eastern", -300)]
    [InlineData("UTC-03:30", -210)]
    [InlineData("UTC+05:45", 345)]
    [InlineData("UTC", 0)]
    [InlineData("Asia/Dili", 540)] // as long as a name of a fixed clock
    [InlineData("UTC+99:99", 0)]
    [InlineData("Mars/Olympus", 0)]
    [InlineData(null, 0)]
    public void A_clock_is_found_again_by_its_name(string? name, int minutes) =>
        AccountClock.FromName(name).Offset(Samples.Noon).TotalMinutes.ShouldBe(minutes);

    [Theory]
    [InlineData(0, "UTC")]
    [InlineData(345, "UTC+05:45")]
    [InlineData(-210, "UTC-03:30")]
    public void A_fixed_clock_is_named_by_its_offset(int minutes, string name) =>
        AccountClock.Fixed(TimeSpan.FromMinutes(minutes)).Name.ShouldBe(name);

    [Theory]
    [InlineData("US/Eastern", "America/New_York", true)]
    [InlineData("US/Eastern", "Europe/Berlin", false)]
    [InlineData("Etc/UTC", "Etc/UTC", true)]
    [InlineData("UTC+01:00", "UTC+02:00", true)] // summer came to a zone that this machine does not know
    [InlineData("UTC+01:00", "UTC+08:00", false)]
    [InlineData("UTC+01:00", "Europe/Berlin", false)]
    public void A_week_is_kept_by_clocks_that_go_alike(string learned, string present, bool isKept) =>
        AccountClock.FromName(present).KeepsWeekOf(AccountClock.FromName(learned)).ShouldBe(isKept);

    [Fact]
    public void A_fixed_clock_survives_the_way_through_its_name()
    {
        foreach (var minutes in new[] { -720, -210, -1, 0, 345, 840 })
            AccountClock.FromName(AccountClock.Fixed(TimeSpan.FromMinutes(minutes)).Name).Offset(Samples.Noon).TotalMinutes.ShouldBe(minutes);
    }

    [Fact]
    public void Where_midnight_comes_twice_the_day_begins_at_the_first()
    {
        // Havana sets its clocks back from one to midnight: 1 November 2026 begins at 00:00 (UTC-4) and has 25 hours.
        var clock = AccountClock.Find("America/Havana")!;
        clock.Midnight(Time("2026-11-01T12:00:00Z")).ShouldBe(Time("2026-11-01T04:00:00Z"));
        (clock.NextMidnight(Time("2026-11-01T12:00:00Z")) - clock.Midnight(Time("2026-11-01T12:00:00Z"))).TotalHours.ShouldBe(25);
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
