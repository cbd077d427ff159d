using HubSpotMonitor.Alerting;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Detection;

public sealed class OutageDetectorTests
{
    [Theory]
    [InlineData(10, 10, 2, Condition.Firing)]
    [InlineData(6, 10, 2, Condition.Firing)]
    [InlineData(10, 10, 1, Condition.Undecided)] // one failed poll happens
    [InlineData(6, 12, 2, Condition.Undecided)] // half of them is not most
    [InlineData(5, 6, 2, Condition.Clear)] // so few are told one by one
    [InlineData(0, 10, 0, Condition.Clear)]
    public void Most_accounts_that_give_no_answer_are_an_outage(int failing, int accounts, int failedPolls, Condition condition) =>
        OutageDetector
            .Assess([.. Enumerable.Range(0, accounts).Select(index => index < failing ? Failing(failedPolls) : Good())], isOpen: false)
            .Condition.ShouldBe(condition);

    [Fact]
    public void It_is_told_with_how_many_since_when_and_why_like_that_of_one_account()
    {
        var accounts = Enumerable.Range(0, 7)
            .Select(index => Failing(2) with { FailingSince = Noon.AddSeconds(-10 * index) })
            .Append(Good())
            .ToList<UsageCheckpoint?>();
        var finding = OutageDetector.Assess(accounts, isOpen: false).Finding.ShouldNotBeNull();
        (finding.Headline, finding.Severity, finding.Since).ShouldBe(
            ("Monitor is blind: HubSpot gives no answer, for 7 of 8 accounts", Severity.Critical, Noon.AddMinutes(-1)));
        finding.LikelyCause.ShouldBe(BlindDetector.Assess(Failing(2)).Finding!.LikelyCause);
    }

    [Fact]
    public void Accounts_that_fail_for_a_reason_of_their_own_or_were_not_polled_are_no_outage()
    {
        List<UsageCheckpoint?> accounts = [.. Enumerable.Repeat(Failing(2) with { Outcome = PollOutcome.DeadToken }, 8), null, null];
        OutageDetector.Assess(accounts, isOpen: false).Condition.ShouldBe(Condition.Clear);
    }

    [Theory]
    [InlineData(1, Condition.Undecided)]
    [InlineData(2, Condition.Firing)]
    public void One_that_has_been_blind_for_weeks_neither_begins_an_outage_nor_dates_it(int failedPolls, Condition condition)
    {
        var old = Failing(5000) with { FailingSince = Noon.AddDays(-30) };
        var outage = OutageDetector.Assess([old, .. Enumerable.Repeat(Failing(failedPolls), 9)], isOpen: false);
        outage.Condition.ShouldBe(condition);
        if (outage.Finding is { } finding) finding.Since.ShouldBe(Noon);
    }

    // It happened to fail at the poll before, too.
    [Fact]
    public void One_that_failed_once_more_than_the_others_makes_no_outage_of_a_single_poll()
    {
        var unlucky = Failing(2) with { FailingSince = Noon.AddMinutes(-5).AddMilliseconds(10) };
        OutageDetector.Assess([unlucky, .. Enumerable.Repeat(Failing(1), 9)], isOpen: false).Condition.ShouldBe(Condition.Undecided);
    }

    [Theory]
    [InlineData(-5, Condition.Undecided)]
    [InlineData(0, Condition.Clear)]
    public void The_last_few_are_asked_once_more_before_it_is_over(int polledAt, Condition condition) =>
        OutageDetector
            .Assess(
                [.. Enumerable.Repeat(Failing(9) with { LastPollAt = Noon.AddMinutes(polledAt) }, 3), .. Enumerable.Repeat(Good(), 20)],
                isOpen: true)
            .Condition.ShouldBe(condition);

    [Fact]
    public void That_most_are_blind_again_is_news_to_whoever_took_what_was_left_of_it()
    {
        AlertPolicy.IsNews(Of(6), Of(30)).ShouldBeTrue();
        AlertPolicy.IsNews(Of(30), Of(6)).ShouldBeFalse();

        static Finding Of(int failing) =>
            OutageDetector.Assess([.. Enumerable.Repeat(Failing(9), failing), .. Enumerable.Repeat(Good(), 20)], isOpen: true).Finding!;
    }

    [Theory]
    [InlineData(-1, Condition.Firing)]
    [InlineData(0, Condition.Undecided)]
    public void Accounts_that_were_not_polled_since_it_began_do_not_count_as_seen(int minutes, Condition condition)
    {
        var others = Enumerable.Repeat(Good() with { LastPollAt = Noon.AddMinutes(minutes) }, 20);
        OutageDetector.Assess([.. Enumerable.Repeat(Failing(2), 6), .. others], isOpen: false).Condition.ShouldBe(condition);
    }

    [Theory]
    [InlineData(6, Condition.Firing)]
    [InlineData(5, Condition.Clear)]
    public void One_that_is_open_is_told_as_it_stands_until_few_are_left(int failing, Condition condition)
    {
        var outage = OutageDetector.Assess([.. Enumerable.Repeat(Failing(9), failing), .. Enumerable.Repeat(Good(), 20)], isOpen: true);
        outage.Condition.ShouldBe(condition);
        if (outage.Finding is { } finding) finding.Headline.ShouldBe("Monitor is blind: HubSpot gives no answer, for 6 of 26 accounts");
    }

    [Theory]
    [InlineData(PollOutcome.SecretsAway)]
    [InlineData(PollOutcome.ClockWrong)]
    [InlineData(PollOutcome.WrongApp)]
    public void What_all_accounts_share_may_be_away_or_wrong_and_its_first_steps_name_none_of_them(PollOutcome outcome)
    {
        var finding = OutageDetector
            .Assess([.. Enumerable.Repeat(Failing(2) with { Outcome = outcome }, 10)], isOpen: false)
            .Finding.ShouldNotBeNull();
        finding.Steps.ShouldNotContain(step => step.Contains("portal", StringComparison.Ordinal));
        finding.LikelyCause.ShouldNotBe(BlindDetector.Cause(PollOutcome.NoFigure), "one account's trouble would be taken for a part of it");
    }

    private static UsageCheckpoint Good() => new() { Portal = 1, LastPollAt = Noon, Outcome = PollOutcome.Good };

    private static UsageCheckpoint Failing(int polls) =>
        Good() with { Outcome = PollOutcome.Unreachable, FailedPolls = polls, Says = "HubSpot gave no answer." };
}
