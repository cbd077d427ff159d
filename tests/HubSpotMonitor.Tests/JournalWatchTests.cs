using System.Text.Json.Nodes;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Webhooks;
using HubSpotMonitor.Webhooks;

namespace HubSpotMonitor.Tests;

/// <summary>From the journal's page to the mail: real tables, a simulated HubSpot, our clock.</summary>
public sealed class JournalWatchTests(SharedAzurite azurite) : IAsyncLifetime
{
    private const string ClientId = "99999999-0000-0000-0000-000000000000";
    private static readonly DateTimeOffset Start = Samples.Noon;

    private readonly string _prefix = SharedAzurite.NewPrefix();
    private MonitorUnderTest _monitor = null!;

    public async ValueTask InitializeAsync() => _monitor = await StartAsync();

    public ValueTask DisposeAsync() => _monitor.DisposeAsync();

    [Fact]
    public async Task An_event_pushed_first_and_pulled_after_is_one_row()
    {
        await ReceiveAsync(Payload.Event(1, Start));
        _monitor.Journal.Add(Deletion(1));
        await PullAsync();
        (await StoredAsync()).ShouldHaveSingleItem().Event.Source.ShouldBe("INTEGRATION:9393361");
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task An_event_pulled_first_and_pushed_after_is_one_row()
    {
        _monitor.Journal.Add(Deletion(1), Deletion(2));
        await PullAsync();
        await ReceiveAsync(Payload.Event(1, Start));
        await PullAsync();
        (await StoredAsync()).Select(stored => stored.Event.Type).ShouldBe(["contact.deletion", "contact.deletion"]);
        (await CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task The_offset_survives_a_restart_and_all_pages_since_are_read()
    {
        _monitor.Journal.Add(Deletion(1));
        await PullAsync();
        var old = _monitor;
        for (var page = 2; page < 60; page++) old.Journal.Add(Deletion(page));

        await using (var again = await StartAsync(("HubSpot:BaseUrl", old.HubSpotAddress.ToString())))
        {
            _monitor = again;
            again.Clock.Advance(TimeSpan.FromMinutes(5));
            await PullAsync();
            (await StoredAsync()).Count.ShouldBe(51);
            await PullAsync();
            (await StoredAsync()).Count.ShouldBe(59);
        }
        _monitor = old;
    }

    [Fact]
    public async Task A_forgotten_offset_begins_at_the_earliest_page_and_what_is_lost_is_told_once_for_a_day()
    {
        _monitor.Journal.Add(Deletion(1));
        await PullAsync();
        var read = _monitor.Now;
        _monitor.Journal.Forget();
        _monitor.Journal.Add(Deletion(2));
        _monitor.Journal.Add(Deletion(3));
        // Asleep for four days, and what it meets first is a refusal.
        _monitor.Clock.Advance(TimeSpan.FromDays(4));
        _monitor.Journal.Refuses = true;
        await PullAsync();
        _monitor.Journal.Refuses = false;
        await PullAsync();
        (await StoredAsync()).Count.ShouldBe(3);
        var lost = (await JournalAlertsAsync()).ShouldHaveSingleItem();
        lost.Finding.ShouldSatisfyAllConditions(
            finding => finding.Headline.ShouldBe("Part of the webhooks journal is lost"),
            finding => finding.Since.ShouldBe(read),
            finding => finding.Summary.ShouldContain($"{read.UtcDateTime:yyyy-MM-dd HH:mm} UTC"),
            finding => finding.Seen!.ShouldContain("4 d"),
            finding => finding.LikelyCause!.ShouldContain("longer than HubSpot keeps it"));
        lost.Severity.ShouldBe(Severity.High);
        await PullAsync();
        _monitor.MailTitles.Count(title => title.StartsWith("[High] Part of the webhooks journal is lost - HubSpotMonitor", StringComparison.Ordinal))
            .ShouldBe(1);
        _monitor.Clock.Advance(TimeSpan.FromDays(1));
        await PullAsync();
        (await JournalAlertsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_lost_is_told_also_when_a_later_page_fails()
    {
        _monitor.Journal.Add(Deletion(1));
        await PullAsync();
        _monitor.Journal.Forget();
        _monitor.Journal.Add(Deletion(2));
        _monitor.Journal.AddPage("broken", "[]"); // the poll fails behind the gap
        _monitor.Clock.Advance(TimeSpan.FromDays(4));
        await PullAsync();
        (await _monitor.Get<CheckpointTable>().ReadJournalAsync(TestContext.Current.CancellationToken))!.Outcome.ShouldBe(PollOutcome.Malformed);
        (await JournalAlertsAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_journal_in_which_nothing_happens_for_days_is_no_gap_though_HubSpot_forgets_its_place()
    {
        _monitor.Journal.Add(Deletion(1));
        await PullAsync();
        for (var day = 0; day < 5; day++)
        {
            _monitor.Clock.Advance(TimeSpan.FromDays(1));
            await PullAsync();
        }
        _monitor.Journal.Forget();
        await PullAsync();
        await PullAsync();
        (await JournalAlertsAsync()).ShouldBeEmpty();
        (await _monitor.Get<CheckpointTable>().ReadJournalAsync(TestContext.Current.CancellationToken))!.Offset.ShouldBe("earliest");
        _monitor.Journal.Add(Deletion(2));
        await PullAsync();
        (await StoredAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_journal_that_gives_a_page_and_refuses_to_go_on_from_it_is_told_and_not_taken_for_read()
    {
        // the slash is escaped on its way, and the simulated journal does not find the place
        _monitor.Journal.AddPage("a/b", """{"journalEvents":[]}""");
        await PullAsync();
        await PullAsync();
        var journal = (await _monitor.Get<CheckpointTable>().ReadJournalAsync(TestContext.Current.CancellationToken))!;
        (journal.Outcome, journal.FailedPolls, journal.Says).ShouldBe(
            (PollOutcome.Malformed, 2, "HubSpot's journal gives a page and refuses to go on from it."));
        _monitor.MailTitles.ShouldHaveSingleItem()
            .ShouldStartWith("[High] Monitor is blind to the webhooks journal: HubSpot answers in an unknown way");
    }

    [Fact]
    public async Task A_journal_that_is_taken_out_of_the_settings_ends_its_alert()
    {
        _monitor.Journal.Refuses = true;
        await PullAsync();
        await PullAsync();
        _monitor.MailTitles.Count.ShouldBe(1);
        await using var without = await StartAsync(("Webhooks:JournalClientId", ""));
        without.Clock.Advance(_monitor.Now - without.Now + TimeSpan.FromMinutes(5));
        await without.Pipeline.WatchEventsAsync(without.Now, TestContext.Current.CancellationToken);
        await without.Pipeline.SweepAlertsAsync(without.Now, TestContext.Current.CancellationToken);
        without.MailTitles.ShouldHaveSingleItem().ShouldStartWith("[Resolved]");
    }

    private async Task<IEnumerable<Alert>> JournalAlertsAsync() =>
        (await _monitor.Get<AlertTable>().ReadCurrentAsync(Portal.Monitor.Id, TestContext.Current.CancellationToken))
            .Select(stored => stored.Alert)
            .Where(alert => alert.State != AlertState.Resolved && alert.Finding.Subject == "journal-gap");

    [Fact]
    public async Task A_journal_that_was_empty_at_first_is_read_from_its_beginning()
    {
        await PullAsync();
        _monitor.Journal.Add(Deletion(1));
        _monitor.Journal.Add(Deletion(2));
        await WatchAsync(); // not yet: five minutes have not passed
        (await StoredAsync()).ShouldBeEmpty();
        await PullAsync();
        (await StoredAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_installation_is_told_by_mail_and_resolved_when_the_app_is_gone()
    {
        await PullAsync();
        _monitor.Journal.Add(Lifecycle("APP_INSTALL", _monitor.Now));
        await PullAsync();
        _monitor.MailTitles.ShouldBeEmpty(); // not urgent: at the full hour
        _monitor.Clock.Advance(TimeSpan.FromHours(1));
        await PullAsync();
        _monitor.MailTitles.ShouldHaveSingleItem().ShouldStartWith("[Medium] App 777 was installed - Acme (4711) - since");
        await PullAsync();
        _monitor.MailTitles.Count.ShouldBe(1);
        _monitor.Journal.Add(Lifecycle("APP_UNINSTALL", _monitor.Now));
        await PullAsync();
        _monitor.Clock.Advance(TimeSpan.FromHours(1));
        await PullAsync();
        _monitor.MailTitles[1].ShouldStartWith("[Resolved] App 777 was installed");
    }

    [Fact]
    public async Task What_cannot_be_understood_lies_among_the_dead_letters_once()
    {
        var offset = _monitor.Journal.Add(Deletion(1).Without("portalId"), Deletion(2).With("portalId", 5));
        await PullAsync();
        await PullAsync();
        (await StoredAsync()).ShouldBeEmpty();
        (await _monitor.Get<DeadLetterTable>().ReadAsync(9, TestContext.Current.CancellationToken)).ShouldHaveSingleItem().Reason
            .ShouldStartWith("portalId is missing");
        (await _monitor.Get<CheckpointTable>().ReadJournalAsync(TestContext.Current.CancellationToken))!.Offset.ShouldBe(offset);
    }

    [Fact]
    public async Task A_journal_that_refuses_is_told_after_two_polls_keeps_nothing_else_from_running_and_is_resolved()
    {
        _monitor.Journal.Refuses = true;
        await PullAsync();
        _monitor.MailTitles.ShouldBeEmpty();
        await ReceiveAsync(Payload.Event(1, Start));
        await PullAsync();
        _monitor.MailTitles.ShouldHaveSingleItem()
            .ShouldStartWith("[High] Monitor is blind to the webhooks journal: HubSpot refuses the app's credentials - HubSpotMonitor");
        (await CountAsync()).ShouldBe(1);
        _monitor.Journal.Refuses = false;
        await PullAsync();
        _monitor.MailTitles[1].ShouldStartWith("[Resolved]");
    }

    [Fact]
    public void The_journal_needs_the_apps_secret() =>
        new WebhooksOptionsValidator().Validate(null, new WebhooksOptions { JournalClientId = ClientId }).ShouldSatisfyAllConditions(
            result => result.Failed.ShouldBeTrue(), result => result.FailureMessage!.ShouldContain("Webhooks__Secrets__0"));

    private static JsonObject Deletion(int id) => new()
    {
        ["type"] = "object",
        ["action"] = "DELETE",
        ["portalId"] = MonitorUnderTest.Account.Id,
        ["occurredAt"] = Start.UtcDateTime.ToString("O"),
        ["objectTypeId"] = "0-1",
        ["objectId"] = (long)Payload.Event(id, Start)["objectId"]!,
    };

    private static JsonObject Lifecycle(string action, DateTimeOffset at) => new()
    {
        ["type"] = "app_lifecycle_event",
        ["action"] = action,
        ["portalId"] = MonitorUnderTest.Account.Id,
        ["occurredAt"] = at.ToUnixTimeMilliseconds(),
        ["properties"] = new JsonObject { ["hs_app_id"] = 777, ["hs_app_install_level"] = "PORTAL", ["hs_user_id"] = 5 },
    };

    private Task<MonitorUnderTest> StartAsync(params (string, string)[] more) => MonitorUnderTest.StartAsync(
        azurite.ConnectionString, "quiet", Start,
        [
            ("Webhooks:PublicUrl", Signed.Url),
            ("Webhooks:Secrets:0", Signed.Secret),
            ("Webhooks:JournalClientId", ClientId),
            ("Store:TablePrefix", _prefix),
            .. more,
        ]);

    private async Task ReceiveAsync(JsonObject item) =>
        (await _monitor.Get<WebhookReceiver>().ReceiveAsync(Signed.Request(Payload.Array(item), _monitor.Now), TestContext.Current.CancellationToken))
            .ShouldBe(IntakeOutcome.Accepted);

    private Task PullAsync()
    {
        _monitor.Clock.Advance(TimeSpan.FromMinutes(5));
        return WatchAsync();
    }

    private Task WatchAsync() => _monitor.Pipeline.WatchEventsAsync(_monitor.Now, TestContext.Current.CancellationToken);

    private async Task<IReadOnlyList<StoredEvent>> StoredAsync() =>
        await _monitor.Get<EventTable>()
            .ReadAsync(MonitorUnderTest.Account.Id, null, Start.AddDays(-1), Start.AddDays(1), TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

    private async Task<int> CountAsync() =>
        (await _monitor.Get<EventTable>()
            .ReadCountsAsync(MonitorUnderTest.Account.Id, Start.AddDays(-1), Start.AddDays(1), TestContext.Current.CancellationToken))
            .Sum(count => count.Count);
}
