using System.Globalization;
using System.Text.Json.Nodes;
using HubSpotMonitor.Alerting;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Polling;
using Microsoft.AspNetCore.Http;

namespace HubSpotMonitor.Tests;

/// <summary>Histories as HubSpot may tell them, well and badly, from its pages to the rows and the checkpoint.</summary>
public sealed class ActivityWatchTests(SharedAzurite azurite) : IAsyncLifetime
{
    private static readonly RequestDelegate Denied = FakeHubSpot.Reply(
        """{"category":"MISSING_SCOPES","context":{"missingScopes":["account-info.security.read"]}}""", 403);

    private static readonly ActivityWalk Past = new(Samples.Noon.AddDays(-365), Samples.Noon, IsWide: true) { After = "past", Pages = 1 };

    private ActivityUnderTest _watch = null!;

    private DateTimeOffset Now => _watch.Now;

    public async ValueTask InitializeAsync() => _watch = await ActivityUnderTest.StartAsync(azurite);

    public ValueTask DisposeAsync() => _watch.DisposeAsync();

    [Fact]
    public async Task What_the_three_histories_tell_is_stored_in_one_shape()
    {
        Plan("security", Page(ActivityUnderTest.Security("5", Now.AddMinutes(-10))));
        Plan("login", Page(ActivityUnderTest.Login(1, Now.AddMinutes(-20), succeeded: false)));
        Plan("audit-logs", Page(ActivityUnderTest.Audit("jAz/Ni+Qg=#", Now.AddMinutes(-30))));
        var news = await _watch.PollAsync();

        var stored = await _watch.StoredAsync();
        stored.ShouldBe(news);
        stored.Select(item => (item.Evidence, item.Type, item.User, item.UserId)).ShouldBe(
        [
            ("Audit:jAz/Ni+Qg=#", "CRITICAL_ACTION/PRIVATE_APP_ACCESS_TOKEN_VIEW/PERFORM", "a@example.com", 89274502),
            ("Login:1", ActivityEvent.LoginFailed, "a@example.com", null),
            ("Security:5", "SERVICE_KEY_REVEAL", "a@example.com", 876),
        ]);
        stored[2].ShouldSatisfyAllConditions(
            item => item.Country.ShouldBe("ie"), item => item.ObjectId.ShouldBe("7654"), item => item.At.ShouldBe(Now.AddMinutes(-10)));
    }

    [Fact]
    public async Task Each_history_is_asked_with_its_own_filters()
    {
        Plan("audit-logs", ActivityUnderTest.Nothing);
        await _watch.PollAsync();
        Query("security").ShouldBe(
            $"?fromTimestamp={Now.AddHours(-24).ToUnixTimeMilliseconds()}&toTimestamp={Now.ToUnixTimeMilliseconds()}&limit=200");
        Query("login").ShouldBe("?limit=200");
        Query("audit-logs").ShouldBe("?occurredAfter=2026-11-23T12:00:00.000Z&occurredBefore=2026-11-24T12:00:00.000Z&sort=occurredAt&limit=100");
        _watch.HubSpot.Requests.Select(request => request.Path).Distinct().ShouldBe(
        [
            "/account-info/2026-09/details",
            "/account-info/2026-09/activity/security",
            "/account-info/2026-09/activity/login",
            "/account-info/2026-09/activity/audit-logs",
        ]);
    }

    [Fact]
    public async Task What_is_told_again_is_not_news_and_what_is_told_late_is()
    {
        Plan("security", Page(ActivityUnderTest.Security("1", Now.AddMinutes(-10))));
        (await _watch.PollAsync()).Count.ShouldBe(1);
        (await PollAgainAsync()).ShouldBeEmpty();

        Plan("security", Page(ActivityUnderTest.Security("1", Now.AddMinutes(-15)), ActivityUnderTest.Security("2", Now.AddHours(-20))));
        (await PollAgainAsync()).Select(item => item.Id).ShouldContain("2");
    }

