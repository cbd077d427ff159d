using HubSpotMonitor.Alerting;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Tests.Detection.Series;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Detection;

public sealed class UsageJudgeTests
{
    internal const int OwnAPoll = 4;

    private static readonly AlertContext Context = new(Acme, AccountClock.Utc, [], new("https://monitor.example.com/"));

    [Fact]
    public void Live_values_are_preferred_to_late_ones() =>
        Counts(live: [(0, 100), (5, 150)], reported: [(-4, 90), (1, 110)]).ShouldBe([50]);

    [Fact]
    public void Without_live_values_the_reported_ones_count() => Counts(live: [], reported: [(0, 100), (5, 140)]).ShouldBe([40]);

    [Fact]
    public void Headers_that_count_only_our_own_calls_are_not_taken_for_the_account() =>
        Counts(live: [(1, 3), (6, 5)], reported: [(0, 9000), (5, 9400)]).ShouldBe([400]);

    [Fact]
    public void Headers_that_count_only_our_own_calls_hide_no_limit()
    {
        IReadOnlyList<Reading> reported = [Counter(Noon.AddMinutes(-3), 600_000, Metric.UsageReported)];
        var checkpoint = Polled(null, Noon, 600, reported);
        (checkpoint.UsedToday, checkpoint.UsedAt, checkpoint.FailedPolls).ShouldBe((600_000, reported[0].At, 0));

        var limit = UsageJudge.Judge(new([Counter(Noon, 600)], reported, [], checkpoint, null, AccountClock.Utc)).Assessments
            .Single(one => one.Rule == QuotaDetector.Rule);
        (limit.Finding!.Severity, limit.Finding.Headline).ShouldBe((Severity.Critical, "96 % of the daily API limit used"));
    }

    [Fact]
    public void A_reported_figure_that_counts_and_is_stuck_is_none_whatever_the_headers_say_also_past_midnight()
    {
        IReadOnlyList<Reading> stuck = [Counter(Noon, 9000, Metric.UsageReported)];
        var fresh = Polled(null, Noon.AddMinutes(20), 5, stuck);
        (fresh.UsedToday, fresh.FailedPolls).ShouldBe((9000, 0));
        var old = Polled(fresh, Noon.AddMinutes(40), 7, stuck);
        (old.Outcome, old.Says, old.FailedPolls).ShouldBe((PollOutcome.NoFigure, "HubSpot's usage figure is 40 min old.", 1));
        var nextDay = Polled(old, Noon.AddHours(13), 2, stuck);
        (nextDay.Outcome, nextDay.FailedPolls).ShouldBe((PollOutcome.NoFigure, 2));
        var absent = Polled(nextDay, Noon.AddHours(14), 4, []);
        (absent.Outcome, absent.FailedPolls, absent.UsedToday).ShouldBe((PollOutcome.NoFigure, 3, 9000));
        UsageJudge.Judge(new([Counter(Noon.AddHours(13), 2), Counter(Noon.AddHours(14), 4)], [], [], absent, null, AccountClock.Utc)).Counts
            .ShouldBeEmpty();

        var whole = Polled(absent, Noon.AddHours(15), 9500, [Counter(Noon.AddHours(15), 9500, Metric.UsageReported)]);
        (whole.Outcome, whole.FailedPolls, whole.IsLivePartial).ShouldBe((PollOutcome.Good, 0, false));
    }

    [Fact]
    public void A_limit_that_our_own_calls_used_up_is_used_up()
    {
        var partial = Polled(null, Noon, 600, [Counter(Noon, 600_000, Metric.UsageReported)]);
        var full = Polled(partial, Noon.AddMinutes(5), 625_000, [], PollOutcome.LimitReached);
        (full.Outcome, full.FailedPolls, full.UsedToday).ShouldBe((PollOutcome.LimitReached, 0, 625_000));
    }

    [Fact]
    public void When_the_source_changes_no_call_is_counted_twice() =>
        Counts(live: [(0, 100)], reported: [(-4, 90), (1, 110), (6, 160)], judgedUntil: 0).ShouldBe([50]);

    [Fact]
    public void What_was_judged_is_not_judged_again() => Counts(live: [(0, 100), (5, 150), (10, 170)], reported: [], judgedUntil: 5).ShouldBe([20]);

    [Theory]
    [InlineData(624_000, true)]
    [InlineData(625_000, false)]
    public void Integrations_that_stand_still_are_told_unless_HubSpot_refuses_them_all(double counter, bool isTold)
    {
        var detector = Poller();
        var (learned, from) = (detector.Save(), detector.Last);
        var live = Enumerable.Range(0, 37).Select(poll => Counter(from.AddMinutes(5 * poll), counter)).ToList();
        var checkpoint = new UsageCheckpoint
        {
            Portal = Acme.Id,
            LastPollAt = live[^1].At,
            LastGoodPollAt = live[^1].At,
            Outcome = PollOutcome.Good,
            JudgedUntil = from,
        };

        var judgement = UsageJudge.Judge(new(live, [], [], checkpoint, detector, AccountClock.Utc));

        judgement.Counts.Count.ShouldBe(36);
        judgement.Assessments.Any(one => one is { Rule: UsageFindings.SilenceRule, Condition: Condition.Firing }).ShouldBe(isTold);
        // What was refused teaches nothing either.
        judgement.Detector.Save().SequenceEqual(learned).ShouldBe(!isTold);
    }

