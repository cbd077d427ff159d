using HubSpotMonitor.Alerting;
using HubSpotMonitor.Alerting.Digests;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Alerting;

public sealed class DigestTests
{
    [Theory]
    [InlineData(DigestRhythm.Daily, "Europe/Berlin", "2026-11-24T12:00:00Z", "2026-11-24T07:00:00Z")]
    [InlineData(DigestRhythm.Daily, "Europe/Berlin", "2026-11-24T06:59:00Z", "2026-11-23T07:00:00Z")]
    [InlineData(DigestRhythm.Daily, "Europe/Berlin", "2026-07-01T06:00:00Z", "2026-07-01T06:00:00Z")]
    [InlineData(DigestRhythm.Daily, "US/Eastern", "2026-11-24T12:00:00Z", "2026-11-23T13:00:00Z")]
    [InlineData(DigestRhythm.Weekly, "Europe/Berlin", "2026-11-24T12:00:00Z", "2026-11-23T07:00:00Z")]
    [InlineData(DigestRhythm.Weekly, "Europe/Berlin", "2026-11-23T06:00:00Z", "2026-11-16T07:00:00Z")]
    [InlineData(DigestRhythm.Off, "Europe/Berlin", "2026-11-24T12:00:00Z", null)]
    public void A_digest_is_due_by_the_accounts_own_clock(DigestRhythm rhythm, string zone, string now, string? due) =>
        DigestSchedule.LastDue(new() { Digest = rhythm }, AccountClock.Find(zone)!, At(now)!.Value).ShouldBe(At(due));

    [Theory]
    [InlineData(288, 288, "100 %")]
    [InlineData(2879, 2880, "99.9 %")]
    [InlineData(28799, 28800, "99.9 %")]
    [InlineData(300, 288, "100 %")]
    [InlineData(0, 288, "0 %")]
    public void All_of_the_time_is_said_of_all_of_the_time_only(long good, long due, string words) => new PollShare(good, due).Words.ShouldBe(words);

    [Fact]
    public void The_same_time_of_the_same_portal_is_the_same_message()
    {
        var facts = Facts();
        DigestWriter.Write(facts).Id.ShouldBe(DigestWriter.Write(facts with { MessagesSent = 9 }).Id);
        DigestWriter.Write(facts).Id.ShouldNotBe(DigestWriter.Write(facts with { To = facts.To.AddDays(1) }).Id);
        DigestWriter.Write(facts).Id.ShouldNotBe(DigestWriter.Write(facts with { Portal = new(1, "Other") }).Id);
    }

    [Fact]
    public void What_posture_knows_has_its_place()
    {
        var digest = DigestWriter.Write(
            Facts() with { Credentials = ["pat-na1-…1234, 170 d old, due in 10 d"], Gaps = ["Logins: the token lacks account-info.security.read"] });
        digest.Sections.Select(section => section.Heading).ShouldBe(["Oldest credentials", "What cannot be seen", "The monitor"]);
    }

    [Theory]
    [InlineData(100, 100, "201,600 in the last seven days, as in the seven days of four weeks before.", null)]
    [InlineData(100, 91, "201,600 in the last seven days, 10 % more than in the seven days of four weeks before.", null)]
    [InlineData(100, 80, "201,600 in the last seven days, 25 % more than in the seven days of four weeks before.", "Slow growth")]
    [InlineData(100, 400, "201,600 in the last seven days, 75 % fewer than in the seven days of four weeks before.", null)]
    [InlineData(0, 0, "0 in the last seven days, as in the seven days of four weeks before.", null)]
    public void Growth_that_raises_no_alert_is_seen_in_weeks(double now, double before, string line, string? question)
    {
        var lines = DigestWriter.Write(Facts() with { Calls = WeeksOfCalls.Of(Week(now), Week(before)) }).Sections[0].Lines;
        lines[0].ShouldBe(line);
        (lines.Count > 1 ? lines[1] : null)?[..11].ShouldBe(question);
    }

    [Fact]
    public void A_week_that_was_not_counted_whole_is_compared_with_nothing()
    {
        WeeksOfCalls.Of([.. Week(100).Skip(200)], Week(100)).ShouldBeNull();
        WeeksOfCalls.Of(Week(100), [.. Week(100).Skip(200)])!.Lines.ShouldBe(["201,600 in the last seven days."]);
        WeeksOfCalls.Of(Week(100), [])!.Lines.ShouldHaveSingleItem();
    }

    // Five minutes each.
    private static List<Reading> Week(double calls) =>
        [.. Enumerable.Range(1, 2016).Select(count => new Reading
        {
            Portal = Acme.Id,
            Metric = Metric.Calls,
            Since = Noon.AddMinutes(5 * (count - 1)),
            At = Noon.AddMinutes(5 * count),
            Value = calls,
        })];

    [Fact]
    public void What_began_on_the_day_before_names_the_day()
    {
        var alerts = new[]
        {
            Alert("late", Noon.AddHours(-2)),
            Alert("early", Noon.AddHours(-20)) with { Finding = Finding() with { Since = Noon.AddHours(-20) } },
        };
        var lines = DigestWriter.Write(Facts() with { Alerts = alerts }).Sections.Single(section => section.Heading == "Top findings").Lines;
        lines[0].ShouldStartWith("High: API calls 6.2x normal, since 23 Nov 17:00 (UTC+1), still open");
        lines[1].ShouldStartWith("High: API calls 6.2x normal, since 12:50 (UTC+1), still open");
    }

    [Fact]
    public void What_was_said_to_be_expected_is_shown_again()
    {
        var said = new Feedback
        {
            Portal = Acme.Id,
            Rule = "usage-spike",
            Subject = "calls",
            From = Noon,
            To = Noon,
            By = "Ada",
            Why = "export",
            At = Noon,
        };
        DigestWriter.Write(Facts() with { Feedback = [said] }).Sections[0].Lines.ShouldBe(["usage-spike on calls, by Ada: export"]);
    }

    private static DigestFacts Facts() => new()
    {
        Portal = Acme,
        Clock = AccountClock.Find("Europe/Berlin")!,
        From = Noon.AddDays(-1),
        To = Noon,
        DashboardUrl = new("https://monitor.example.com/"),
        Polls = new(287, 288),
    };

    private static DateTimeOffset? At(string? text) =>
        text is null ? null : DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
