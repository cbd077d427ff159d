using HubSpotMonitor.Alerting;
using HubSpotMonitor.Benchmarks.Chaos;
using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Local.Simulation;
using HubSpotMonitor.Local.Simulation.Traffic;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace HubSpotMonitor.Tests;

/// <summary>What the monitor does when its own clock, its store or one of its portals is broken.</summary>
public sealed class UsageWatchTests(SharedAzurite azurite)
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 15, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Under_a_clock_that_was_set_back_nothing_is_stored_and_it_is_told()
    {
        await using var monitor = await StartAsync();
        await monitor.LiveAsync(TimeSpan.FromHours(2));
        var (stored, last) = (await CountLiveAsync(monitor), monitor.Now.AddMinutes(-5));

        SetBack(monitor, TimeSpan.FromHours(1));
        await monitor.LiveAsync(TimeSpan.FromMinutes(5));
        (await monitor.AlertsAsync()).ShouldBeEmpty();
        (await PortalHealthAsync(monitor)).Says.ShouldStartWith("This machine's clock says ");
        await monitor.LiveAsync(TimeSpan.FromMinutes(5));
        (await monitor.AlertsAsync()).ShouldHaveSingleItem().Finding.Headline.ShouldBe("Monitor is blind: the clock is wrong");
        (await CountLiveAsync(monitor)).ShouldBe(stored);
        (await CheckpointAsync(monitor)).LastPollAt.ShouldBe(last);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_by_less_than_a_poll_counts_every_call_once()
    {
        await using var monitor = await StartAsync();
        await monitor.LiveAsync(TimeSpan.FromHours(1));
        SetBack(monitor, TimeSpan.FromMinutes(8)); // three minutes before the last poll
        await monitor.LiveAsync(TimeSpan.FromMinutes(20));
        var counts = await monitor.ReadingsAsync(Metric.Calls);
        counts.Count.ShouldBeGreaterThan(12);
        counts.Zip(counts.Skip(1)).ShouldAllBe(pair => pair.Second.Since == pair.First.At);
        (await monitor.AlertsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_clock_that_is_put_right_again_is_believed_at_once()
    {
        await using var monitor = await StartAsync();
        await monitor.LiveAsync(TimeSpan.FromHours(2));
        SetBack(monitor, TimeSpan.FromHours(1));
        await monitor.LiveAsync(TimeSpan.FromMinutes(10));
        monitor.Clock.Advance(TimeSpan.FromHours(1));
        await monitor.PollAsync();
        (await monitor.AlertsAsync()).ShouldHaveSingleItem().State.ShouldBe(AlertState.Resolved);
    }

    [Fact]
    public async Task After_an_hour_the_earlier_time_is_believed_and_the_watch_goes_on()
    {
        await using var monitor = await StartAsync();
        await monitor.LiveAsync(TimeSpan.FromHours(5));
        SetBack(monitor, TimeSpan.FromHours(4));
        await monitor.LiveAsync(TimeSpan.FromHours(1)); // twelve polls
        (await CheckpointAsync(monitor)).Outcome.ShouldBe(PollOutcome.ClockWrong);
        var believed = monitor.Now;
        await monitor.LiveAsync(TimeSpan.FromMinutes(15));
        (await monitor.AlertsAsync()).ShouldHaveSingleItem().State.ShouldBe(AlertState.Resolved);
        var checkpoint = await CheckpointAsync(monitor);
        (checkpoint.Outcome, checkpoint.LastPollAt).ShouldBe((PollOutcome.Good, monitor.Now.AddMinutes(-5)));
        checkpoint.JudgedUntil!.Value.ShouldBeInRange(believed, monitor.Now); // counts are judged again, too
    }

    [Theory]
    [InlineData(3, HealthStatus.Healthy, PortalState.Watching)]
    [InlineData(5, HealthStatus.Unhealthy, PortalState.Blind)]
    public async Task A_last_poll_of_a_time_that_has_not_come_yet_is_none(int minutes, HealthStatus health, PortalState state)
    {
        await using var monitor = await StartAsync();
        await monitor.LiveAsync(TimeSpan.FromMinutes(10));
        monitor.Clock.AdjustTime((await CheckpointAsync(monitor)).LastPollAt.AddMinutes(-minutes)); // and nothing polls any more
        (await PortalHealthAsync(monitor)).Status.ShouldBe(health);
        (await monitor.Get<DashboardReader>().ReadPresentAsync(monitor.Now, Stop)).Portals.Single().State.ShouldBe(state);
    }

    [Fact]
    public async Task Without_its_store_the_monitor_fails_aloud_and_its_health_says_so()
    {
        var nowhere = $"DefaultEndpointsProtocol=http;AccountName=nobody;AccountKey=AAAA;TableEndpoint=http://127.0.0.1:{FreePort.Next()}/nobody;";
        await using var monitor = await MonitorUnderTest.StartAsync(nowhere, "quiet", Start);
        (await Should.ThrowAsync<AggregateException>(monitor.PollAsync)).Message.ShouldContain("1 of 1 portals failed.");
        var health = await monitor.Get<HealthReader>().ReadAsync(monitor.Now, Stop);
        var store = health.Checks.ShouldHaveSingleItem();
        (health.Status, store.Name).ShouldBe((HealthStatus.Unhealthy, "store"));
        store.Says.ShouldStartWith("The store cannot be reached: check Store:ConnectionString");
    }

    [Fact]
    public async Task A_store_that_refuses_our_key_is_told_apart_from_one_that_is_away()
    {
        var wrongKey = string.Join(';', azurite.ConnectionString.Split(';')
            .Select(part => part.StartsWith("AccountKey=", StringComparison.Ordinal) ? "AccountKey=AAAA" : part));
        await using var monitor = await MonitorUnderTest.StartAsync(wrongKey, "quiet", Start);
        var health = await monitor.Get<HealthReader>().ReadAsync(monitor.Now, Stop);
        health.Checks.ShouldHaveSingleItem().Says.ShouldStartWith("The store refuses us");
    }

    [Fact]
    public async Task A_broken_portal_does_not_stop_the_others()
    {
        await using var monitor = await MonitorUnderTest.StartAsync(
            azurite.ConnectionString, "quiet", Start, ("Portals:1:Id", "666"), ("Portals:1:Token", "pat-unknown"));
        await monitor.LiveAsync(TimeSpan.FromMinutes(10));
        (await CountLiveAsync(monitor)).ShouldBe(2);
        var portals = (await monitor.Get<DashboardReader>().ReadPresentAsync(monitor.Now, Stop)).Portals;
        portals.Select(portal => portal.State).ShouldBe([PortalState.Watching, PortalState.Blind]);
        (await monitor.AlertsAsync()).ShouldHaveSingleItem().Portal.Id.ShouldBe(666);
    }

    [Fact]
    public async Task Alerts_that_cannot_be_read_keep_no_other_account_from_being_told()
    {
        await using var monitor = await MonitorUnderTest.StartAsync(
            azurite.ConnectionString,
            "quiet",
            Start,
            ("Portals:1:Id", $"{MonitorUnderTest.Other.Id}"),
            ("Portals:1:Token", MonitorUnderTest.Other.Token));
        await monitor.Get<AlertDesk>()
            .ApplyAsync(new(MonitorUnderTest.Account.Id, "Acme"), AccountClock.Utc, [], [Assessment.Firing(Samples.Finding())], monitor.Now, Stop);
        await monitor.Get<Tables>()
            .UpsertAsync("Alerts", [new(Keys.Portal(MonitorUnderTest.Other.Id), "current|spoilt") { ["Json"] = "no JSON" }], Stop);
        await monitor.Get<Tables>().UpsertAsync("Alerts",
        [
            new(Keys.AlertIndex, Keys.Marked(MonitorUnderTest.Other.Id)) { ["Portal"] = MonitorUnderTest.Other.Id, ["OpenedAt"] = monitor.Now },
        ], Stop);
        monitor.Clock.Advance(TimeSpan.FromMinutes(1));
        (await Should.ThrowAsync<AggregateException>(() => monitor.Pipeline.SweepAlertsAsync(monitor.Now, Stop))).Message
            .ShouldStartWith("1 of 2 portals failed.");
        monitor.MailTitles.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Of_two_polls_at_once_only_one_counts_the_calls()
    {
        await using var hubSpot = await SimulatedHubSpot.StartAsync([MonitorUnderTest.Account], [], new FakeTimeProvider(Start), Stop);
        await using var way = await FaultyProxy.StartAsync(hubSpot.Address, Stop);
        await using var monitor = await StartAsync(way);
        await monitor.LiveAsync(TimeSpan.FromMinutes(10));
        var (asked, answered) = (
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        way.Until = token =>
        {
            asked.TrySetResult();
            return answered.Task.WaitAsync(token);
        };
        way.Fault = ProxyFault.Slow;
        var slow = monitor.PollAsync();
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1), Stop);
        way.Fault = ProxyFault.None;
        await monitor.Pipeline.PollUsageAsync(monitor.Now.AddSeconds(1), Stop);
        slow.IsCompleted.ShouldBeFalse();
        answered.SetResult();
        await slow;
        var counts = await monitor.ReadingsAsync(Metric.Calls);
        counts.Count.ShouldBe(2);
        counts[1].Since.ShouldBe(counts[0].At);
    }

    [Fact]
    public async Task A_portal_that_another_host_polls_is_left_to_it_until_it_must_be_gone()
    {
        await using var monitor = await StartAsync();
        await monitor.PollAsync();
        await HoldAsync(monitor, monitor.Now.AddMinutes(4.5));
        monitor.Clock.Advance(TimeSpan.FromMinutes(4));
        await monitor.PollAsync();
        (await CountLiveAsync(monitor)).ShouldBe(1);
        monitor.Clock.Advance(TimeSpan.FromMinutes(1));
        await monitor.PollAsync();
        (await CountLiveAsync(monitor)).ShouldBe(2);
    }

    [Fact]
    public async Task Nobody_waits_for_a_host_that_polled_under_a_clock_far_ahead()
    {
        await using var monitor = await StartAsync();
        await HoldAsync(monitor, monitor.Now.AddHours(1));
        await monitor.PollAsync();
        (await CountLiveAsync(monitor)).ShouldBe(1);
    }

    [Fact]
    public async Task A_poll_that_took_too_long_leaves_the_checkpoint_to_who_took_over()
    {
        await using var monitor = await StartAsync();
        await monitor.PollAsync();
        var late = await HoldAsync(monitor, monitor.Now);
        await monitor.PollAsync();
        var checkpoint = await CheckpointAsync(monitor);
        (await monitor.Get<CheckpointTable>().TryWriteAsync(late.Checkpoint! with { GoodPolls = 99 }, late, Stop)).ShouldBeFalse();
        (await CheckpointAsync(monitor)).GoodPolls.ShouldBe(checkpoint.GoodPolls);
    }

    [Fact]
    public async Task Learning_anew_takes_the_checkpoint_from_no_poll_that_is_at_work()
    {
        await using var monitor = await StartAsync();
        await monitor.LiveAsync(TimeSpan.FromMinutes(30));
        (await monitor.Get<Tables>().DeleteAsync("Models", "PartitionKey ne ''", Stop)).ShouldBeGreaterThan(0);
        var poll = await HoldAsync(monitor, monitor.Now.AddMinutes(4.5));

        await monitor.Pipeline.TrainModelsAsync(monitor.Now, Stop);

        (await monitor.Get<CheckpointTable>().TryWriteAsync(poll.Checkpoint! with { GoodPolls = 99 }, poll, Stop)).ShouldBeTrue();
        (await CheckpointAsync(monitor)).GoodPolls.ShouldBe(99);
    }

    [Fact]
    public async Task An_import_waits_for_the_first_poll_which_tells_the_accounts_clock()
    {
        await using var monitor = await StartAsync();
        var poll = await HoldAsync(monitor, monitor.Now.AddMinutes(4.5));
        // Five o'clock UTC is midnight there: by UTC's own day the drop would be a bad reading, and no count.
        var midnight = new DateTimeOffset(2026, 11, 24, 5, 0, 0, TimeSpan.Zero);
        Reading[] counters = [Samples.Counter(midnight.AddMinutes(-5), 500), Samples.Counter(midnight.AddMinutes(5), 20)];
        var import = monitor.Get<UsageWatch>().ImportAsync(monitor.Get<IOptions<PortalsOptions>>().Value.Portals[0], counters, monitor.Now, Stop);

        var told = new UsageCheckpoint
        {
            Portal = MonitorUnderTest.Account.Id,
            LastPollAt = monitor.Now,
            Outcome = PollOutcome.Good,
            TimeZone = MonitorUnderTest.Account.TimeZone,
        };
        (await monitor.Get<CheckpointTable>().TryWriteAsync(told, poll, Stop)).ShouldBeTrue();
        await import;
        (await monitor.ReadingsAsync(Metric.Calls)).ShouldHaveSingleItem().Value.ShouldBe(20);
    }

    [Fact]
    public async Task The_calls_of_every_poll_are_in_the_hours_of_the_last_day()
    {
        await using var monitor = await StartAsync();
        await monitor.LiveAsync(TimeSpan.FromMinutes(30));
        var counts = await monitor.ReadingsAsync(Metric.Calls);
        counts.Count.ShouldBe(5);
        (await CheckpointAsync(monitor)).Hours.Sum(hour => hour.Calls).ShouldBe(counts.Sum(count => count.Value));
    }

    [Fact]
    public async Task A_past_that_was_imported_is_shown_with_what_was_expected_then()
    {
        await using var monitor = await StartAsync();
        await monitor.Get<UsageWatch>().ImportAsync(monitor.Get<IOptions<PortalsOptions>>().Value.Portals[0], Past(monitor.Now), monitor.Now, Stop);
        var hours = (await CheckpointAsync(monitor)).Hours;
        hours.Count.ShouldBe(HourOfCalls.Kept);
        hours.ShouldAllBe(hour => hour.Low != null && hour.High != null);
    }

    [Fact]
    public async Task A_past_that_is_imported_in_parts_is_learned_whole_and_one_without_calls_unlearns_nothing()
    {
        await using var monitor = await StartAsync();
        var (watch, portal) = (monitor.Get<UsageWatch>(), monitor.Get<IOptions<PortalsOptions>>().Value.Portals[0]);
        var past = Past(monitor.Now);
        await watch.ImportAsync(portal, past[..4000], monitor.Now, Stop);
        (await watch.ImportAsync(portal, past[4000..], monitor.Now, Stop)).History.TotalDays.ShouldBeGreaterThan(27);
        (await watch.ImportAsync(portal, [past[0] with { Metric = Metric.Logins }], monitor.Now, Stop)).History.TotalDays.ShouldBeGreaterThan(27);
        (await TakeUpAsync(monitor)).History.TotalDays.ShouldBeGreaterThan(27);
    }

    [Fact]
    public async Task A_detector_that_knows_less_than_is_stored_is_made_anew_at_night()
    {
        await using var monitor = await StartAsync();
        await monitor.Get<UsageWatch>().ImportAsync(monitor.Get<IOptions<PortalsOptions>>().Value.Portals[0], Past(monitor.Now), monitor.Now, Stop);
        var young = new CountDetector(AccountClock.FromName(MonitorUnderTest.Account.TimeZone));
        young.Next(monitor.Now.AddMinutes(-5), monitor.Now, 7);
        await monitor.Get<DetectorStore>().ReplaceAsync(MonitorUnderTest.Account.Id, Metric.Calls, null, young, Stop);

        await monitor.Pipeline.TrainModelsAsync(monitor.Now, Stop);

        (await TakeUpAsync(monitor)).History.TotalDays.ShouldBeGreaterThan(27);
    }

    [Fact]
    public async Task Where_the_accounts_time_zone_changed_its_week_is_learned_anew_at_the_next_poll()
    {
        await using var monitor = await StartAsync();
        var portal = monitor.Get<IOptions<PortalsOptions>>().Value.Portals[0];
        var afternoon = monitor.Now.AddHours(4); // 14:00 in New York, 03:00 in Perth
        var usual = (await monitor.Get<UsageWatch>().ImportAsync(portal, Past(monitor.Now), monitor.Now, Stop)).Rate(afternoon)!.Value;
        (await ModelAsync(monitor)).TimeZone.ShouldBe(MonitorUnderTest.Account.TimeZone);

        portal.TimeZone = "Australia/Perth";
        monitor.Clock.Advance(TimeSpan.FromMinutes(5));
        await monitor.PollAsync();

        (await ModelAsync(monitor)).TimeZone.ShouldBe(portal.TimeZone);
        var learned = await TakeUpAsync(monitor, portal.TimeZone);
        learned.History.TotalDays.ShouldBeGreaterThan(27);
        learned.Rate(afternoon)!.Value.ShouldBe(usual, 0.3 * usual);
    }

    [Fact]
    public async Task A_limit_that_will_be_reached_is_not_told_as_over_where_polls_failed_to_come()
    {
        await using var monitor = await MonitorUnderTest.StartAsync(
            azurite.ConnectionString, [MonitorUnderTest.Account with { DailyLimit = 100_000 }], [], Start);
        await monitor.LiveAsync(TimeSpan.FromHours(1));
        (await LimitAlertAsync(monitor)).State.ShouldBe(AlertState.Open);

        monitor.Clock.Advance(TimeSpan.FromMinutes(70));
        await monitor.LiveAsync(TimeSpan.FromMinutes(5)); // of the last hour nothing is known
        (await CheckpointAsync(monitor)).LimitReachedAt.ShouldNotBeNull();
        await monitor.LiveAsync(TimeSpan.FromMinutes(40));
        var alert = await LimitAlertAsync(monitor);
        (alert.State, alert.Reopenings.Count).ShouldBe((AlertState.Open, 0));
    }

    [Fact]
    public async Task A_time_to_ignore_that_lies_within_a_count_is_learned_from_once()
    {
        await using var monitor = await StartAsync();
        var portal = monitor.Get<IOptions<PortalsOptions>>().Value.Portals[0];
        portal.IgnoreBefore = monitor.Now.AddDays(-20).AddMinutes(2);
        await monitor.Get<UsageWatch>().ImportAsync(portal, Past(monitor.Now), monitor.Now, Stop);
        (await TakeUpAsync(monitor)).First.ShouldBeInRange(portal.IgnoreBefore.Value, portal.IgnoreBefore.Value.AddHours(1));
        var learned = await ModelAsync(monitor);
        await monitor.Pipeline.TrainModelsAsync(monitor.Now, Stop);
        (await ModelAsync(monitor)).ETag.ShouldBe(learned.ETag);
    }

    [Fact]
    public async Task A_poll_that_was_stopped_holds_up_no_other()
    {
        await using var hubSpot = await SimulatedHubSpot.StartAsync([MonitorUnderTest.Account], [], new FakeTimeProvider(Start), Stop);
        await using var way = await FaultyProxy.StartAsync(hubSpot.Address, Stop);
        await using var monitor = await StartAsync(way);
        await monitor.PollAsync();
        using var stopped = new CancellationTokenSource();
        way.Until = token =>
        {
            stopped.Cancel();
            return Task.Delay(Timeout.InfiniteTimeSpan, token);
        };
        way.Fault = ProxyFault.Slow;
        await Should.ThrowAsync<OperationCanceledException>(() => monitor.Pipeline.PollUsageAsync(monitor.Now, stopped.Token));
        way.Fault = ProxyFault.None;
        await monitor.PollAsync();
        (await CheckpointAsync(monitor)).Polls.ShouldBe(2);
    }

    private static List<Reading> Past(DateTimeOffset until) =>
        [.. History.Of(MonitorUnderTest.Account, new CallCounter(MonitorUnderTest.Account, []), until)
            .Select(reading => new Reading
            {
                Portal = reading.Portal,
                Metric = reading.Metric,
                At = reading.At,
                Value = reading.Value,
                Limit = reading.Limit,
            })];

    private static async Task<Alert> LimitAlertAsync(MonitorUnderTest monitor) =>
        (await monitor.AlertsAsync()).Single(alert => alert.Finding.Rule == QuotaDetector.Rule);

    private static async Task<CountDetector> TakeUpAsync(MonitorUnderTest monitor, string? zone = null)
    {
        var portal = monitor.Get<IOptions<PortalsOptions>>().Value.Portals[0];
        var kept = await monitor.Get<DetectorStore>().TakeUpAsync(
            portal,
            Metric.Calls,
            null,
            new HashSet<string>(),
            AccountClock.FromName(zone ?? MonitorUnderTest.Account.TimeZone),
            monitor.Now,
            Stop);
        return kept.Detector!;
    }

    private static async Task<StoredModel> ModelAsync(MonitorUnderTest monitor) =>
        (await monitor.Get<ModelTable>().ReadAsync(MonitorUnderTest.Account.Id, Metric.Calls, null, Stop))!;

    private static async Task<StoredCheckpoint> HoldAsync(MonitorUnderTest monitor, DateTimeOffset until)
    {
        var checkpoints = monitor.Get<CheckpointTable>();
        return (await checkpoints.TryHoldAsync(
            MonitorUnderTest.Account.Id, await checkpoints.ReadStoredAsync(MonitorUnderTest.Account.Id, Stop), until, Stop))!;
    }

    private static void SetBack(MonitorUnderTest monitor, TimeSpan time) => monitor.Clock.AdjustTime(monitor.Now - time);

    private static async Task<int> CountLiveAsync(MonitorUnderTest monitor) =>
        (await monitor.Get<ReadingTable>().ReadAsync(MonitorUnderTest.Account.Id, Metric.UsageLive, Start.AddDays(-1), Start.AddDays(1), Stop)).Count;

    private static async Task<UsageCheckpoint> CheckpointAsync(MonitorUnderTest monitor) =>
        (await monitor.Get<CheckpointTable>().ReadAsync(MonitorUnderTest.Account.Id, Stop))!;

    private static async Task<HealthCheck> PortalHealthAsync(MonitorUnderTest monitor) =>
        (await monitor.Get<HealthReader>().ReadAsync(monitor.Now, Stop)).Checks.Single(check => check.Name == "portal Acme (4711)");

    private Task<MonitorUnderTest> StartAsync() => MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Start);

    // Patient: the way decides when an answer comes, however slow the machine is.
    private Task<MonitorUnderTest> StartAsync(FaultyProxy way) =>
        MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Start, ("HubSpot:BaseUrl", $"{way.Address}"), ("HubSpot:Timeout", "00:01:00"));
}