    // Of an account with few calls, those of the monitor itself are too many to call it silent, and they go on.
    [Theory]
    [InlineData(OwnAPoll * 288, true)]
    [InlineData(0, false)]
    public void The_end_of_all_integrations_is_told_although_the_monitor_goes_on_calling(double ownCallsADay, bool isTold)
    {
        var (detector, counter) = (Poller(OwnAPoll), 5000d);
        var told = Enumerable.Range(0, 48)
            .SelectMany(_ => Poll(detector, counter, counter += OwnAPoll, ownCallsADay))
            .Where(one => one is { Rule: UsageFindings.SilenceRule, Condition: Condition.Firing })
            .ToList();
        (told.Count > 0).ShouldBe(isTold);
        if (isTold) told[0].Finding!.Summary.ShouldContain("Silence: 0 in ");
        if (isTold) told[0].Finding!.Summary.ShouldContain(" were expected, without the monitor's own calls.");
    }

    [Fact]
    public void Quiet_hours_with_the_monitors_own_calls_are_no_silence()
    {
        var (detector, counter) = (Poller(OwnAPoll), 5000d);
        Enumerable.Range(0, 48).SelectMany(_ => Poll(detector, counter, counter += OwnAPoll + 4, OwnAPoll * 288)) // a fifth of what is usual
            .ShouldNotContain(one => one.Rule == UsageFindings.SilenceRule && one.Condition == Condition.Firing);
    }

    // Each poll brings two of a hundred parts of the day's limit, of which a tenth is an export of the whole account.
    [Fact]
    public void A_burst_that_goes_on_becomes_critical_by_what_it_has_brought()
    {
        var (detector, counter) = (Poller(), 100_000d);
        var severities = Enumerable.Range(0, 8)
            .Select(_ => Poll(detector, counter, counter += 12_500).Single(one => one.Rule == UsageFindings.SpikeRule).Finding!.Severity)
            .ToList();
        severities.ShouldBe([.. Enumerable.Repeat(Severity.High, 5), .. Enumerable.Repeat(Severity.Critical, 3)]);
    }

    // Over long before the hour in which other news of what somebody took waits.
    [Theory]
    [InlineData(60, true)]
    [InlineData(3, false)]
    public void Three_times_normal_that_was_marked_as_expected_hides_no_sixty_times(int grows, bool isToldAgain)
    {
        var (detector, counter, begins) = (Poller(), 100_000d, QuietSeries.Start.AddDays(20));
        var alert = (Alert?)null;
        foreach (var poll in Enumerable.Range(0, 20))
        {
            var spike = Poll(detector, counter, counter += 20 * (poll is < 5 or > 9 ? 3 : grows)).Single(one => one.Rule == UsageFindings.SpikeRule);
            alert = AlertPolicy.Next(alert, spike, "id", Context, detector.Last) ?? alert;
            if (poll != 3) continue;
            alert!.Unpublished.ShouldHaveSingleItem().Transition.ShouldBe(Transition.Opened);
            alert = alert with { ExpectedAt = detector.Last, ToldAt = detector.Last, Unpublished = [] };
            detector.MarkExpected(begins, detector.Last, isSilence: false);
        }
        alert!.Unpublished.Select(message => message.Transition).ShouldBe(isToldAgain ? [Transition.Reopened] : []);
        alert.Stage.ShouldBe(isToldAgain ? AlertStage.Open : AlertStage.Expected);
    }

    // Twenty calls in five minutes, for three weeks.
    internal static CountDetector Poller(int more = 0)
    {
        var values = QuietSeries.Make("poller", seed: 1, days: 20, minutes: 5);
        var detector = new CountDetector(AccountClock.Utc);
        for (var index = 0; index < values.Length; index++)
            detector.Next(QuietSeries.Start.AddMinutes(5 * index), QuietSeries.Start.AddMinutes(5 * (index + 1)), values[index] + more);
        return detector;
    }

    private static IReadOnlyList<Assessment> Poll(CountDetector detector, double before, double after, double ownCallsADay = 0)
    {
        var (last, now) = (detector.Last, detector.Last.AddMinutes(5));
        var checkpoint = new UsageCheckpoint
        {
            Portal = Acme.Id,
            LastPollAt = now,
            LastGoodPollAt = now,
            Outcome = PollOutcome.Good,
            JudgedUntil = last,
        };
        var evidence = new UsageEvidence([Counter(last, before), Counter(now, after)], [], [], checkpoint, detector, AccountClock.Utc)
        {
            OwnCallsADay = ownCallsADay,
        };
        return UsageJudge.Judge(evidence).Assessments;
    }

    private static UsageCheckpoint Polled(
        UsageCheckpoint? before, DateTimeOffset at, double live, IReadOnlyList<Reading> reported, PollOutcome outcome = PollOutcome.Good) =>
        UsageCheckpoint.After(before, Acme.Id, outcome, null, [.. reported, Counter(at, live)], AccountClock.Utc, at);

    private static double[] Counts((int Minute, double Value)[] live, (int Minute, double Value)[] reported, int? judgedUntil = null)
    {
        var checkpoint = new UsageCheckpoint
        {
            Portal = Acme.Id,
            LastPollAt = Noon.AddMinutes(10),
            Outcome = PollOutcome.Good,
            JudgedUntil = judgedUntil is { } minute ? Noon.AddMinutes(minute) : null,
        };
        var evidence = new UsageEvidence(
            Readings(live, Metric.UsageLive), Readings(reported, Metric.UsageReported), [], checkpoint, null, AccountClock.Utc);
        return [.. UsageJudge.Judge(evidence).Counts.Select(count => count.Value)];
    }

    private static Reading[] Readings((int Minute, double Value)[] values, string metric) =>
        [.. values.Select(value => Counter(Noon.AddMinutes(value.Minute), value.Value, metric))];
}
