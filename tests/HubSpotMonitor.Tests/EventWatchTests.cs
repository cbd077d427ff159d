using System.Text;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Webhooks;
using HubSpotMonitor.Webhooks;

namespace HubSpotMonitor.Tests;

/// <summary>From a signed request to the mail: real tables, a simulated account, our clock.</summary>
public sealed class EventWatchTests(SharedAzurite azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = Samples.Noon;

    private readonly string _prefix = SharedAzurite.NewPrefix();
    private MonitorUnderTest _monitor = null!;

    public async ValueTask InitializeAsync() => _monitor = await MonitorUnderTest.StartAsync(
        azurite.ConnectionString,
        "quiet",
        Start,
        ("Webhooks:PublicUrl", Signed.Url),
        ("Webhooks:Secrets:0", Signed.Secret),
        ("Store:TablePrefix", _prefix));

    public ValueTask DisposeAsync() => _monitor.DisposeAsync();

    [Fact]
    public async Task A_mass_deletion_by_an_app_is_told_within_a_minute_and_resolved_when_it_is_over()
    {
        await DeleteAsync(30, at: Start.AddMinutes(-1));
        await MinuteAsync();
        _monitor.MailTitles.ShouldBeEmpty();

        await DeleteAsync(900, first: 1000);
        await MinuteAsync();
        _monitor.MailTitles.ShouldHaveSingleItem().ShouldContain("[High] App 9393361 deletes 930 records in 10 min - Acme (4711) - since");

        await DeleteAsync(900, first: 2000);
        await MinuteAsync();
        _monitor.MailTitles.Count.ShouldBe(2);
        _monitor.MailTitles[1].ShouldContain("[Critical]");

        for (var minute = 0; minute < 45; minute++) await MinuteAsync();
        // Nobody acknowledged it within a quarter of an hour.
        _monitor.MailTitles.Count.ShouldBe(4);
        _monitor.MailTitles[2].ShouldContain("[Critical]");
        _monitor.MailTitles[3].ShouldContain("[Resolved]");
    }

    [Fact]
    public async Task Readings_are_exact_however_often_and_in_whatever_order_events_arrive()
    {
        await DeleteAsync(40);
        await MinuteAsync();
        await DeleteAsync(40, attempt: 1, at: Start);
        await DeleteAsync(10, first: 100);
        await MinuteAsync();
        await DeleteAsync(5, first: 200);

        // Arrives an hour late, for a minute that was worked on long ago.
        _monitor.Clock.Advance(TimeSpan.FromHours(3));
        await DeleteAsync(7, first: 300, at: Start);
        await MinuteAsync();

        var readings = await ReadingsAsync("contact.deletion|INTEGRATION:9393361");
        readings.Single(reading => reading.Since == Start).Value.ShouldBe(57);
        readings.Sum(reading => reading.Value).ShouldBe(62);
    }

    [Fact]
    public async Task A_late_mass_deletion_is_told_with_its_true_time()
    {
        await DeleteAsync(1);
        await MinuteAsync();
        _monitor.Clock.Advance(TimeSpan.FromHours(5));
        await DeleteAsync(400, first: 10, at: Start.AddMinutes(20));
        await MinuteAsync();
        (await _monitor.AlertsAsync()).Single(alert => alert.Finding.Rule == "mass-change").Finding.Since.ShouldBe(Start.AddMinutes(20));
    }

    [Fact]
    public async Task What_happened_weeks_before_it_came_is_counted_and_neither_told_nor_learned()
    {
        await DeleteAsync(1);
        await DeleteAsync(400, first: 1000, at: Start.AddDays(-21));
        await DeleteAsync(400, first: 2000, at: Start.AddDays(-20));
        await MinuteAsync();
        _monitor.MailTitles.ShouldBeEmpty();
        (await ReadingsAsync("contact.deletion|INTEGRATION:9393361")).Sum(reading => reading.Value).ShouldBe(801);
        var profiles = await _monitor.Get<EventMemoryTable>().ReadProfilesAsync(MonitorUnderTest.Account.Id, TestContext.Current.CancellationToken);
        profiles.ShouldHaveSingleItem().Peaks.ShouldHaveSingleItem().Events.ShouldBe(1);

        var replay = await _monitor.Pipeline.ReplayEventsAsync(
            Start.AddDays(-22), Start.AddHours(1), _monitor.Now, TestContext.Current.CancellationToken);
        replay.ShouldBe(new EventReplay(1, 0, 0));
        (await ReadingsAsync("contact.deletion|INTEGRATION:9393361")).Sum(reading => reading.Value).ShouldBe(801);
    }

    [Fact]
    public async Task A_replay_restores_counts_and_tells_only_what_nobody_was_told()
    {
        await DeleteAsync(400);
        await MinuteAsync();
        for (var minute = 0; minute < 45; minute++) await MinuteAsync();
        _monitor.MailTitles.Count.ShouldBe(2);

        var again = await ReplayAsync();
        again.ShouldBe(new EventReplay(400, 0, 1));
        await MinuteAsync();
        _monitor.MailTitles.Count.ShouldBe(2);

        // As if the detector had not run while another app deleted.
        await DeleteAsync(500, first: 5000, at: Start.AddMinutes(3), app: "777");
        foreach (var minute in await _monitor.Get<EventTable>().ReadMarkedAsync(TestContext.Current.CancellationToken))
            await _monitor.Get<EventTable>().UnmarkAsync(minute, TestContext.Current.CancellationToken);
        (await ReplayAsync()).ShouldBe(new EventReplay(900, 1, 1));
        _monitor.MailTitles.Count.ShouldBe(3);
        for (var minute = 0; minute < 40; minute++) await MinuteAsync();
        _monitor.MailTitles[^1].ShouldContain("[Resolved] App 777");
        (await ReplayAsync()).ShouldBe(new EventReplay(900, 0, 2));
    }

    [Fact]
    public async Task Forgeries_are_counted_by_their_kind_and_told_once()
    {
        for (var minute = 0; minute < 5; minute++)
        {
            await ReceiveAsync(Signed.Request("[]", _monitor.Now, Signed.OtherSecret));
            await ReceiveAsync(Signed.Request("[]", _monitor.Now.AddMinutes(-9)));
            await ReceiveAsync(Signed.Request("[]", _monitor.Now));
            await MinuteAsync();
        }
        _monitor.MailTitles.ShouldHaveSingleItem().ShouldStartWith("[High] 8 forged webhook requests refused - HubSpotMonitor - since");
        var wrong = await _monitor.Get<ReadingTable>().ReadAsync(
            Portal.Monitor.Id, Metric.WebhookRequests, "SignatureWrong", Start, _monitor.Now.AddMinutes(2), TestContext.Current.CancellationToken);
        wrong.Sum(reading => reading.Value).ShouldBe(5);
    }

    [Fact]
    public async Task Signed_requests_that_are_refused_are_told()
    {
        for (var minute = 0; minute < 3; minute++)
        {
            await ReceiveAsync(Signed.Request("{}", _monitor.Now));
            await ReceiveAsync(Signed.Request("{}", _monitor.Now));
            await MinuteAsync();
        }
        _monitor.MailTitles.ShouldHaveSingleItem().ShouldStartWith("[High] 6 genuine webhook requests could not be taken - HubSpotMonitor - since");
    }

    [Fact]
    public async Task The_journal_does_not_hide_that_pushes_stop()
    {
        await DeleteAsync(1);
        await MinuteAsync();
        for (var hour = 1; hour <= 25; hour++)
        {
            _monitor.Clock.Advance(TimeSpan.FromHours(1));
            await _monitor.Get<WebhookReceiver>().TakeAsync(
                Encoding.UTF8.GetBytes(Payload.Array(Payload.Event(hour, _monitor.Now))), _monitor.Now, TestContext.Current.CancellationToken);
            await MinuteAsync();
        }
        _monitor.MailTitles.ShouldNotBeEmpty();
        _monitor.MailTitles[0].ShouldContain("No webhook events arrive");
        await DeleteAsync(1, first: 99, at: _monitor.Now);
        await MinuteAsync();
        _monitor.MailTitles[^1].ShouldContain("[Resolved]");
    }

    [Fact]
    public async Task Silence_is_told_after_a_day_and_over_with_the_first_event()
    {
        await DeleteAsync(1);
        await MinuteAsync();
        _monitor.Clock.Advance(TimeSpan.FromHours(23));
        await MinuteAsync();
        _monitor.MailTitles.ShouldBeEmpty();
        _monitor.Clock.Advance(TimeSpan.FromHours(2));
        await MinuteAsync();
        _monitor.MailTitles.ShouldHaveSingleItem().ShouldContain("No webhook events arrive");
        await DeleteAsync(1, first: 9, at: _monitor.Now);
        await MinuteAsync();
        _monitor.MailTitles[1].ShouldContain("[Resolved]");
        (await _monitor.ReadingsAsync(Metric.WebhookSilence)).Max(reading => reading.Value).ShouldBeGreaterThan(24 * 60);
    }

    [Fact]
    public async Task Webhooks_that_are_taken_out_of_the_settings_are_not_waited_for()
    {
        await DeleteAsync(1);
        await MinuteAsync();
        _monitor.Clock.Advance(TimeSpan.FromHours(25));
        await MinuteAsync();
        _monitor.MailTitles.ShouldHaveSingleItem().ShouldContain("No webhook events arrive");
        await using var without = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", _monitor.Now, ("Store:TablePrefix", _prefix));
        await without.Pipeline.WatchEventsAsync(without.Now, TestContext.Current.CancellationToken);
        without.Clock.Advance(TimeSpan.FromHours(5));
        await without.Pipeline.WatchEventsAsync(without.Now, TestContext.Current.CancellationToken);
        without.MailTitles.ShouldHaveSingleItem().ShouldContain("[Resolved]");
    }

    [Fact]
    public async Task A_portal_without_webhooks_is_never_called_silent()
    {
        _monitor.Clock.Advance(TimeSpan.FromDays(30));
        await MinuteAsync();
        _monitor.MailTitles.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_older_than_it_is_kept_is_pruned_and_nothing_else()
    {
        await DeleteAsync(3, at: Start.AddDays(-31));
        await DeleteAsync(4, first: 10, at: Start.AddDays(-29));
        await ReceiveAsync(Signed.Request("[1]", _monitor.Now));
        await MinuteAsync();
        await _monitor.Pipeline.PruneTablesAsync(Start, TestContext.Current.CancellationToken);
        (await CountStoredAsync()).ShouldBe(4);
        (await _monitor.Get<DeadLetterTable>().ReadAsync(9, TestContext.Current.CancellationToken)).Count.ShouldBe(1);

        await _monitor.Pipeline.PruneTablesAsync(Start.AddDays(500), TestContext.Current.CancellationToken);
        (await CountStoredAsync()).ShouldBe(0);
        (await _monitor.Get<DeadLetterTable>().ReadAsync(9, TestContext.Current.CancellationToken)).ShouldBeEmpty();
        (await ReadingsAsync("contact.deletion|INTEGRATION:9393361")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dead_letter_is_stored_once_its_cause_is_mended_and_only_once()
    {
        var ahead = Payload.Array(Payload.Event(1, Start.AddDays(2)), Payload.Event(2, Start).Without("portalId"));
        await ReceiveAsync(Signed.Request(ahead, _monitor.Now));
        var letters = await _monitor.Get<DeadLetterTable>().ReadAsync(9, TestContext.Current.CancellationToken);
        var (curable, hopeless) = (letters.Single(letter => letter.Portal is not null), letters.Single(letter => letter.Portal is null));
        (await RedriveAsync(curable.Id))!.Says.ShouldContain("more than a day in the future");

        _monitor.Clock.Advance(TimeSpan.FromDays(2));
        (await RedriveAsync(curable.Id)).ShouldBe(new Redrive(true, "Stored."));
        (await RedriveAsync(curable.Id)).ShouldBeNull();
        (await RedriveAsync(hopeless.Id))!.IsStored.ShouldBeFalse();
        (await RedriveAsync("../../x")).ShouldBeNull();
        (await CountStoredAsync()).ShouldBe(1);
        (await _monitor.Get<DeadLetterTable>().ReadAsync(9, TestContext.Current.CancellationToken)).ShouldHaveSingleItem().Id.ShouldBe(hopeless.Id);
    }

    private async Task DeleteAsync(int count, int first = 0, DateTimeOffset? at = null, int attempt = 0, string app = "9393361")
    {
        var when = at ?? (_monitor.Now == Start ? Start : _monitor.Now.AddSeconds(-5));
        foreach (var ids in Enumerable.Range(first, count).Chunk(100))
        {
            var body = Payload.Array([.. ids.Select(id => Payload.Event(id, when, attempt: attempt, app: app))]);
            (await ReceiveAsync(Signed.Request(body, _monitor.Now))).ShouldBe(IntakeOutcome.Accepted);
        }
    }

    private Task<IntakeOutcome> ReceiveAsync(SignedRequest request) =>
        _monitor.Get<WebhookReceiver>().ReceiveAsync(request, TestContext.Current.CancellationToken);

    private async Task MinuteAsync()
    {
        _monitor.Clock.Advance(TimeSpan.FromMinutes(1));
        await _monitor.Pipeline.WatchEventsAsync(_monitor.Now, TestContext.Current.CancellationToken);
    }

    private Task<EventReplay> ReplayAsync() =>
        _monitor.Pipeline.ReplayEventsAsync(Start.AddHours(-1), Start.AddHours(3), _monitor.Now, TestContext.Current.CancellationToken);

    private Task<Redrive?> RedriveAsync(string id) =>
        _monitor.Get<DeadLetterDesk>().RedriveAsync(id, _monitor.Now, TestContext.Current.CancellationToken);

    private Task<IReadOnlyList<Reading>> ReadingsAsync(string subject) =>
        _monitor.Get<ReadingTable>().ReadAsync(
            MonitorUnderTest.Account.Id, Metric.Events, subject, Start.AddDays(-40), Start.AddDays(3), TestContext.Current.CancellationToken);

    private async Task<int> CountStoredAsync() =>
        await _monitor.Get<EventTable>()
            .ReadAsync(MonitorUnderTest.Account.Id, null, Start.AddDays(-40), Start.AddDays(4), TestContext.Current.CancellationToken)
            .CountAsync(TestContext.Current.CancellationToken);
}
