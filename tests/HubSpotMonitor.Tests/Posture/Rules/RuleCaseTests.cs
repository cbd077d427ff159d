using HubSpotMonitor.Alerting;
using HubSpotMonitor.Posture;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Tests.Delivery;

namespace HubSpotMonitor.Tests.Posture.Rules;

public sealed class RuleCaseTests
{
    public static IEnumerable<TheoryDataRow<string>> Names => RuleCases.All.Select(one => new TheoryDataRow<string>($"{one.Rule}: {one.Name}"));

    public static IEnumerable<TheoryDataRow<string, AccessSource>> Needs =>
        RuleCatalog.Rules.SelectMany(rule => rule.Sheet.Needs.Select(source => new TheoryDataRow<string, AccessSource>(rule.Sheet.Id, source)));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_rule_says_exactly_what_it_should(string name)
    {
        var one = RuleCases.All.Single(one => $"{one.Rule}: {one.Name}" == name);
        var result = Rule(one.Rule).Evaluate(one.World.Gather());
        result.Rule.ShouldBe(one.Rule);
        result.Outcome.ShouldBe(one.Severity is null ? RuleOutcome.Pass : RuleOutcome.Fail, result.Because);
        if (one.Severity is not { } severity) return;
        var finding = result.Findings.ShouldHaveSingleItem();
        (finding.Rule, finding.Severity, finding.Subject, finding.Steps.Count).ShouldBe((one.Rule, severity, one.Subject, 3));
        finding.Summary.ShouldEndWith(".");
        finding.Since.ShouldBeLessThanOrEqualTo(one.World.At);
        (severity <= Rule(one.Rule).Sheet.Severity).ShouldBeTrue();
    }

    [Fact]
    public void What_is_told_in_each_case_was_read_and_approved()
    {
        var told = RuleCases.All.Select(one => (Case: one, Result: Rule(one.Rule).Evaluate(one.World.Gather()))).Select(said =>
            string.Join('\n', said.Result.Findings.Select(Told).DefaultIfEmpty(said.Result.Because).Prepend($"{said.Case.Rule}: {said.Case.Name}")));
        Approved.ShouldMatch(string.Join("\n\n", told) + "\n", "rule-cases.txt");
    }

    private static string Told(Finding finding) =>
        $"{finding.Severity}: {finding.Headline}\n{finding.Summary}\nsince {finding.Since:u}, {finding.Evidence.Count} events{string.Concat(finding.Explains.Select(part => $", explains {part}"))}";

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void A_night_may_lie_within_one_day(int hour, bool odd)
    {
        var reveal = Events.Security("SERVICE_KEY_REVEAL", World.Now.AddHours(hour - 12), "7654", "new@acme.example");
        var evidence = new World().And(reveal).Gather() with { Options = new() { NightFrom = 1, NightTo = 4 } };
        Rule("developer-off-hours").Evaluate(evidence).Outcome.ShouldBe(odd ? RuleOutcome.Fail : RuleOutcome.Pass);
    }

    [Theory]
    [InlineData(null, "The login history is empty so far")]
    [InlineData(AccessSource.LoginHistory, "grant it")]
    [InlineData(AccessSource.Users, "grant it")]
    public void Who_is_inactive_cannot_be_told_without_a_single_login(AccessSource? denied, string because)
    {
        var empty = new World { Past = [Events.Security("ADD_USER", World.Now.AddDays(-50))], Denied = denied };
        Rule("user-inactive").Evaluate(empty.Gather())
            .ShouldSatisfyAllConditions(result => result.Outcome.ShouldBe(RuleOutcome.NotEvaluable), result => result.Because.ShouldContain(because));
    }

