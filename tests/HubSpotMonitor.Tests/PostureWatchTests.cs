using System.Globalization;
using HubSpotMonitor.Alerting;
using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Connect;
using HubSpotMonitor.Tests.Polling;
using HubSpotMonitor.Tests.Posture.Ledger;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using static HubSpotMonitor.Tests.Posture.Events;

namespace HubSpotMonitor.Tests;

/// <summary>What is kept of the fold of an account's events, and when: real tables.</summary>
public sealed class PostureWatchTests(SharedAzurite azurite) : IAsyncLifetime
{
    private MonitorUnderTest _monitor = null!;

    public async ValueTask InitializeAsync() => _monitor = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Samples.Noon);

    public ValueTask DisposeAsync() => _monitor.DisposeAsync();

    [Fact]
    public async Task While_the_past_is_being_read_no_ledger_is_kept_that_would_miss_the_rest_of_it()
    {
        var checkpoint = new ActivityCheckpoint { Portal = 4711, Feed = ActivityFeed.Security, Access = SourceAccess.Read, At = _monitor.Now };
        await _monitor.Get<CheckpointTable>().WriteAsync(checkpoint, Stop);
        await AddAsync("1", _monitor.Now.AddDays(-20));
        await AuditAsync();
        (await LedgerAsync()).ShouldBeNull();
        (await CreatedAsync()).ShouldBe(_monitor.Now.AddDays(-20), "what is there already is judged all the same");

        // The rest comes, and the run that stored it dies before it could judge.
        await AddAsync("0", _monitor.Now.AddDays(-200));
        await _monitor.Get<CheckpointTable>().WriteAsync(checkpoint with { HasHistory = true }, Stop);
        await AuditAsync();
        (await LedgerAsync()).ShouldNotBeNull();
        (await ReportAsync()).Credentials.Single(one => one.ObjectId == "77").History.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_history_that_is_to_be_had_only_later_is_taken_in_whole_though_the_run_that_read_it_died()
    {
        await using var watch = await ActivityUnderTest.StartAsync(azurite);
        var list = watch.HubSpot.Others["security"];
        watch.HubSpot.Others["security"] = watch.HubSpot.Others["audit-logs"]; // refused
        await watch.PollAndJudgeAsync();
        (await watch.Get<AccessTable>().ReadLedgerAsync(4711, Stop)).ShouldNotBeNull();

        watch.Now += TimeSpan.FromHours(7);
        watch.HubSpot.Others["security"] =
        [
            ActivityUnderTest.Page(
                null, ActivityUnderTest.Security("1", watch.Now.AddDays(-90)), ActivityUnderTest.Security("2", watch.Now.AddDays(-30))),
        ];
        (await watch.PollAsync()).Count.ShouldBe(2);
        watch.HubSpot.Others["security"] = list;

        watch.Now += TimeSpan.FromMinutes(5);
        await watch.PollAndJudgeAsync();
        var report = (await watch.Get<AccessTable>().ReadReportAsync(4711, Stop))!;
        report.Credentials.Single(one => one.ObjectId == "7654").History.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Logins_are_judged_when_all_that_HubSpot_keeps_of_them_is_read()
    {
        var checkpoint = new ActivityCheckpoint { Portal = 4711, Feed = ActivityFeed.Login, Access = SourceAccess.Read, At = _monitor.Now };
        await _monitor.Get<CheckpointTable>().WriteAsync(checkpoint, Stop);
        await AuditAsync();
        var result = (await ReportAsync()).Results.Single(one => one.Rule == "login-unusual-place");
        (result.Outcome, result.Because).ShouldBe((RuleOutcome.NotEvaluable, "The past of the login history is still being read."));
        await _monitor.Get<CheckpointTable>().WriteAsync(checkpoint with { HasHistory = true }, Stop);
        await AuditAsync();
        (await ReportAsync()).Results.Single(one => one.Rule == "login-unusual-place").Outcome.ShouldBe(RuleOutcome.Pass);
    }

    [Fact]
    public async Task Security_activity_is_judged_when_its_past_is_read_or_is_not_to_be_had_or_takes_too_long()
    {
        var walk = new ActivityWalk(_monitor.Now.AddDays(-365), _monitor.Now, IsWide: true) { After = "further", Pages = 40 };
        var reading = new ActivityCheckpoint
        {
            Portal = 4711,
            Feed = ActivityFeed.Security,
            Access = SourceAccess.Read,
            At = _monitor.Now,
            Far = walk,
        };
        (await GuardOffAsync(reading)).ShouldBe((RuleOutcome.NotEvaluable, "The past of the security activity is still being read."));
        (await GuardOffAsync(reading with { Far = null, HasHistory = true })).Outcome.ShouldBe(RuleOutcome.Pass);
        (await GuardOffAsync(reading with { Far = null, Says = "HubSpot refused it (400)." })).Outcome.ShouldBe(RuleOutcome.Pass);
        // One error passes; a quarter of an hour of them does not.
        (await GuardOffAsync(reading with { Far = walk with { StuckSince = _monitor.Now.AddMinutes(-14) } })).Outcome
            .ShouldBe(RuleOutcome.NotEvaluable);
        (await GuardOffAsync(reading with { Far = walk with { StuckSince = _monitor.Now.AddMinutes(-15) } })).Outcome.ShouldBe(RuleOutcome.Pass);
        // Since the walk began, whatever was to be read in between.
        (await GuardOffAsync(reading with { At = _monitor.Now.AddHours(-2) })).Outcome.ShouldBe(RuleOutcome.NotEvaluable);
        (await GuardOffAsync(reading with { Far = walk with { To = _monitor.Now.AddHours(-2) } })).Outcome.ShouldBe(RuleOutcome.Pass);

        async Task<(RuleOutcome Outcome, string Because)> GuardOffAsync(ActivityCheckpoint checkpoint)
        {
            await _monitor.Get<CheckpointTable>().WriteAsync(checkpoint, Stop);
            await AuditAsync();
            var result = (await ReportAsync()).Results.Single(one => one.Rule == "guard-off");
            return (result.Outcome, result.Because);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_HubSpot_refuses_the_past_a_ledger_is_kept_of_what_it_shows(bool showsFirstPage)
    {
        await using var watch = await ActivityUnderTest.StartAsync(azurite);
        var past = watch.Now.AddDays(-180).ToUnixTimeMilliseconds();
        watch.HubSpot.Others["security"] = [context => Reply(context.Request.Query)(context)];
        await watch.PollAndJudgeAsync();
        (await watch.Get<AccessTable>().ReadLedgerAsync(4711, Stop)).ShouldBeNull("it may be a slip of HubSpot's");

        for (var polls = 0; polls < 3; polls++)
        {
            watch.Now += TimeSpan.FromMinutes(5);
            await watch.PollAndJudgeAsync();
        }
        var kept = (await watch.Get<AccessTable>().ReadLedgerAsync(4711, Stop)).ShouldNotBeNull();

        watch.Now += TimeSpan.FromMinutes(5);
        await watch.PollAsync();
        (await watch.Get<AccessTable>().ReadLedgerAsync(4711, Stop)).ShouldBe(kept, "the newest page does not throw it away");

        // HubSpot shows it after all.
        past = 0;
        watch.Now += TimeSpan.FromMinutes(5);
        await watch.PollAndJudgeAsync();
        (await watch.CheckpointAsync(ActivityFeed.Security)).ShouldSatisfyAllConditions(
            feed => feed.HasHistory.ShouldBeTrue(), feed => feed.PastTroubleSince.ShouldBeNull());
        (await watch.Get<AccessTable>().ReadReportAsync(4711, Stop))!.Credentials.Single(one => one.ObjectId == "7654").History.Count.ShouldBe(1);

        RequestDelegate Reply(IQueryCollection query)
        {
            var isPast = long.Parse(query["fromTimestamp"]!, CultureInfo.InvariantCulture) < past;
            if (isPast && (!showsFirstPage || query.ContainsKey("after"))) return FakeHubSpot.Reply("no", 400);
            return ActivityUnderTest.Page(isPast ? "2" : null, ActivityUnderTest.Security("1", Samples.Noon.AddHours(-2)));
        }
    }

    [Fact]
    public async Task An_audit_log_that_is_to_be_had_only_later_makes_nothing_forgotten_that_is_older_than_the_events()
    {
        await using var watch = await ActivityUnderTest.StartAsync(azurite);
        await watch.PollAndJudgeAsync();
        const string made = """{"at":"2024-01-01T00:00:00+00:00","what":"SERVICE_KEY_CREATE","by":"jane@acme.example","evidence":"Security:0"}""";
        await watch.Get<AccessTable>().WriteLedgerAsync(4711, AccessLedgerTests.Packed($$"""
            {"version":5,"portal":4711,"foldedUntil":"{{watch.Now.AddHours(-50):O}}","credentials":[{"key":"ServiceKey:77","kind":"ServiceKey","objectId":"77","created":{{made}},"history":[{{made}}]}],"users":[],"days":[]}
            """), watch.Now, Stop);
        watch.HubSpot.Others["audit-logs"] = [ActivityUnderTest.Page(null, ActivityUnderTest.Audit("a", watch.Now.AddDays(-30)))];
        watch.Now += TimeSpan.FromHours(7);
        await watch.PollAndJudgeAsync();

        (await watch.Get<AccessTable>().ReadReportAsync(4711, Stop))!.Credentials.Single(one => one.ObjectId == "77").CreatedAt
            .ShouldBe(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var kept = AccessLedger.Load((await watch.Get<AccessTable>().ReadLedgerAsync(4711, Stop))!).ShouldNotBeNull();
        (kept.Credentials.ContainsKey("ServiceKey:77"), kept.Users["89274502"].Hours.Sum())
            .ShouldBe((true, 1), "and what the log tells of people is in it");
    }

    [Fact]
    public async Task What_happened_in_days_that_could_not_be_read_is_told_when_it_is_read_and_for_a_day()
    {
        await using var watch = await ActivityUnderTest.StartAsync(azurite);
        await watch.PollAndJudgeAsync();
        var (dark, security) = (watch.Now, watch.HubSpot.Others["security"]);
        // Friday evening somebody takes the monitor's scope away, and on Saturday switches a guard off.
        watch.HubSpot.Others["security"] = watch.HubSpot.Others["audit-logs"];
        for (var hours = 0; hours < 60; hours += 7)
        {
            watch.Now += TimeSpan.FromHours(7);
            await watch.PollAndJudgeAsync();
        }
        watch.HubSpot.Others["security"] =
            [ActivityUnderTest.Page(null, ActivityUnderTest.Security("9", dark.AddHours(10), "ALLOWED_LOGIN_METHODS_UPDATE"))];
        watch.Now += TimeSpan.FromHours(7);
        await watch.PollAndJudgeAsync();
        await OpenAsync(watch, isOpen: true);

        watch.HubSpot.Others["security"] = security;
        watch.Now += TimeSpan.FromHours(23);
        await watch.PollAndJudgeAsync();
        await OpenAsync(watch, isOpen: true);

        for (var polls = 0; polls < 6; polls++)
        {
            watch.Now += TimeSpan.FromMinutes(30);
            await watch.PollAndJudgeAsync();
        }
        await OpenAsync(watch, isOpen: false);
    }

    [Fact]
    public async Task What_a_ledger_of_before_lacks_of_people_and_guards_is_folded_anew_and_what_is_older_than_the_events_stays()
    {
        foreach (var feed in (ActivityFeed[])[ActivityFeed.Security, ActivityFeed.Login])
        {
            await _monitor.Get<CheckpointTable>().WriteAsync(
                new ActivityCheckpoint { Portal = 4711, Feed = feed, Access = SourceAccess.Read, At = _monitor.Now, HasHistory = true }, Stop);
        }
        const string made = """{"at":"2024-01-01T00:00:00+00:00","what":"SERVICE_KEY_CREATE","by":"jane@acme.example","evidence":"Security:0"}""";
        // Countries of logins only, and no guards.
        await _monitor.Get<AccessTable>().WriteLedgerAsync(4711, AccessLedgerTests.Packed($$"""
            {"version":2,"portal":4711,"foldedUntil":"{{_monitor.Now.AddHours(-50):O}}","credentials":[{"key":"ServiceKey:77","kind":"ServiceKey","objectId":"77","created":{{made}},"history":[{{made}}]}],
            "users":[{"key":"{{IdOf(Jane)}}","countries":[{"country":"de","first":"{{_monitor.Now.AddDays(-30):O}}","last":"{{_monitor.Now.AddDays(-3):O}}"}],"made":[{"kind":"ServiceKey","at":"2024-01-01T00:00:00+00:00"}]}],"days":[]}
            """), _monitor.Now, Stop);
        await _monitor.Get<ActivityTable>().AddAsync(
        [
            Login(_monitor.Now.AddDays(-3)),
            Security("IP_RESTRICTIONS_DISABLED", _monitor.Now.AddDays(-9)),
            Security("EXPORT", _monitor.Now.AddDays(-9), country: "vn"),
            Security("EXPORT", _monitor.Now.AddHours(-1), country: "vn"),
        ], Stop);

        await AuditAsync();

        (await CreatedAsync()).ShouldBe(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var report = await ReportAsync();
        report.Results.Single(one => one.Rule == "login-unusual-place").Outcome.ShouldBe(RuleOutcome.Pass);
        report.Results.Single(one => one.Rule == "guard-off").Findings.ShouldHaveSingleItem().Since.ShouldBe(_monitor.Now.AddDays(-9));
        AccessLedger.Load((await LedgerAsync())!).ShouldNotBeNull().ShouldSatisfyAllConditions(
            kept => kept.IsOutdated.ShouldBeFalse(),
            kept => kept.FoldedUntil.ShouldBe(_monitor.Now.AddHours(-50)),
            kept => kept.Guards.Keys.ShouldBe(["IP restriction"]),
            kept => kept.Users[$"{IdOf(Jane)}"].Made.ShouldHaveSingleItem().At.Year.ShouldBe(2024));
    }

    [Fact]
    public async Task Of_a_ledger_of_before_guards_and_hours_that_are_older_than_the_events_stay()
    {
        foreach (var feed in (ActivityFeed[])[ActivityFeed.Security, ActivityFeed.Login])
        {
            await _monitor.Get<CheckpointTable>().WriteAsync(
                new ActivityCheckpoint { Portal = 4711, Feed = feed, Access = SourceAccess.Read, At = _monitor.Now, HasHistory = true }, Stop);
        }
        const string off =
            """{"at":"2024-05-01T00:00:00+00:00","what":"IP_RESTRICTIONS_DISABLED","by":"jane@acme.example","evidence":"Security:0"}""";
        var hours = string.Join(',', Enumerable.Range(0, UserTrack.HoursOfDay).Select(hour => hour == 9 ? 40 : 0));
        await _monitor.Get<AccessTable>().WriteLedgerAsync(4711, AccessLedgerTests.Packed($$"""
            {"version":3,"portal":4711,"foldedUntil":"{{_monitor.Now.AddHours(-50):O}}","credentials":[],"guards":[{"off":{{off}},"key":"IP restriction"}],"users":[{"key":"{{IdOf(Jane)}}","hours":[{{hours}}]}],"days":[]}
            """), _monitor.Now, Stop);
        await _monitor.Get<ActivityTable>().AddAsync([Security("ADD_USER", _monitor.Now.AddDays(-9), "5")], Stop);

        await AuditAsync();

        (await ReportAsync()).Results.Single(one => one.Rule == "guard-off").Findings
            .ShouldHaveSingleItem().Since
            .ShouldBe(new DateTimeOffset(2024, 5, 1, 0, 0, 0, TimeSpan.Zero));
        var kept = AccessLedger.Load((await LedgerAsync())!).ShouldNotBeNull();
        var jane = kept.Users[$"{IdOf(Jane)}"];
        (kept.IsOutdated, jane.FirstUserAdded, jane.Hours[9], jane.Hours.Sum()).ShouldBe((false, _monitor.Now.AddDays(-9), 40, 40));
    }

    [Fact]
    public async Task Super_admins_who_were_deactivated_are_not_counted()
    {
        await using var watch = await ActivityUnderTest.StartAsync(azurite);
        await watch.Get<AccessTable>().WriteAsync(
            new AccessSnapshot
            {
                Portal = 4711,
                At = watch.Now,
                Sources = [],
                Users = [new(1, "a@acme.example", true), new(2, "b@acme.example", true), new(3, "c@acme.example", false)],
            }, Stop);
        await watch.Get<ActivityTable>().AddAsync([Security("DEACTIVATE_USER", watch.Now.AddHours(-3), "2")], Stop);
        await watch.PollAndJudgeAsync();
        var report = (await watch.Get<AccessTable>().ReadReportAsync(4711, Stop))!;
        (report.Users, report.SuperAdmins).ShouldBe((3, 1));
    }

    [Fact]
    public async Task A_first_reading_of_the_past_tells_nothing_of_its_events()
    {
        await using var watch = await ActivityUnderTest.StartAsync(azurite);
        watch.HubSpot.Others["security"] =
            [ActivityUnderTest.Page(null, ActivityUnderTest.Security("9", watch.Now.AddHours(-60), "ALLOWED_LOGIN_METHODS_UPDATE"))];
        await watch.PollAndJudgeAsync();
        await OpenAsync(watch, isOpen: false);
    }

    [Fact]
    public async Task A_guard_that_was_switched_off_on_a_Friday_is_told_until_an_event_tells_that_it_is_on_again()
    {
        await using var watch = await ActivityUnderTest.StartAsync(azurite);
        await watch.PollAndJudgeAsync();
        var security = watch.HubSpot.Others["security"];
        watch.HubSpot.Others["security"] =
            [ActivityUnderTest.Page(null, ActivityUnderTest.Security("9", watch.Now.AddMinutes(3), "IP_RESTRICTIONS_DISABLED"))];
        watch.Now += TimeSpan.FromMinutes(5);
        await watch.PollAndJudgeAsync();
        await OpenAsync(watch, isOpen: true);

        // Long enough for the event to be folded and put away.
        watch.HubSpot.Others["security"] = security;
        for (var hours = 0; hours < 96; hours += 12)
        {
            watch.Now += TimeSpan.FromHours(12);
            await watch.PollAndJudgeAsync();
            await OpenAsync(watch, isOpen: true);
        }

        watch.HubSpot.Others["security"] =
            [ActivityUnderTest.Page(null, ActivityUnderTest.Security("10", watch.Now.AddMinutes(3), "IP_RESTRICTIONS_ENABLED"))];
        watch.Now += TimeSpan.FromMinutes(5);
        await watch.PollAndJudgeAsync();
        await OpenAsync(watch, isOpen: false);
    }

    [Fact]
    public async Task A_reveal_before_a_spike_s_alert_stays_told_when_the_thief_pauses()
    {
        await using var watch = await ActivityUnderTest.StartAsync(azurite);
        await watch.PollAndJudgeAsync();
        var revealed = watch.Now.AddMinutes(3);
        watch.HubSpot.Others["security"] = [ActivityUnderTest.Page(null, ActivityUnderTest.Security("9", revealed))];
        watch.Now += TimeSpan.FromMinutes(10);
        // In a sum of twelve hours, of which the reveal is a late part.
        var spike = Samples.Finding() with { Since = revealed.AddHours(-9) };
        await ApplyAsync(watch, Assessment.Firing(spike));
        await watch.PollAndJudgeAsync();
        await RevealedAsync(watch, isOpen: true);

        watch.Now += TimeSpan.FromHours(1);
        await ApplyAsync(watch, Assessment.Clear(spike.Rule, spike.Subject));
        await watch.PollAndJudgeAsync();
        await RevealedAsync(watch, isOpen: true);

        watch.Now += TimeSpan.FromHours(25);
        await watch.PollAndJudgeAsync();
        await RevealedAsync(watch, isOpen: false);
    }

    [Fact]
    public async Task A_reveal_before_a_drain_stays_told_for_as_long_as_that_goes_on_and_the_key_is_not_rotated()
    {
        await using var watch = await ActivityUnderTest.StartAsync(azurite);
        await watch.PollAndJudgeAsync();
        var security = watch.HubSpot.Others["security"];
        watch.HubSpot.Others["security"] = [ActivityUnderTest.Page(null, ActivityUnderTest.Security("9", watch.Now.AddMinutes(3)))];
        watch.Now += TimeSpan.FromMinutes(10);
        await ApplyAsync(watch, Assessment.Firing(Samples.Finding() with { Rule = "usage-slow-drain", Since = watch.Now.AddHours(-9) }));
        await watch.PollAndJudgeAsync();
        await RevealedAsync(watch, isOpen: true);

        // Long enough for the event to be folded and put away.
        watch.HubSpot.Others["security"] = security;
        for (var hours = 0; hours < 120; hours += 12)
        {
            watch.Now += TimeSpan.FromHours(12);
            await watch.PollAndJudgeAsync();
            await RevealedAsync(watch, isOpen: true);
        }

        watch.HubSpot.Others["security"] =
            [ActivityUnderTest.Page(null, ActivityUnderTest.Security("10", watch.Now.AddMinutes(3), "SERVICE_KEY_ROTATE"))];
        watch.Now += TimeSpan.FromMinutes(5);
        await watch.PollAndJudgeAsync();
        await RevealedAsync(watch, isOpen: false);
    }

    [Fact]
    public async Task A_reveal_between_two_bursts_is_told_with_the_second_and_one_by_who_answers_the_first_not_with_that()
    {
        await using var watch = await ActivityUnderTest.StartAsync(azurite);
        var spike = Samples.Finding() with { Since = watch.Now };
        await ApplyAsync(watch, Assessment.Firing(spike));
        watch.Now += TimeSpan.FromMinutes(20);
        await watch.Get<ActivityTable>().AddAsync([Reveal(watch.Now, "1")], Stop);
        (await ExplainAsync()).Severity.ShouldBe(Severity.High);

        watch.Now += TimeSpan.FromMinutes(20);
        await ApplyAsync(watch, Assessment.Clear(spike.Rule, spike.Subject));
        watch.Now += TimeSpan.FromMinutes(20);
        await watch.Get<ActivityTable>().AddAsync([Reveal(watch.Now.AddMinutes(-5), "2")], Stop);
        var second = await ExplainAsync();
        (second.Severity, second.Evidence.Contains("Security:2")).ShouldBe((Severity.Critical, true));

        async Task<Finding> ExplainAsync() =>
            (await watch.Get<PostureWatch>().ExplainAsync(Samples.Acme, [Assessment.Firing(spike)], watch.Now, Stop)).Single().Finding!;
    }

    private static ActivityEvent Reveal(DateTimeOffset at, string id) =>
        new()
        {
            Portal = Samples.Acme.Id,
            Feed = ActivityFeed.Security,
            Id = id,
            At = at,
            Type = "SERVICE_KEY_REVEAL",
            UserId = 876,
            ObjectId = "7654",
        };

    private static Task ApplyAsync(ActivityUnderTest watch, Assessment assessment) =>
        watch.Get<AlertDesk>().ApplyAsync(Samples.Acme, AccountClock.Utc, [], [assessment], watch.Now, Stop);

    private static async Task RevealedAsync(ActivityUnderTest watch, bool isOpen) =>
        (await watch.Get<AlertDesk>().ReadPresentAsync(Samples.Acme.Id, Stop))
            .Any(alert => alert.Finding.Rule == "key-revealed-then-used" && alert.State == AlertState.Open)
            .ShouldBe(isOpen);

    [Fact]
    public async Task What_webhooks_told_is_judged_with_the_rest()
    {
        await _monitor.Get<EventMemoryTable>().WriteAsync(4711,
            [new()
            {
                Portal = 4711,
                Source = "INTEGRATION:9393361",
                Kind = ChangeKind.Change,
                FirstDay = new(2026, 11, 1),
                Peaks = [new(new(2026, 11, 20), 3, _monitor.Now.AddDays(-4))],
            }], null, Stop);
        await _monitor.Get<SightingTable>()
            .WriteAsync(4711, [new("pat-na1-…dead", "a webhook event ticket.creation", _monitor.Now.AddHours(-1), "e1")], Stop);
        await AuditAsync();
        var report = await ReportAsync();
        report.Credentials.Single(one => one.ObjectId == "9393361").LastWroteAt.ShouldBe(_monitor.Now.AddDays(-4));
        var secret = (await _monitor.AlertsAsync()).Single(alert => alert.Finding.Rule == "secret-out-of-place");
        (secret.Severity, secret.Finding.Headline, secret.Finding.Evidence.Single())
            .ShouldBe((Severity.Critical, "A secret stands in a webhook event ticket.creation", "e1"));
    }

    [Fact]
    public async Task A_secret_out_of_place_is_kept_for_two_days_after_it_was_last_seen()
    {
        var sightings = _monitor.Get<SightingTable>();
        await sightings.WriteAsync(4711,
        [
            new("pat-na1-…dead", "a webhook event", _monitor.Now.AddHours(-49)),
            new("pat-na1-…beef", "a webhook event", _monitor.Now.AddHours(-47)),
        ], Stop);
        await _monitor.Pipeline.PruneTablesAsync(_monitor.Now, Stop);
        (await sightings.ReadAsync(4711, _monitor.Now.AddDays(-9), Stop)).ShouldHaveSingleItem().Fingerprint.ShouldBe("pat-na1-…beef");
    }

    [Fact]
    public async Task After_a_grant_is_lost_no_rule_goes_on_passing_and_each_says_what_to_do()
    {
        await using var connected = await ConnectedMonitor.StartAsync(azurite.ConnectionString);
        var before = await JudgeAsync(connected);
        OutcomeOf(before, "guard-off").ShouldBe(RuleOutcome.Pass);
        OutcomeOf(before, "too-many-admins").ShouldNotBe(RuleOutcome.NotEvaluable);
        await connected.Monitor.Get<AlertDesk>()
            .ApplyAsync(Samples.Acme, AccountClock.Utc, [], [Assessment.Firing(Samples.Finding(rule: "guard-off"))], connected.Monitor.Now, Stop);
        var open = await OpenAsync(connected);

        connected.Monitor.HubSpot.OAuth.Uninstall(MonitorUnderTest.Account.Id);
        connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(31));
        var after = await JudgeAsync(connected);

        const string lost =
            $"HubSpot has revoked the monitor's access to Acme (4711): the app was uninstalled there, or its grant withdrawn. Connect it again at {ConnectedMonitor.Link}";
        after.At.ShouldBe(connected.Monitor.Now);
        after.Results.ShouldAllBe(result => result.Outcome == RuleOutcome.NotEvaluable);
        foreach (var rule in (string[])["guard-off", "login-unusual-place", "too-many-admins", "token-over-privileged"])
            after.Results.Single(result => result.Rule == rule).Because.ShouldBe(lost, rule);
        // What was open is neither over nor told again.
        open.ShouldContain("guard-off calls");
        (await OpenAsync(connected)).ShouldBe(open);
    }

    [Fact]
    public async Task A_token_that_cannot_be_had_for_one_poll_is_a_poll_that_failed()
    {
        await using var connected = await ConnectedMonitor.StartAsync(azurite.ConnectionString);
        var admins = OutcomeOf(await JudgeAsync(connected), "too-many-admins");
        connected.Monitor.HubSpot.OAuth.RefusesApp = true;
        connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(31));
        var refusal = await connected.RefusalAsync();
        var missed = await JudgeAsync(connected, withAudit: false);
        var guard = missed.Results.Single(result => result.Rule == "guard-off");
        (guard.Outcome, guard.Because).ShouldBe((RuleOutcome.NotEvaluable, refusal.Message));
        OutcomeOf(missed, "too-many-admins").ShouldBe(admins, "it is asked every hour, and what it said last stands until then");

        connected.Monitor.HubSpot.OAuth.RefusesApp = false;
        connected.Monitor.Clock.Advance(TimeSpan.FromMinutes(5));
        OutcomeOf(await JudgeAsync(connected, withAudit: false), "guard-off").ShouldBe(RuleOutcome.Pass);
    }

    [Fact]
    public async Task Of_an_account_that_was_never_connected_the_rules_say_nothing()
    {
        await using var connected = await ConnectedMonitor.StartAsync(azurite.ConnectionString, isConnected: false);
        await connected.Monitor.Get<PostureWatch>().PollAsync(connected.Portal, connected.Monitor.Now, Stop);
        await connected.Monitor.Get<PostureWatch>().AuditAsync(connected.Portal, connected.Monitor.Now, Stop);
        (await connected.Monitor.Get<PostureReader>().ReadAsync(null, Stop)).ShouldHaveSingleItem().Report.ShouldBeNull();
        (await connected.Monitor.Get<CheckpointTable>().ReadActivityAsync(MonitorUnderTest.Account.Id, Stop)).ShouldBeEmpty();
    }

    private static async Task<PostureReport> JudgeAsync(ConnectedMonitor connected, bool withAudit = true)
    {
        var watch = connected.Monitor.Get<PostureWatch>();
        await watch.PollAsync(connected.Portal, connected.Monitor.Now, Stop);
        if (withAudit) await watch.AuditAsync(connected.Portal, connected.Monitor.Now, Stop);
        return (await connected.Monitor.Get<AccessTable>().ReadReportAsync(MonitorUnderTest.Account.Id, Stop))!;
    }

    private static RuleOutcome OutcomeOf(PostureReport report, string rule) => report.Results.Single(result => result.Rule == rule).Outcome;

    private static async Task<IReadOnlyList<string>> OpenAsync(ConnectedMonitor connected) =>
        [.. (await connected.Monitor.AlertsAsync())
            .Where(alert => alert.State == AlertState.Open)
            .Select(alert => $"{alert.Finding.Rule} {alert.Finding.Subject}")
            .Order(StringComparer.Ordinal)];

    private static async Task OpenAsync(ActivityUnderTest watch, bool isOpen) =>
        (await watch.Get<AlertTable>().ReadCurrentAsync(4711, Stop))
            .Any(stored => stored.Alert is { State: AlertState.Open, Finding.Rule: "guard-off" })
            .ShouldBe(isOpen, $"{watch.Now:u}");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Task AuditAsync() =>
        _monitor.Get<PostureWatch>().AuditAsync(_monitor.Get<IOptions<PortalsOptions>>().Value.Portals[0], _monitor.Now, Stop);

    private Task<byte[]?> LedgerAsync() => _monitor.Get<AccessTable>().ReadLedgerAsync(4711, Stop);

    private async Task<PostureReport> ReportAsync() => (await _monitor.Get<AccessTable>().ReadReportAsync(4711, Stop))!;

    private async Task<DateTimeOffset?> CreatedAsync() => (await ReportAsync()).Credentials.Single(one => one.ObjectId == "77").CreatedAt;

    private Task AddAsync(string id, DateTimeOffset at) => _monitor.Get<ActivityTable>().AddAsync(
        [new()
        {
            Portal = 4711,
            Feed = ActivityFeed.Security,
            Id = id,
            At = at,
            Type = "SERVICE_KEY_CREATE",
            User = "ada@example.com",
            ObjectId = "77",
        }], Stop);
}