    [Fact]
    public async Task Events_out_of_order_come_in_order_and_those_from_the_future_or_before_HubSpot_stay_out()
    {
        Plan("security", Page(
            ActivityUnderTest.Security("3", Now.AddMinutes(-1)),
            ActivityUnderTest.Security("9", Now.AddHours(2)),
            ActivityUnderTest.Security("1", Now.AddMinutes(-9)),
            ActivityUnderTest.Security("8", new(1999, 1, 1, 0, 0, 0, TimeSpan.Zero)),
            ActivityUnderTest.Security("2", Now.AddMinutes(-9)),
            ActivityUnderTest.Security("1", Now.AddMinutes(-9))));
        (await _watch.PollAsync()).Select(item => item.Id).ShouldBe(["1", "2", "3"]);
        (await _watch.StoredAsync()).Select(item => item.Id).ShouldBe(["1", "2", "3"]);
        (await _watch.CheckpointAsync(ActivityFeed.Security)).Impossible.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Theory]
    [InlineData("""{"actingUser":{"userId":"5","userEmail":"b@example.com"}}""", "b@example.com")]
    [InlineData("""{"actingUser":["x"],"objectId":{"id":7},"ipAddress":12,"countryCode":"Ireland","location":null}""", null)]
    [InlineData("""{"userId":{"id":1},"createdAt":1795521600000,"actingUser":null}""", null)]
    [InlineData("""{"id":5432653,"type":"SOMETHING_NEW","actingUser":"c@example.com"}""", "c@example.com")]
    public async Task A_field_of_another_form_costs_at_most_the_field(string fields, string? user)
    {
        var row = ActivityUnderTest.Security("1", Now.AddMinutes(-1));
        foreach (var (name, value) in JsonNode.Parse(fields)!.AsObject()) row[name] = value?.DeepClone();
        Plan("security", Page(row, ActivityUnderTest.Security("2", Now)));
        var stored = await _watch.PollAsync();
        stored.Count.ShouldBe(2);
        stored.Single(item => item.Id != "2").User.ShouldBe(user);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":"1","type":"EXPORT","createdAt":"yesterday"}""")]
    [InlineData("""{"id":{},"type":"EXPORT","createdAt":"2026-11-24T11:00:00Z"}""")]
    [InlineData("""{"id":"1","type":"","createdAt":"2026-11-24T11:00:00Z"}""")]
    [InlineData("""{"id":"\ud800","type":"EXPORT","createdAt":"2026-11-24T11:00:00Z"}""")]
    public async Task An_entry_that_cannot_be_read_is_counted_and_its_neighbours_are_kept(string entry)
    {
        var neighbour = ActivityUnderTest.Security("2", Now.AddMinutes(-1)).ToJsonString();
        Plan("security", FakeHubSpot.Reply($$"""{"results":[{{entry}},{{neighbour}}]}"""));
        (await _watch.PollAsync()).ShouldHaveSingleItem().Id.ShouldBe("2");
        (await _watch.CheckpointAsync(ActivityFeed.Security)).Unreadable.ShouldBeGreaterThanOrEqualTo(1);
    }

    [Fact]
    public async Task Texts_are_flattened_and_cut_without_breaking_a_letter()
    {
        var row = ActivityUnderTest.Security("1", Now.AddMinutes(-1));
        row["location"] = "Dub\nlin\u2028" + string.Concat(Enumerable.Repeat("😀", 300));
        Plan("security", Page(row));
        await _watch.PollAsync();
        var location = (await _watch.StoredAsync()).ShouldHaveSingleItem().Location!;
        location.ShouldStartWith("Dub lin 😀");
        location.Length.ShouldBeLessThanOrEqualTo(200);
        char.IsHighSurrogate(location[^1]).ShouldBeFalse();
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_history_that_is_denied_says_what_to_grant_and_is_asked_again_after_six_hours(int status)
    {
        Plan("security", FakeHubSpot.Reply("""{"category":"MISSING_SCOPES","context":{"missingScopes":["account-info.security.read"]}}""", status));
        await _watch.PollAsync();
        var state = (await _watch.CheckpointAsync(ActivityFeed.Security)).State;
        (state.Source, state.Access, state.At).ShouldBe((AccessSource.SecurityActivity, SourceAccess.Denied, Now));
        state.Says.ShouldNotBeNull().ShouldContain("Grant the monitor's credential the scope account-info.security.read");

        for (var hour = 0; hour < 6; hour++) await PollAgainAsync(TimeSpan.FromMinutes(59));
        _watch.Calls("security").ShouldBe(1);
        Plan("security", ActivityUnderTest.Nothing);
        await PollAgainAsync(TimeSpan.FromMinutes(6));
        (await _watch.CheckpointAsync(ActivityFeed.Security)).Access.ShouldBe(SourceAccess.Read);
    }

    [Fact]
    public void Who_could_read_and_no_longer_may_asks_soon_for_a_day_and_then_every_six_hours()
    {
        var read = new ActivityCheckpoint
        {
            Portal = Samples.Acme.Id,
            Feed = ActivityFeed.Security,
            Access = SourceAccess.Read,
            LastReadAt = Now.AddMinutes(-5),
        };
        var first = read.AfterRefusal(SourceAccess.Denied, "grant it", Now);
        first.AskAgainAt.ShouldBeNull("the next run asks once more, and then it is told");
        var second = first.AfterRefusal(SourceAccess.Denied, "grant it", Now.AddMinutes(5));
        (second.At, second.AskAgainAt).ShouldBe((Now, Now.AddMinutes(19)));
        second.AfterRefusal(SourceAccess.Denied, "grant it", Now.AddHours(24)).AskAgainAt.ShouldBe(Now.AddHours(30));
    }

    [Fact]
    public async Task A_history_that_was_read_and_is_denied_now_is_told_and_one_that_never_was_is_not()
    {
        Plan("login", Denied);
        await JudgeAgainAsync();
        Plan("security", Denied);
        await JudgeAgainAsync();
        (await OpenAsync(BlindDetector.Rule)).ShouldBeEmpty("one refusal happens");
        await JudgeAgainAsync();
        var alert = (await OpenAsync(BlindDetector.Rule)).ShouldHaveSingleItem();
        (alert.Finding.Subject, alert.Severity).ShouldBe(("security-activity", Severity.Critical));
        alert.Finding.Summary.ShouldContain("the credential lacks the scope account-info.security.read");

        Plan("security", ActivityUnderTest.Nothing);
        await JudgeAgainAsync(TimeSpan.FromMinutes(15));
        (await OpenAsync(BlindDetector.Rule)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("security", """{"id":"1","kind":"EXPORT","createdAt":"2026-11-24T11:00:00Z"}""")]
    [InlineData("security", """{"id":"1","type":"EXPORT","createdAt":1795521600}""")] // in seconds, which is January 1970
    [InlineData("login", """{"id":"1","loginAt":"2026-11-24T11:00:00Z","success":true}""")]
    public async Task A_history_of_which_no_entry_can_be_read_counts_as_not_read(string list, string entry)
    {
        Plan(list, FakeHubSpot.Reply($$"""{"results":[{{entry}},{{entry}}]}"""));
        (await _watch.PollAsync()).ShouldBeEmpty();
        (await _watch.CheckpointAsync(list == "login" ? ActivityFeed.Login : ActivityFeed.Security)).ShouldSatisfyAllConditions(
            found => found.Access.ShouldBe(SourceAccess.Failed),
            found => found.Says!.ShouldStartWith("2 entries of HubSpot's first page cannot be read"),
            found => found.LastReadAt.ShouldBeNull());
    }

    [Fact]
    public async Task Odd_entries_on_a_later_page_keep_no_walk_from_its_end()
    {
        Plan("login", Page("a", Logins(201, 400)), FakeHubSpot.Reply("""{"results":[{"id":"1"}]}"""));
        (await _watch.PollAsync()).Count.ShouldBe(200);
        (await _watch.CheckpointAsync(ActivityFeed.Login)).ShouldSatisfyAllConditions(
            found => found.Access.ShouldBe(SourceAccess.Read), found => found.HasHistory.ShouldBeTrue(), found => found.Unreadable.ShouldBe(1));
    }

    [Fact]
    public async Task A_past_that_HubSpot_refuses_does_not_hide_what_happened_just_now()
    {
        var (oldest, refusal) = (Now.AddDays(-90).ToUnixTimeMilliseconds(), FakeHubSpot.Reply("{}", 400));
        var page = Page(ActivityUnderTest.Security("1", Now.AddMinutes(-10), "IP_RESTRICTIONS_DISABLED"));
        Plan("security", context =>
            (long.Parse(context.Request.Query["fromTimestamp"].ToString(), CultureInfo.InvariantCulture) < oldest ? refusal : page)(context));
        await _watch.PollAndJudgeAsync();
        (await _watch.CheckpointAsync(ActivityFeed.Security)).ShouldSatisfyAllConditions(
            found => found.Access.ShouldBe(SourceAccess.Read),
            found => found.HasHistory.ShouldBeFalse(),
            found => found.Says!.ShouldContain("(400)"));
        (await OpenAsync("guard-off")).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_past_without_end_is_left_at_what_was_read_of_it_and_the_newest_does_not_wait()
    {
        await _watch.Get<CheckpointTable>().WriteAsync(new ActivityCheckpoint
        {
            Portal = Samples.Acme.Id,
            Feed = ActivityFeed.Security,
            Far = new ActivityWalk(Now.AddDays(-365), Now, true) { After = "far", Pages = ActivityWatch.MostPagesOfWalk - 1 },
        }, ActivityUnderTest.Stop);
        Plan("security", ActivityUnderTest.Nothing, Page("further", "1"));
        await _watch.PollAsync();
        (await _watch.CheckpointAsync(ActivityFeed.Security)).ShouldSatisfyAllConditions(
            found => found.Access.ShouldBe(SourceAccess.Read),
            found => found.HasHistory.ShouldBeTrue(),
            found => found.Far.ShouldBeNull(),
            found => found.AskAgainAt.ShouldBeNull(),
            found => found.Says!.ShouldContain("the rest is left out"));
    }

    [Fact]
    public async Task A_history_that_fails_keeps_no_other_from_being_read()
    {
        Plan("security", FakeHubSpot.Reply("<html>", 200));
        Plan("login", Page(ActivityUnderTest.Login(1, Now.AddMinutes(-1))));
        (await _watch.PollAsync()).ShouldHaveSingleItem().Feed.ShouldBe(ActivityFeed.Login);
        (await _watch.CheckpointAsync(ActivityFeed.Security)).ShouldSatisfyAllConditions(
            found => found.Access.ShouldBe(SourceAccess.Failed),
            found => found.ReadTo.ShouldBeNull(),
            found => found.Says!.ShouldContain("is not the list it documents"));
    }

    [Fact]
    public async Task Nothing_of_another_account_is_stored()
    {
        _watch.HubSpot.Details = [FakeHubSpot.Reply("""{"portalId":999}""")];
        Plan("security", Page(ActivityUnderTest.Security("1", Now)));
        (await _watch.PollAsync()).ShouldBeEmpty();
        (await _watch.CheckpointAsync(ActivityFeed.Security)).Says.ShouldBe(
            "The token in the settings of portal 4711 belongs to portal 999. Nothing of it is stored: put the right token there.");
        (await _watch.AuditAsync()).Sources
            .Where(state => state.Source is AccessSource.Users or AccessSource.OwnToken)
            .ShouldAllBe(state => state.Access == SourceAccess.Failed);
        _watch.Calls("security").ShouldBe(0);
    }

    [Fact]
    public async Task An_empty_window_moves_the_checkpoint_on()
    {
        await _watch.PollAsync();
        await PollAgainAsync();
        (await _watch.CheckpointAsync(ActivityFeed.Security)).ReadTo.ShouldBe(Now);
    }

    [Fact]
    public async Task Cursors_that_lead_in_a_circle_are_followed_once_and_the_next_run_begins_again()
    {
        Plan("security", Page("a", "1"), Page("b", "2"), Page("a", "3"), ActivityUnderTest.Nothing);
        (await _watch.PollAsync()).Select(item => item.Id).ShouldBe(["1", "2", "3"], ignoreOrder: true);
        _watch.Calls("security").ShouldBe(3);
        (await _watch.CheckpointAsync(ActivityFeed.Security)).ShouldSatisfyAllConditions(
            found => found.Access.ShouldBe(SourceAccess.Failed),
            found => found.Says!.ShouldContain("in a circle"),
            found => found.ReadTo.ShouldBeNull(),
            found => found.Near.ShouldBeNull());
        await PollAgainAsync();
        (await _watch.CheckpointAsync(ActivityFeed.Security)).Access.ShouldBe(SourceAccess.Read);
    }

    [Fact]
    public async Task Pages_without_end_stop_the_run_and_it_says_so()
    {
        var page = 0;
        Plan("security", context => Page($"cursor-{++page}", $"{page}")(context));
        await _watch.PollAsync();
        _watch.Calls("security").ShouldBe(ActivityWatch.MostPages);
        (await _watch.CheckpointAsync(ActivityFeed.Security)).ShouldSatisfyAllConditions(
            found => found.Says!.ShouldContain("more pages than are read in one run"),
            found => found.Near!.After.ShouldBe("cursor-40"),
            found => found.ReadTo.ShouldBeNull());
        await PollAgainAsync();
        Queries("security").ElementAt(ActivityWatch.MostPages).ShouldEndWith("&after=cursor-40");
    }

    [Fact]
    public async Task A_slow_history_takes_the_time_of_one_run_and_waits_for_the_others_in_the_next()
    {
        var watch = _watch.Get<ActivityWatch>();
        var usual = watch.Limit;
        watch.Limit = TimeSpan.FromSeconds(8); // making the tables is in it
        Plan("security", FakeHubSpot.Hang);
        await _watch.PollAsync();
        (await _watch.Get<CheckpointTable>().ReadActivityAsync(Samples.Acme.Id, ActivityUnderTest.Stop))
            .ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(
                found => found.Feed.ShouldBe(ActivityFeed.Security),
                found => found.Access.ShouldBe(SourceAccess.Failed),
                found => found.Says!.ShouldContain("took more than"));

        watch.Limit = usual;
        Plan("security", ActivityUnderTest.Nothing);
        await PollAgainAsync();
        string[] histories = ["security", "login", "audit-logs"];
        var asked = _watch.HubSpot.Asked.Select(asked => asked.Last).Where(histories.Contains).ToList();
        asked.Distinct().ShouldBe(histories);
        asked[^1].ShouldBe("security");
        (await _watch.CheckpointAsync(ActivityFeed.Login)).Access.ShouldBe(SourceAccess.Read);
    }

    [Fact]
    public async Task A_walk_longer_than_any_history_is_given_up_for_six_hours()
    {
        await _watch.Get<CheckpointTable>().WriteAsync(new ActivityCheckpoint
        {
            Portal = Samples.Acme.Id,
            Feed = ActivityFeed.Security,
            Near = new ActivityWalk(Now.AddDays(-1), Now, true) { After = "far", Pages = ActivityWatch.MostPagesOfWalk - 1 },
            Far = Past,
        }, ActivityUnderTest.Stop);
        Plan("security", Page("further", "1"));
        await _watch.PollAsync();
        await PollAgainAsync();
        _watch.Calls("security").ShouldBe(1);
        (await _watch.CheckpointAsync(ActivityFeed.Security)).ShouldSatisfyAllConditions(
            found => found.Says!.ShouldContain("do not end"), found => found.Near.ShouldBeNull(), found => found.Far.ShouldBe(Past));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    public async Task A_cursor_that_HubSpot_has_forgotten_makes_the_walk_begin_again(int status)
    {
        Plan("security", Page("a", "1"), FakeHubSpot.Reply("{}", status), Page(null, "2"));
        await _watch.PollAsync();
        (await _watch.CheckpointAsync(ActivityFeed.Security)).Access.ShouldBe(SourceAccess.Failed);
        await PollAgainAsync();
        Queries("security").ElementAt(2).ShouldNotContain("after=");
        (await _watch.CheckpointAsync(ActivityFeed.Security)).ReadTo.ShouldBe(Now);
    }

    [Fact]
    public async Task A_cursor_of_the_newest_that_leads_nowhere_leaves_the_one_of_the_past()
    {
        await _watch.Get<CheckpointTable>().WriteAsync(
            new ActivityCheckpoint
            {
                Portal = Samples.Acme.Id,
                Feed = ActivityFeed.Security,
                Near = new ActivityWalk(Now.AddDays(-1), Now, true) { After = "near", Pages = 1 },
                Far = Past,
            }, ActivityUnderTest.Stop);
        Plan("security", FakeHubSpot.Reply("{}", 400));
        await _watch.PollAsync();
        (await _watch.CheckpointAsync(ActivityFeed.Security)).ShouldSatisfyAllConditions(
            found => found.Access.ShouldBe(SourceAccess.Failed), found => found.Near.ShouldBeNull(), found => found.Far.ShouldBe(Past));
    }

    [Fact]
    public async Task A_cursor_at_which_HubSpot_has_trouble_for_an_hour_makes_the_walk_begin_again()
    {
        Plan("security", Page("a", "1"), FakeHubSpot.Reply("{}", 500, ("Retry-After", "60")));
        await _watch.PollAsync();
        for (var poll = 0; poll < 12; poll++) await PollAgainAsync();
        Queries("security").Skip(1).ShouldAllBe(query => query.EndsWith("&after=a", StringComparison.Ordinal));
        var asked = _watch.Calls("security");
        Plan("security", ActivityUnderTest.Nothing);
        await PollAgainAsync();
        Queries("security").ElementAt(asked).ShouldNotContain("after=");
        (await _watch.CheckpointAsync(ActivityFeed.Security)).ReadTo.ShouldBe(Now);
    }

    [Fact]
    public async Task A_cursor_of_the_past_at_which_HubSpot_has_trouble_for_an_hour_makes_the_past_begin_again_and_the_newest_does_not_wait()
    {
        await _watch.Get<CheckpointTable>()
            .WriteAsync(new ActivityCheckpoint { Portal = Samples.Acme.Id, Feed = ActivityFeed.Security, Far = Past }, ActivityUnderTest.Stop);
        var trouble = FakeHubSpot.Reply("{}", 500, ("Retry-After", "60"));
        Plan("security", context => (context.Request.Query["after"] == "past" ? trouble : ActivityUnderTest.Nothing)(context));
        for (var poll = 0; poll < 13; poll++) await PollAgainAsync();
        Queries("security").Count(query => query.EndsWith("&after=past", StringComparison.Ordinal)).ShouldBe(13);
        (await _watch.CheckpointAsync(ActivityFeed.Security)).ShouldSatisfyAllConditions(
            found => found.Access.ShouldBe(SourceAccess.Read),
            found => found.ReadTo.ShouldBe(Now),
            found => found.Says!.ShouldContain("(500)"),
            found => found.Far.ShouldBeNull(),
            found => found.HasHistory.ShouldBeFalse());
        await PollAgainAsync();
        Queries("security").Last().ShouldNotContain("after=");
        (await _watch.CheckpointAsync(ActivityFeed.Security)).HasHistory.ShouldBeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cursor_that_was_not_asked_for_is_not_given_up(bool hasToken)
    {
        Plan("security", Page("a", "1"), FakeHubSpot.Reply("{}", 500, ("Retry-After", "60")));
        await _watch.PollAsync();
        // For an hour nothing opens the portal, or it is asked too often.
        Plan("security", FakeHubSpot.Reply("{}", 429, ("Retry-After", "60")));
        for (var poll = 0; poll < 12; poll++)
        {
            _watch.Now += TimeSpan.FromMinutes(5);
            await (hasToken ? _watch.PollAsync() : _watch.MissPollAsync());
        }
        Plan("security", FakeHubSpot.Reply("{}", 500, ("Retry-After", "60")));
        await PollAgainAsync();
        (await _watch.CheckpointAsync(ActivityFeed.Security))
            .ShouldSatisfyAllConditions(found => found.Near!.After.ShouldBe("a"), found => found.Near!.StuckSince.ShouldBe(Now));
    }

    [Fact]
    public async Task A_walk_that_was_cut_off_by_a_crash_repeats_harmlessly()
    {
        Plan("security", Page("a", "1"), Page(null, "2"));
        // Stored, and then the process was gone before the checkpoint was.
        await _watch.Get<ActivityTable>().AddAsync([Stored("1")], ActivityUnderTest.Stop);
        await using var next = _watch.Restarted(azurite);
        (await next.PollAsync()).Select(item => item.Id).ShouldBe(["2"]);
        (await next.StoredAsync()).Select(item => item.Id).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task Logins_are_read_until_a_page_holds_nothing_new()
    {
        Plan("login", Page("a", Logins(201, 400)), Page(null, Logins(1, 200)));
        (await _watch.PollAsync()).Count.ShouldBe(400);

        Plan("login", Page("a", Logins(301, 410)), Page("b", Logins(201, 300)), Page(null, Logins(1, 200)));
        (await PollAgainAsync(TimeSpan.FromMinutes(15))).Count.ShouldBe(10);
        _watch.Calls("login").ShouldBe(2 + 2);
    }

    [Theory]
    [InlineData(1, 14)]
    [InlineData(8, 24)]
    [InlineData(46, 29)]
    [InlineData(225, 29)]
    public void However_many_pages_they_fill_logins_are_read_every_half_an_hour(int pages, int minutes)
    {
        var read = new ActivityCheckpoint
        {
            Portal = Samples.Acme.Id,
            Feed = ActivityFeed.Login,
            Access = SourceAccess.Read,
            LastReadAt = Now,
            NearPages = pages,
        };
        ActivityRhythm.IsDue(read, Now.AddMinutes(minutes - 1)).ShouldBeFalse();
        ActivityRhythm.IsDue(read, Now.AddMinutes(minutes)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_first_walk_over_all_logins_does_not_put_off_the_next()
    {
        Plan("login", Page("a", Logins(201, 400)), Page(null, Logins(1, 200)));
        await _watch.PollAsync();
        (await _watch.CheckpointAsync(ActivityFeed.Login)).NearPages.ShouldBe(1);
        Plan("login", Page("a", Logins(301, 410)), Page("b", Logins(201, 300)), Page(null, Logins(1, 200)));
        await PollAgainAsync(TimeSpan.FromMinutes(15));
        (await _watch.CheckpointAsync(ActivityFeed.Login)).NearPages.ShouldBe(2);
    }

    [Fact]
    public async Task Logins_in_another_order_are_read_to_the_end()
    {
        Plan("login", Page("a", Logins(1, 200)), Page(null, Logins(201, 400)));
        await _watch.PollAsync();
        // Oldest first: the first page holds nothing new, and not the newest known either.
        Plan("login", Page("a", Logins(1, 200)), Page("b", Logins(201, 400)), Page(null, Logins(401, 405)));
        (await PollAgainAsync(TimeSpan.FromMinutes(15))).Count.ShouldBe(0);
        (await PollAgainAsync(TimeSpan.FromHours(24))).Count.ShouldBe(5);
    }

    [Fact]
    public async Task Once_a_day_all_logins_are_read_again()
    {
        Plan("login", Page("a", Logins(201, 400)), Page(null, Logins(2, 200)));
        await _watch.PollAsync();
        Plan("login", Page("a", Logins(201, 400)), Page("a", Logins(201, 400)), Page(null, Logins(1, 200)));
        (await PollAgainAsync(TimeSpan.FromHours(24))).ShouldHaveSingleItem().Id.ShouldBe("1");
    }

    [Fact]
    public async Task A_day_of_polls_costs_a_small_part_of_the_smallest_limit()
    {
        for (var poll = 0; poll < 24 * 12; poll++)
        {
            await PollAgainAsync();
            if (poll % 12 == 0) await _watch.AuditAsync();
        }
        _watch.HubSpot.Requests.Count.ShouldBeInRange(288 + 96, 602);
    }

    [Fact]
    public async Task Where_a_day_fills_many_pages_polls_read_a_quarter_of_an_hour_again()
    {
        await _watch.Get<CheckpointTable>().WriteAsync(
            new ActivityCheckpoint
            {
                Portal = Samples.Acme.Id,
                Feed = ActivityFeed.Security,
                Access = SourceAccess.Read,
                ReadTo = Now,
                HasHistory = true,
                WideAt = Now,
                WidePages = 20,
                LastReadAt = Now,
            }, ActivityUnderTest.Stop);
        for (var poll = 0; poll < 11; poll++) await PollAgainAsync();
        Queries("security").ShouldAllBe(query => To(query) - From(query) == TimeSpan.FromMinutes(20).TotalMilliseconds);
        await PollAgainAsync(); // an hour, three minutes for each of its pages
        (To(Query("security")) - From(Query("security"))).ShouldBe((long)TimeSpan.FromHours(24).TotalMilliseconds);
    }

    private Task<IReadOnlyList<ActivityEvent>> PollAgainAsync(TimeSpan? after = null)
    {
        _watch.Now += after ?? TimeSpan.FromMinutes(5);
        return _watch.PollAsync();
    }

    private Task JudgeAgainAsync(TimeSpan? after = null)
    {
        _watch.Now += after ?? TimeSpan.FromMinutes(5);
        return _watch.PollAndJudgeAsync();
    }

    private async Task<IReadOnlyList<Alert>> OpenAsync(string rule) =>
        [.. (await _watch.Get<AlertDesk>().ReadPresentAsync(Samples.Acme.Id, ActivityUnderTest.Stop))
            .Where(alert => alert.State == AlertState.Open && alert.Finding.Rule == rule)];

    private void Plan(string list, params RequestDelegate[] replies)
    {
        _watch.HubSpot.Forget(list);
        _watch.HubSpot.Others[list] = replies;
    }

    private IEnumerable<string> Queries(string list) => _watch.HubSpot.Asked.Where(asked => asked.Last == list).Select(asked => asked.Query);

    private string Query(string list) => Queries(list).Last(query =>
        !query.Contains(Samples.Noon.AddDays(-365).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        && !query.Contains("2026-08-26", StringComparison.Ordinal));

    private static long From(string query) => long.Parse(query.Split('&', '=')[1], CultureInfo.InvariantCulture);

    private static long To(string query) => long.Parse(query.Split('&', '=')[3], CultureInfo.InvariantCulture);

    private static RequestDelegate Page(params JsonNode?[] rows) => ActivityUnderTest.Page(null, rows);

    private static RequestDelegate Page(string? after, string id) =>
        ActivityUnderTest.Page(after, ActivityUnderTest.Security(id, Samples.Noon.AddMinutes(-1)));

    private static RequestDelegate Page(string? after, IEnumerable<JsonNode?> rows) => ActivityUnderTest.Page(after, rows);

    // Newest first, an hour apart.
    private static IEnumerable<JsonNode?> Logins(int first, int last) =>
        Enumerable.Range(first, last - first + 1).Reverse().Select(id => ActivityUnderTest.Login(id, Samples.Noon.AddHours(id - 420)));

    private static ActivityEvent Stored(string id) =>
        new() { Portal = Samples.Acme.Id, Feed = ActivityFeed.Security, Id = id, At = Samples.Noon.AddMinutes(-1), Type = "SERVICE_KEY_REVEAL" };
}
