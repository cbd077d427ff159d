using System.Text.Json;
using Azure.Data.Tables;
using HubSpotMonitor.Detection.Events;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests;

/// <summary>What apps do, from stored events to stored counts: real tables, our clock.</summary>
public sealed class RateWatchTests(SharedAzurite azurite) : IAsyncLifetime
{
    private const string App = "INTEGRATION:9393361";

    private MonitorUnderTest _monitor = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _monitor = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Samples.Noon);

    public ValueTask DisposeAsync() => _monitor.DisposeAsync();

    [Fact]
    public async Task Each_quarter_of_an_hour_of_an_app_is_counted_once_and_its_detector_put_away()
    {
        await ChangeAsync(first: 1, count: 30, Samples.Noon);
        await ChangeAsync(first: 100, count: 12, Samples.Noon.AddMinutes(31));
        await ChangeAsync(first: 200, count: 5, Samples.Noon.AddMinutes(2), source: "CRM_UI");
        _monitor.Clock.Advance(TimeSpan.FromMinutes(51));
        await WatchAsync();
        await WatchAsync();

        (await CountsAsync()).TakeLast(4).Select(count => count.Value).ShouldBe([0, 30, 0, 12]);
        (await _monitor.Get<ReadingTable>()
            .ReadAsync(4711, Metric.AppEvents, "CRM_UI", Samples.Noon.AddDays(-1), _monitor.Now, TestContext.Current.CancellationToken))
            .ShouldBeEmpty();
        var state = await StateAsync();

        // Another process, which has nothing in memory, finds nothing new to do.
        await new RateWatch(
            _monitor.Get<EventTable>(), _monitor.Get<EventMemoryTable>(), _monitor.Get<ActivityTable>(), _monitor.Get<CheckpointTable>(),
            _monitor.Get<DetectorStore>(), _monitor.Get<ReadingTable>(), _monitor.Get<HubSpotMonitor.Alerting.AlertDesk>())
            .WatchAppsAsync(Portal, _monitor.Now, TestContext.Current.CancellationToken);
        (await StateAsync()).ShouldBe(state);
    }

    [Fact]
    public async Task A_step_is_judged_when_it_is_over_and_late_events_had_their_chance()
    {
        await ChangeAsync(first: 1, count: 30, Samples.Noon);
        _monitor.Clock.Advance(TimeSpan.FromMinutes(19));
        await WatchAsync();
        (await CountsAsync()).ShouldAllBe(count => count.At <= Samples.Noon);
        _monitor.Clock.Advance(TimeSpan.FromMinutes(1));
        await WatchAsync();
        (await CountsAsync())[^1].Value.ShouldBe(30);
    }

    [Fact]
    public async Task A_past_that_a_run_did_not_learn_to_its_end_is_gone_on_with_and_is_still_no_news()
    {
        var begin = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
        var profile = new EventProfile { Portal = 4711, Source = App, Kind = ChangeKind.Change, FirstDay = new(2026, 11, 20), Peaks = [] };
        await _monitor.Get<EventMemoryTable>().WriteAsync(4711, [profile], null, Stop);
        var (partition, row) = (Keys.EventPartition(4711, begin.AddDays(2)), Keys.EventCountRowFrom(begin.AddDays(2)) + "spoilt");
        await _monitor.Get<Tables>().UpsertAsync("Events", [new(partition, row) { ["Counts"] = "no JSON" }], Stop);
        await Should.ThrowAsync<JsonException>(() => _monitor.Get<RateWatch>().WatchAppsAsync(Portal, _monitor.Now, Stop));
        (await LearnedAsync()).ShouldBe(2 * 96);
        (await ModelAsync())!.NewsFrom.ShouldBe(Samples.Noon.AddHours(-2));

        await _monitor.Get<Tables>().DeleteAsync("Events", TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey eq {row}"), Stop);
        await _monitor.Get<RateWatch>().WatchAppsAsync(Portal, _monitor.Now, Stop);
        (await LearnedAsync()).ShouldBe((4 * 96) + 47);
        (await ModelAsync())!.NewsFrom.ShouldBeNull();

        async Task<int> LearnedAsync() =>
            (await _monitor.Get<ReadingTable>().ReadAsync(4711, Metric.AppEvents, App, begin, Samples.Noon, Stop)).Count;
    }

    [Fact]
    public async Task Hours_that_nobody_could_read_are_judged_when_they_are_read_and_not_as_empty()
    {
        for (var poll = 0; poll < 4; poll++) await PollActivityAsync();
        var read = _monitor.Now;
        _monitor.Clock.Advance(TimeSpan.FromHours(4));
        // as where no token can be had
        await _monitor.Get<RateWatch>().WatchActivityAsync(Portal, _monitor.Now, TestContext.Current.CancellationToken);
        (await LoginsAsync()).ShouldAllBe(count => count.At <= read);

        _monitor.Clock.Advance(TimeSpan.FromHours(1));
        await PollActivityAsync();
        (await LoginsAsync())[^1].At.ShouldBeGreaterThan(read.AddHours(3));
    }

    [Fact]
    public async Task The_alert_of_an_app_shows_the_steps_before_it_also_when_it_is_over_and_names_what_is_counted()
    {
        await LearnAsync();
        await ChangeAsync(first: 1, count: 600, Samples.Noon);
        _monitor.Clock.Advance(TimeSpan.FromMinutes(20));
        await WatchAsync();

        var alert = await AlertAsync();
        (alert.Chart.Count, alert.Chart[0].At, alert.Chart[^1].Calls, alert.Finding.Counted)
            .ShouldBe((48, Samples.Noon.AddMinutes(-46 * 15), 600.0, "events"));

        for (var step = 0; step < 12; step++)
        {
            _monitor.Clock.Advance(RateSeries.OfApp(App).Step);
            await WatchAsync();
        }
        var over = await AlertAsync();
        over.State.ShouldBe(AlertState.Resolved);
        over.Chart.ShouldBe(alert.Chart);
    }

    [Fact]
    public async Task A_rise_of_a_day_that_is_read_late_is_open_until_the_next_run()
    {
        await LearnAsync();
        await ChangeAsync(first: 1, count: 600, Samples.Noon);
        await WatchAsync(); // before the step is over
        _monitor.Clock.Advance(TimeSpan.FromHours(30));
        await WatchAsync();
        (await AlertAsync()).State.ShouldBe(AlertState.Open);

        _monitor.Clock.Advance(RateSeries.OfApp(App).Step);
        await WatchAsync();
        (await AlertAsync()).State.ShouldBe(AlertState.Resolved);
    }

    [Fact]
    public async Task A_time_to_ignore_that_lies_within_a_step_does_not_have_the_detector_made_anew_at_each_run()
    {
        Portal.IgnoreBefore = Samples.Noon.AddDays(-21).AddMinutes(7);
        await LearnAsync();
        await ChangeAsync(first: 1, count: 600, Samples.Noon);
        _monitor.Clock.Advance(TimeSpan.FromMinutes(20));
        await WatchAsync();
        (await _monitor.AlertsAsync()).ShouldContain(alert => alert.Finding.Rule == RateSeries.AppRule);
    }

    [Fact]
    public async Task What_an_app_does_is_learned_anew_where_the_accounts_time_zone_changed()
    {
        await LearnAsync();
        await ChangeAsync(first: 1, count: 30, Samples.Noon);
        Portal.TimeZone = "Asia/Tokyo";
        await _monitor.PollAsync();
        _monitor.Clock.Advance(TimeSpan.FromMinutes(20));
        await WatchAsync();

        (await ModelAsync())!.TimeZone.ShouldBe("Asia/Tokyo");
        (await CountsAsync())[^1].Value.ShouldBe(30);
    }

    // As after three weeks in which the app did some forty things in a quarter of an hour.
    private async Task LearnAsync()
    {
        var app = RateSeries.OfApp(App);
        var usual = Enumerable.Range(0, 21 * 96).Select(step => (Samples.Noon.AddDays(-21) + (step * app.Step), 30 + (step * 7 % 20)));
        var detector = new CountDetector(AccountClock.Utc);
        var learned = RateJudge.Judge(4711, app, detector, usual, Samples.Noon.AddDays(-21), Samples.Noon);
        await _monitor.Get<ReadingTable>().WriteAsync([.. learned.Counts.TakeLast(96)], Stop);
        await _monitor.Get<DetectorStore>().ReplaceAsync(4711, app.Metric, app.Subject, detector, Stop);
    }

    private async Task<Alert> AlertAsync() => (await _monitor.AlertsAsync()).Single(alert => alert.Finding.Rule == RateSeries.AppRule);

    private async Task PollActivityAsync()
    {
        await _monitor.Pipeline.PollActivityAsync(_monitor.Now, TestContext.Current.CancellationToken);
        _monitor.Clock.Advance(TimeSpan.FromMinutes(5));
    }

    private Task<IReadOnlyList<Reading>> LoginsAsync() =>
        _monitor.Get<ReadingTable>()
            .ReadAsync(4711, RateSeries.Logins.Metric, Samples.Noon.AddDays(-2), _monitor.Now, TestContext.Current.CancellationToken);

    private PortalOptions Portal => _monitor.Get<IOptions<PortalsOptions>>().Value.Portals[0];

    private Task WatchAsync() => _monitor.Pipeline.WatchEventsAsync(_monitor.Now, TestContext.Current.CancellationToken);

    private Task<IReadOnlyList<Reading>> CountsAsync() =>
        _monitor.Get<ReadingTable>()
            .ReadAsync(4711, Metric.AppEvents, App, Samples.Noon.AddDays(-1), _monitor.Now.AddMinutes(1), TestContext.Current.CancellationToken);

    private async Task<byte[]> StateAsync() => (await ModelAsync())!.State;

    private Task<StoredModel?> ModelAsync() => _monitor.Get<ModelTable>().ReadAsync(4711, Metric.AppEvents, App, Stop);

    private async Task ChangeAsync(int first, int count, DateTimeOffset at, string source = App)
    {
        var changes = Enumerable.Range(first, count).Select(number => new WebhookEvent
        {
            Portal = 4711,
            Identity = number.ToString("x24", System.Globalization.CultureInfo.InvariantCulture),
            Type = "contact.propertyChange",
            At = at,
            Source = source,
            Raw = "{}"u8.ToArray(),
        });
        await _monitor.Get<EventTable>().AddAsync([.. changes], at, isPulled: false, TestContext.Current.CancellationToken);
    }
}