    [Fact]
    public void Every_rule_has_a_case_that_passes_and_one_that_fails()
    {
        var rules = RuleCatalog.Rules.Select(rule => rule.Sheet.Id).ToList();
        RuleCases.All.Where(one => one.Severity is null).Select(one => one.Rule).Distinct().ShouldBe(rules, ignoreOrder: true);
        RuleCases.All.Where(one => one.Severity is not null).Select(one => one.Rule).Distinct().ShouldBe(rules, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Needs))]
    public void Without_a_source_that_it_needs_a_rule_says_neither_good_nor_bad_but_what_to_grant(string rule, AccessSource source)
    {
        var result = Rule(rule).Evaluate((new World() with { Denied = source }).Gather());
        (result.Outcome, result.Findings.Count).ShouldBe((RuleOutcome.NotEvaluable, 0));
        result.Because.ShouldContain(source == AccessSource.Registry ? "Posture__RegistryFile" : "grant it");
    }

    [Fact]
    public void Of_a_quiet_and_well_kept_account_every_rule_passes() =>
        RuleCatalog.EvaluateAll(new World().Gather())
            .Where(result => result.Outcome != RuleOutcome.Pass)
            .Select(result => $"{result.Rule}: {result.Because}")
            .ShouldBeEmpty();

    [Fact]
    public void Findings_of_events_end_by_themselves_after_a_day()
    {
        var worlds = RuleCases.All.Where(one => one.Severity is not null && one.World.Recent.Count > 0 && one.World.At == World.Now);
        foreach (var one in worlds.Where(one => Rule(one.Rule).Sheet.Sees.Contains("within the last day", StringComparison.Ordinal)))
            Rule(one.Rule).Evaluate((one.World with { At = World.Now.AddHours(24) }).Gather()).Outcome.ShouldBe(RuleOutcome.Pass, one.Name);
    }

    [Theory]
    [InlineData("key-oddly-made", "SERVICE_KEY_CREATE")]
    [InlineData("bulk-export", "EXPORT")]
    [InlineData("developer-off-hours", "SERVICE_KEY_REVEAL")]
    public void In_the_first_days_nothing_is_called_new(string rule, string type)
    {
        var young = new World { Past = [Events.Security("ADD_USER", World.Now.AddDays(-5))], Registry = null };
        Rule(rule).Evaluate(young.Gather()).Outcome.ShouldBe(RuleOutcome.Pass);
        var result = Rule(rule).Evaluate(young.And(Events.Security(type, World.Now.AddHours(-9), "1")).Gather());
        (result.Outcome, result.Because).ShouldBe((RuleOutcome.NotEvaluable, "The history is 5 d long; from 14 days on it can be told what is new."));
    }

    [Fact]
    public void Events_of_the_future_of_strangers_and_repeats_are_not_judged()
    {
        var install = Events.Security("ADD_ADMIN_USER", World.Now.AddHours(-1), "5", id: "same");
        var evidence = new World()
            .And(install, install, install with { Portal = 1, Id = "x" }, install with { At = World.Now.AddDays(400), Id = "y" })
            .Gather();
        evidence.Recent.ShouldHaveSingleItem();
        Rule("admin-added").Evaluate(evidence).Findings.ShouldHaveSingleItem().Evidence.ShouldBe(["Security:same"]);
    }

    [Fact]
    public void A_reminder_names_key_owner_consumers_and_the_day()
    {
        var finding = Rule("key-too-old").Evaluate((new World() with { At = World.Now.AddDays(30) }).Gather()).Findings.ShouldHaveSingleItem();
        finding.Headline.ShouldBe("ERP sync: rotation is due on 3 Jan 2027");
        finding.Summary.ShouldBe(
            $"The secret of ERP sync is 90 days old, 90 % of its limit of 100 days. Owner: {Events.Jane}. It is used by erp-prod.");
    }

    [Fact]
    public void A_key_that_was_made_before_the_history_is_at_least_as_old_and_else_its_age_is_not_known()
    {
        var seen = (new World() with { Own = null })
            .Before(Events.Security("EXPORT", World.Now.AddDays(-200)), Events.Security("SERVICE_KEY_REVEAL", World.Now.AddDays(-5), "8000"))
            .Gather();
        var finding = Rule("key-too-old").Evaluate(seen).Findings.ShouldHaveSingleItem();
        (finding.Headline, finding.Seen).ShouldBe(("service key 8000: rotation was due by 4 Nov 2026", "at least 200 days old"));
        finding.Summary.ShouldContain(
            "is at least 200 days old, 111 % of its limit of 180 days: it was made before the monitor's history of HubSpot's activity begins, on 8 May 2026.");

        // While that history is not whole, it may have been made in what is missing.
        var half = Rule("key-too-old").Evaluate(seen with { HasSecurityHistory = false });
        (half.Outcome, half.Because).ShouldBe((RuleOutcome.Pass,
            "No key whose age is known has reached three quarters of its age limit. Of 1 of 2 keys the age is not known: write 'created' or 'rotated' of each into the access registry."));
    }

    [Fact]
    public void Twenty_thousand_users_are_no_trouble_and_make_one_finding()
    {
        var users = Enumerable.Range(0, 20_000).Select(index => new AccountUser(index, $"u{index}@acme.example", true)).ToList();
        var finding = Rule("user-inactive").Evaluate((new World() with { Users = users }).Gather()).Findings.ShouldHaveSingleItem();
        (finding.Headline, finding.NewestEvent).ShouldBe(
            ("20000 users have not logged in for 90 days", $"|{string.Join('|', Enumerable.Range(0, 100))}"),
            "the alert's row does not grow with the account");
    }

    [Fact]
    public void More_findings_than_anybody_reads_are_cut_and_it_is_said()
    {
        var many = new World().And(
            Enumerable.Range(0, 300).Select(index => Events.Security("WEBHOOK_SETTINGS_UPDATE", World.Now.AddHours(-1), $"{index}")));
        var result = Rule("webhook-target-changed").Evaluate(many.Gather());
        (result.Findings.Count, result.Untold.Count, result.Because).ShouldBe(
            (100, 200, $"300 findings, first: {Events.Jane} changed where webhooks go. Only the worst 100 are told, of equals the newest."));
    }

    [Fact]
    public void What_began_today_is_told_before_a_hundred_that_have_stood_for_long()
    {
        var many = new World { Own = null, Registry = null }.Before(
            Enumerable.Range(0, 130).Select(index => Events.Security("PRIVATE_APP_ACCESS_TOKEN_CREATE", World.Now.AddDays(-30), $"{1000 + index}")));
        var before = Rule("legacy-credential").Evaluate(many.Gather());
        var after = Rule("legacy-credential").Evaluate(
            many.And(Events.Security("PRIVATE_APP_ACCESS_TOKEN_CREATE", World.Now.AddHours(-1), "9999")).Gather());
        (after.Findings[0].Subject, after.Findings.Count, after.Untold.Count).ShouldBe(("LegacyPrivateApp:9999", 100, 31));
        // What has lost its place to it is neither told anew nor over.
        var lost = before.Findings.Select(finding => finding.Subject)
            .Except(after.Findings.Select(finding => finding.Subject))
            .ShouldHaveSingleItem();
        List<Alert> open = [.. before.Findings.Select(finding => Samples.Alert() with { Finding = finding })];
        var verdicts = Verdicts.Of([after], open, []);
        verdicts.ShouldAllBe(verdict => verdict.Condition == Condition.Firing);
        verdicts.ShouldNotContain(verdict => verdict.Subject == lost);
    }

    // Else what is not known comes before what began today, and what is told changes with every poll.
    [Theory]
    [InlineData("legacy-credential", 9)]
    [InlineData("static-token-for-many", 9)]
    [InlineData("credential-unregistered", 23.5)]
    [InlineData("credential-never-seen", 60)]
    public void A_credential_whose_making_is_not_told_is_dated_by_its_first_event_or_by_the_history_at_every_look(string rule, double daysAgo)
    {
        var world = new World
        {
            Registry = World.Registered with
            {
                Credentials =
                [
                    .. World.Registered.Credentials,
                    new() { Id = "old", Kind = CredentialKind.LegacyPrivateApp, ObjectId = "55", Owner = "gone@acme.example", MultiAccount = true },
                    new() { Id = "lost", Kind = CredentialKind.ServiceKey, ObjectId = "1", Owner = Events.Jane },
                ],
            },
            Writers =
            [
                new()
                {
                    Portal = Samples.Acme.Id,
                    Source = "INTEGRATION:9393361",
                    Kind = ChangeKind.Change,
                    FirstDay = new(2026, 11, 1),
                    Peaks = [new(new(2026, 11, 24), 3, World.Now.AddHours(-1))],
                },
            ],
        }
        .Before(Events.Security("PRIVATE_APP_ACCESS_TOKEN_VIEW", World.Now.AddDays(-9), "55"))
        .And(Events.Security("PRIVATE_APP_ACCESS_TOKEN_VIEW", World.Now.AddHours(-1), "55"));
        foreach (var at in (DateTimeOffset[])[World.Now, World.Now.AddMinutes(5)])
            Rule(rule).Evaluate((world with { At = at }).Gather()).Findings.ShouldHaveSingleItem().Since.ShouldBe(World.Now.AddDays(-daysAgo));
    }

    [Fact]
    public void A_holiday_of_an_admin_is_no_absence_however_early_users_are_called_inactive()
    {
        const string away = "away@acme.example";
        var world = new World
        {
            Users = [World.User(Events.Jane, superAdmin: true), World.User(away, superAdmin: true)],
            Raised = [new(Events.IdOf(away), away, World.Now.AddDays(-41), World.Now.AddDays(-40))],
        }.Before(Events.Login(World.Now.AddDays(-40), away)).And(Events.Login(World.Now.AddHours(-2), away));
        Rule("login-unusual-place").Evaluate(world.Gather()).Outcome.ShouldBe(RuleOutcome.Pass);
        var evidence = world.Gather() with { Options = new() { InactiveAfter = TimeSpan.FromDays(30) } };
        Rule("login-unusual-place").Evaluate(evidence).Outcome.ShouldBe(RuleOutcome.Pass);
    }

    [Fact]
    public void Of_somebody_who_never_made_a_key_a_second_one_a_minute_later_is_told_too()
    {
        var world = new World().And(
            Events.Security("SERVICE_KEY_CREATE", World.Now.AddHours(-2), "8000", World.Sam),
            Events.Security("SERVICE_KEY_CREATE", World.Now.AddHours(-2).AddMinutes(1), "8001", World.Sam));
        var findings = Rule("key-oddly-made").Evaluate(world.Gather()).Findings;
        findings.Select(finding => (finding.Subject, finding.Severity)).ShouldBe([("8001", Severity.High), ("8000", Severity.High)]);
        findings[0].Headline.ShouldBe("service key 8001 was made by somebody who made their first one within a day before");
    }

    [Fact]
    public void Each_strange_country_of_a_person_is_told_apart()
    {
        var world = new World().And(
            Events.Login(World.Now.AddHours(-5), country: "es"),
            Events.Login(World.Now.AddHours(-2), country: "vn"),
            Events.Login(World.Now.AddHours(-1), country: "de"));
        Rule("login-unusual-place").Evaluate(world.Gather()).Findings
            .Select(finding => finding.Subject)
            .ShouldBe([$"{Events.Jane} in vn", $"{Events.Jane} in es"]);
    }

    [Theory]
    [InlineData("webhook-target-changed", "WEBHOOK_SETTINGS_UPDATE")]
    [InlineData("scope-widened", "SERVICE_KEY_PERMISSIONS_UPDATE")]
    [InlineData("bulk-export", "EXPORT_USERS")]
    [InlineData("guard-off", "IP_RESTRICTIONS_DISABLED")]
    [InlineData("app-connected", "INSTALL_INTEGRATION")]
    [InlineData("admin-added", "ADD_ADMIN_USER")]
    [InlineData("key-revealed-then-used", "SERVICE_KEY_REVEAL")]
    [InlineData("data-door-opened", "DATA_SHARING_CONNECTION_ADDED")]
    [InlineData("developer-off-hours", "SERVICE_KEY_REVEAL")]
    [InlineData("api-key-activity", "HAPIKEY_VIEW")]
    [InlineData("secret-out-of-place", "SECRET_ADDED_TO_SERVERLESS_FUNCTION")]
    public void Another_event_of_the_same_subject_is_news(string rule, string type)
    {
        // At night, since for one of the rules only that is odd.
        ActivityEvent At(int hour) => Events.Security(type, World.Now.AddHours(hour), "5", World.Sam, "vn");
        var (one, other) = (At(-9), At(-8));
        var first = Rule(rule).Evaluate(new World().And(one).Gather()).Findings.ShouldHaveSingleItem();
        var second = Rule(rule).Evaluate(new World().And(one, other).Gather()).Findings.ShouldHaveSingleItem();
        (first.NewestEvent, second.NewestEvent, second.Subject).ShouldBe((one.Evidence, other.Evidence, first.Subject));
    }

    [Fact]
    public void What_was_told_of_three_keys_before_a_drain_is_not_over_when_a_fourth_makes_one_story_of_them()
    {
        var three = Told(3);
        three.Findings.Select(finding => finding.Subject).ShouldBe(["2", "1", "0"]);
        three.Untold.ShouldBeEmpty();
        var four = Told(4);
        four.Findings.ShouldHaveSingleItem().Subject.ShouldBe("usage-slow-drain");
        four.Untold.ShouldBe(["0", "1", "2", "3"]);

        static RuleResult Told(int keys)
        {
            var world = new World { Usage = [new("usage-slow-drain", World.Now.AddHours(-9), World.Now.AddHours(-1), Severity.High)] };
            var reveals = Enumerable.Range(0, keys)
                .Select(index => Events.Security("SERVICE_KEY_REVEAL", World.Now.AddHours(-3).AddMinutes(index), $"{index}"));
            return Rule("key-revealed-then-used").Evaluate(world.And(reveals).Gather());
        }
    }

    [Fact]
    public void Another_end_of_a_token_by_nobodys_hand_is_news()
    {
        var (one, other) = (End(-3), End(-2));
        NewestOf("secret-out-of-place", one).ShouldBe(one.Evidence);
        NewestOf("secret-out-of-place", one, other).ShouldBe(other.Evidence);

        static ActivityEvent End(int hour) => Events.Security("SERVICE_KEY_DEACTIVATE", World.Now.AddHours(hour), "7654", user: null);
    }

    [Fact]
    public void Another_refusal_for_want_of_a_second_factor_is_news()
    {
        var refusals = Enumerable.Range(0, 4)
            .Select(index => Events.Security("TWO_FACTOR_PROTECTED_ENDPOINT_BLOCKED", World.Now.AddHours(-2).AddMinutes(index)))
            .ToArray();
        NewestOf("protected-endpoint-blocked", refusals[..3]).ShouldBe(refusals[2].Evidence);
        NewestOf("protected-endpoint-blocked", refusals).ShouldBe(refusals[3].Evidence);
    }

    private static string? NewestOf(string rule, params ActivityEvent[] events) =>
        Rule(rule).Evaluate(new World().And(events).Gather()).Findings.ShouldHaveSingleItem().NewestEvent;

    [Fact]
    public void Another_super_admin_who_does_not_log_in_is_news_and_one_fewer_is_none()
    {
        var (one, two) = (Idle(1), Idle(2));
        AlertPolicy.IsNews(Idle(0), one).ShouldBeTrue();
        AlertPolicy.IsNews(one, two).ShouldBeTrue();
        AlertPolicy.IsNews(two, one).ShouldBeFalse();
        AlertPolicy.IsNews(one, Idle(0)).ShouldBeFalse();

        static Finding Idle(int admins)
        {
            var users = Enumerable.Range(0, 5).Select(index => new AccountUser(index, $"u{index}@acme.example", index < admins)).ToList();
            return Rule("user-inactive").Evaluate((new World() with { Users = users }).Gather()).Findings.ShouldHaveSingleItem();
        }
    }

    [Fact]
    public void What_is_put_in_a_guards_place_is_news()
    {
        var (off, on) = (
            Events.Security("REMOVE_SINGLE_SIGN_ON", World.Now.AddHours(-3)),
            Events.Security("ADD_SINGLE_SIGN_ON", World.Now.AddHours(-2)));
        Rule("guard-off").Evaluate(new World().And(off, on).Gather()).Findings.ShouldHaveSingleItem().NewestEvent.ShouldBe(on.Evidence);
    }

    [Fact]
    public void A_guard_that_is_still_off_after_a_day_is_the_same_incident_and_no_news()
    {
        var world = new World().And(Events.Security("IP_RESTRICTIONS_DISABLED", World.Now.AddHours(-3), "5"));
        var first = Rule("guard-off").Evaluate(world.Gather()).Findings.ShouldHaveSingleItem();
        var later = Rule("guard-off").Evaluate((world with { At = World.Now.AddDays(3) }).Gather()).Findings.ShouldHaveSingleItem();
        (later.Subject, later.Since, later.Severity).ShouldBe((first.Subject, first.Since, Severity.Medium));
        AlertPolicy.IsNews(first, later).ShouldBeFalse();
    }

    [Fact]
    public void While_users_cannot_be_read_a_persons_guard_that_is_still_off_is_neither_told_nor_over()
    {
        var (person, account) = (
            Events.Security("REMOVE_TWO_FACTOR_AUTHENTICATION", World.Now.AddDays(-9), "9"),
            Events.Security("IP_RESTRICTIONS_DISABLED", World.Now.AddDays(-9)));
        var world = new World().Before(person, account);
        var blind = Rule("guard-off").Evaluate((world with { Users = null }).Gather());
        (blind.Findings.ShouldHaveSingleItem().Subject, blind.Untold.ShouldHaveSingleItem())
            .ShouldBe(("IP restriction", "Two-factor authentication 9"));
        Rule("guard-off").Evaluate(world.Gather()).Untold.ShouldBeEmpty("9 is no user");
        var gone = world.Before(Events.Security("DEACTIVATE_USER", World.Now.AddDays(-8), "9")) with { Users = null };
        Rule("guard-off").Evaluate(gone.Gather()).Untold.ShouldBeEmpty("9 was deactivated");
    }

    [Fact]
    public void A_later_burst_of_failed_logins_is_news_and_one_that_goes_on_is_not()
    {
        var (morning, goingOn) = (Told(Failures(9, 12)), Told(Failures(9, 30)));
        var evening = Told([.. Failures(9, 12), Events.Login(World.Now.AddHours(-9).AddMinutes(20)), .. Failures(2, 10)]);
        AlertPolicy.IsNews(morning, goingOn).ShouldBeFalse();
        AlertPolicy.IsNews(morning, evening).ShouldBeTrue();
        evening.Severity.ShouldBe(Severity.Critical, "the worst of them is told");

        static IEnumerable<ActivityEvent> Failures(int hoursAgo, int count) =>
            Enumerable.Range(0, count)
                .Select(index => Events.Login(World.Now.AddHours(-hoursAgo).AddMinutes(index), succeeded: false, id: $"f{hoursAgo}-{index}"));

        static Finding Told(IEnumerable<ActivityEvent> events) =>
            Rule("login-brute-force").Evaluate(new World().And(events).Gather()).Findings.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_country_that_is_forgotten_is_not_told_as_expected()
    {
        var world = new World().Before(Events.Login(World.Now.AddDays(-100), country: "vn")).And(Events.Login(World.Now.AddHours(-2), country: "vn"));
        var finding = Rule("login-unusual-place").Evaluate(world.Gather()).Findings.ShouldHaveSingleItem();
        (finding.Expected, finding.Seen).ShouldBe(("de", "vn"));
    }

    // Days that could not be read are news all at once; a day of them is still measured as a day.
    [Theory]
    [InlineData(4, 4, null)]
    [InlineData(6, 1, 6)]
    [InlineData(1, 6, 6)]
    public void Over_days_that_could_not_be_read_exports_are_counted_by_the_day(int then, int lately, int? told)
    {
        var evidence = new World().And([.. Exports(then, hoursAgo: 50), .. Exports(lately, hoursAgo: 2)]).Gather() with
        {
            NewsFrom = new Dictionary<ActivityFeed, DateTimeOffset> { [ActivityFeed.Security] = World.Now.AddHours(-60) },
        };
        string[] expected = told is null ? [] : [$"{told} exports within a day"];
        Rule("bulk-export").Evaluate(evidence).Findings.Select(finding => finding.Headline).ShouldBe(expected);

        static IEnumerable<ActivityEvent> Exports(int count, int hoursAgo) =>
            Enumerable.Range(0, count).Select(index => Events.Security("EXPORT", World.Now.AddHours(-hoursAgo).AddMinutes(index)));
    }

    private static IPostureRule Rule(string id) => RuleCatalog.Rules.Single(rule => rule.Sheet.Id == id);
}
