using HubSpotMonitor.Detection;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Detection.Series;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests;

/// <summary>From what somebody says of an alert to the detector that is put away: real tables.</summary>
public sealed class DetectorStoreTests(SharedAzurite azurite) : IAsyncLifetime
{
    private MonitorUnderTest _monitor = null!;

    public async ValueTask InitializeAsync()
    {
        _monitor = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Samples.Noon);
        await _monitor.LearnAsync();
    }

    public ValueTask DisposeAsync() => _monitor.DisposeAsync();

    [Fact]
    public async Task What_somebody_calls_expected_reaches_the_detector_once_and_is_kept_with_it()
    {
        var before = await TakeUpAsync();
        await _monitor.Get<FeedbackTable>().WriteAsync(Said(UsageFindings.SpikeRule, Metric.Calls), Stop);
        var told = await TakeUpAsync();
        told.HeardUntil.ShouldBe(_monitor.Now);
        told.Detector!.Save().ShouldNotBe(before.Detector!.Save());

        await _monitor.Get<DetectorStore>().PutAwayAsync(4711, Metric.Calls, null, told.Detector, told, Stop);
        var again = await TakeUpAsync();
        again.Detector!.Save().ShouldBe(told.Detector.Save());
        again.HeardUntil.ShouldBe(told.HeardUntil);
    }

    [Theory]
    [InlineData(UsageFindings.SpikeRule, false, false)]
    [InlineData(UsageFindings.SpikeRule, true, true)]
    [InlineData(UsageFindings.SilenceRule, false, true)]
    public async Task What_was_called_expected_is_told_a_week_later_only_where_that_was_taken_back_or_said_of_a_silence(
        string rule, bool isTakenBack, bool isTold)
    {
        const int tuesday = 22 * 96, spike = tuesday + 50, week = 7 * 96;
        var values = QuietSeries.Make("office", 4, 36, 15);
        foreach (var index in new[] { spike, spike + week }) values[index] += 200;
        var detector = new CountDetector(AccountClock.Utc);
        Feed(detector, values, 0, tuesday + 96);
        await _monitor.Get<DetectorStore>().ReplaceAsync(4711, Metric.Calls, null, detector, Stop);
        await _monitor.Get<FeedbackTable>()
            .WriteAsync(Said(rule, Metric.Calls) with { From = At(spike), To = At(spike + 1), At = At(tuesday + 96) }, Stop);
        var told = await TakeUpAsync(At(tuesday + 96), AccountClock.Utc);
        await _monitor.Get<DetectorStore>().PutAwayAsync(4711, Metric.Calls, null, told.Detector!, told, Stop);

        var alert = Samples.Alert(openedAt: At(spike + 1)) with
        {
            Finding = Samples.Finding(rule: rule) with { Since = At(spike) },
        };
        if (isTakenBack) await _monitor.Get<FeedbackTable>().WithdrawAsync(alert, At(tuesday + 97), Stop);
        var after = await TakeUpAsync(At(tuesday + 98), AccountClock.Utc);

        after.HeardUntil.ShouldBe(At(tuesday + (isTakenBack ? 97 : 96)));
        Feed(after.Detector!, values, tuesday + 96, values.Length).Contains(spike + week).ShouldBe(isTold);
    }

    [Fact]
    public async Task A_week_of_another_time_zone_is_not_taken_up_and_one_that_does_not_say_is_taken_to_be_of_the_present_one()
    {
        var (learned, tokyo) = (await TakeUpAsync(), AccountClock.Find("Asia/Tokyo")!);
        learned.IsOfAnotherZone.ShouldBeFalse();
        var moved = await TakeUpAsync(clock: tokyo);
        (moved.Detector, moved.IsOfAnotherZone, moved.ETag).ShouldBe((null, true, learned.ETag));

        var models = _monitor.Get<ModelTable>();
        var stored = (await models.ReadAsync(4711, Metric.Calls, null, Stop))!;
        await models.WriteAsync(4711, Metric.Calls, null, stored with { TimeZone = null }, summary: null, Stop);
        var old = await TakeUpAsync(clock: tokyo);
        old.IsOfAnotherZone.ShouldBeFalse();
        await _monitor.Get<DetectorStore>().PutAwayAsync(4711, Metric.Calls, null, old.Detector!, old, Stop);
        (await models.ReadAsync(4711, Metric.Calls, null, Stop))!.TimeZone.ShouldBe("Asia/Tokyo");
    }

    [Fact]
    public async Task Of_two_runs_that_took_up_the_same_detector_the_second_changes_nothing()
    {
        var (first, second) = (await TakeUpAsync(), await TakeUpAsync());
        second.Detector!.Next(second.Detector.Last, second.Detector.Last.AddMinutes(5), 1);
        await _monitor.Get<DetectorStore>().PutAwayAsync(4711, Metric.Calls, null, first.Detector!, first, Stop);
        await _monitor.Get<DetectorStore>().PutAwayAsync(4711, Metric.Calls, null, second.Detector, second, Stop);
        (await TakeUpAsync()).Detector!.Last.ShouldBe(first.Detector!.Last);
    }

    [Fact]
    public async Task What_is_said_of_another_rule_or_subject_is_not_for_this_detector()
    {
        var before = await TakeUpAsync();
        await _monitor.Get<FeedbackTable>().WriteAsync(Said("mass-change", Metric.Calls), Stop);
        await _monitor.Get<FeedbackTable>().WriteAsync(Said(UsageFindings.SpikeRule, "other"), Stop);
        var after = await TakeUpAsync();
        after.HeardUntil.ShouldBeNull();
        after.Detector!.Save().ShouldBe(before.Detector!.Save());
    }

    [Fact]
    public async Task A_poll_keeps_what_was_said()
    {
        await _monitor.Get<FeedbackTable>().WriteAsync(Said(UsageFindings.SpikeRule, Metric.Calls), Stop);
        for (var poll = 0; poll < 3; poll++)
        {
            await _monitor.PollAsync();
            _monitor.Clock.Advance(TimeSpan.FromMinutes(5));
        }
        (await _monitor.Get<ModelTable>().ReadAsync(4711, Metric.Calls, null, Stop))!.HeardUntil.ShouldBe(Samples.Noon);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Task<KeptDetector> TakeUpAsync(DateTimeOffset? now = null, AccountClock? clock = null) => _monitor.Get<DetectorStore>().TakeUpAsync(
        _monitor.Get<IOptions<PortalsOptions>>().Value.Portals[0],
        Metric.Calls,
        null,
        new HashSet<string> { UsageFindings.SpikeRule, UsageFindings.SilenceRule },
        clock ?? AccountClock.FromName(MonitorUnderTest.Account.TimeZone),
        now ?? _monitor.Now,
        Stop);

    /// <returns>At which counts something was told.</returns>
    private static List<int> Feed(CountDetector detector, double[] values, int from, int to) =>
        [.. Enumerable.Range(from, to - from).Where(index => detector.Next(At(index), At(index + 1), values[index]).Voices.Count > 0)];

    private static DateTimeOffset At(int index) => QuietSeries.Start.AddMinutes(15 * index);

    private Feedback Said(string rule, string subject) => new()
    {
        Portal = 4711,
        Rule = rule,
        Subject = subject,
        From = _monitor.Now.AddDays(-2),
        To = _monitor.Now.AddDays(-2).AddHours(2),
        By = "Ada",
        At = _monitor.Now,
    };
}
