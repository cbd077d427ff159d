using HubSpotMonitor.Detection;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Local.Simulation;
using HubSpotMonitor.Local.Simulation.Traffic;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection;

/// <summary>
/// Four weeks of everyday traffic after four weeks to learn from: poll by poll, without tables and HTTP, which a week of
/// <see cref="ScenarioRunsTests"/> has.
/// </summary>
public sealed class QuietWeeksTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 6, 40, 0, TimeSpan.Zero);
    private static readonly TimeSpan Poll = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(13)]
    [InlineData(17)]
    public void In_four_quiet_weeks_no_detector_fires(int seed)
    {
        var account = MonitorUnderTest.Account with { Seed = seed };
        var clock = AccountClock.FromName(account.TimeZone);
        var counter = new CallCounter(account, []);
        var (checkpoint, detector) = ((UsageCheckpoint?)null, new CountDetector(clock));
        List<Reading> recent = [];
        var last = Read(counter, account, Start.AddDays(-28));
        for (var now = Start.AddDays(-28) + Poll; now < Start.AddDays(28); now += Poll)
        {
            var live = Read(counter, account, now);
            checkpoint = UsageCheckpoint.After(checkpoint, account.Id, PollOutcome.Good, null, [live], clock, now);
            var judgement = UsageJudge.Judge(new([last, live], [], recent, checkpoint, detector, clock));
            if (now > Start)
            {
                judgement.Assessments.Where(assessment => assessment.Condition == Condition.Firing)
                    .Select(assessment => $"{now:u} {assessment.Rule}: {assessment.Finding?.Summary}").ShouldBeEmpty();
            }
            (last, recent, detector) = (live, [.. judgement.Recent], judgement.Detector);
            checkpoint = checkpoint with
            {
                JudgedUntil = judgement.Counts is [.., var latest] ? latest.At : checkpoint.JudgedUntil,
                HistoryFrom = checkpoint.HistoryFrom ?? now,
            };
        }
    }

    private static Reading Read(CallCounter counter, SimulatedAccount account, DateTimeOffset at) =>
        new() { Portal = account.Id, Metric = Metric.UsageLive, At = at, Value = counter.CountAt(at), Limit = account.DailyLimit };
}
