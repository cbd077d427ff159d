using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.Pages;
using HubSpotMonitor.Functions.Pages.Incidents;
using HubSpotMonitor.Functions.SignIn;
using HubSpotMonitor.Signals;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Tests.Functions;

public sealed class OverviewPageTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddLogging()
        .AddHttpContextAccessor()
        .AddSingleton(new FrontDoor(SignInMode.Machine))
        .AddSingleton<Viewer>()
        .BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Shows_portals_alerts_deliveries_and_complaints()
    {
        var html = await RenderAsync(Sample.Overview);

        html.ShouldContain("412,380");
        html.ShouldContain("861,000 expected by 00:00");
        html.ShouldContain("20 of 23 rules pass");
        html.ShouldContain("23 of 29");
        html.ShouldContain("1 hour above what was expected");
        html.ShouldContain("API calls 8.9x normal");
        html.ShouldContain("href=\"/pages/alerts/a1b2c3\"");
        html.ShouldContain("Open Settings &gt; Integrations &gt; Private apps and sort by calls.");
        html.ShouldContain("The address is gone (410). (3 attempts)");
        html.ShouldContain("3 messages wait");
        html.ShouldContain("<title>(1) HubSpotMonitor</title>");
    }

    [Fact]
    public async Task Says_when_the_first_reading_is_to_be_expected()
    {
        var html = await RenderAsync(new OverviewModel { Now = Sample.Now, Portals = [Sample.Waiting] });

        html.ShouldContain("no whole hour yet");
        html.ShouldContain("Nothing to tell yet.");
    }

    [Fact]
    public async Task The_portal_that_needs_somebody_most_stands_first()
    {
        var calm = Sample.View() with { Id = 1, Name = "Calm", OpenAlerts = 0, Worst = null };
        var full = calm with { Id = 2, Name = "Full", UsedToday = 900_000 };
        var critical = calm with { Id = 3, Name = "Attacked", OpenAlerts = 1, Worst = Severity.Critical };
        var blind = calm with { Id = 4, Name = "Unseen", State = PortalState.Blind };
        var html = await RenderAsync(new OverviewModel { Now = Sample.Now, Portals = [calm, full, critical, blind] });

        string[] names = ["Unseen", "Attacked", "Full", "Calm"];
        names.Select(name => html.IndexOf($">{name}</a>", StringComparison.Ordinal)).ShouldBeInOrder();
    }

    [Fact]
    public async Task Says_so_when_the_store_is_down()
    {
        var html = await RenderAsync(new OverviewModel { Now = Sample.Now, Trouble = "The store does not answer." });

        // Where an open page looks for it, so that it keeps the old figures.
        html.ShouldContain("<main id=\"main\" data-trouble=\"The store does not answer.\">");
        html.ShouldNotContain("Nothing needs you now");
    }

    [Fact]
    public async Task Of_very_many_alerts_the_gravest_are_shown_and_the_rest_is_counted()
    {
        var alerts = Enumerable.Range(0, 200).Select(index => Sample.Spike(id: $"{index}", severity: index < 120 ? Severity.Low : Severity.Critical));
        var html = await RenderAsync(Sample.Overview with { Alerts = [.. alerts] });

        html.ShouldContain("<span class=\"count\">200</span>");
        Count(html, "<article class=\"card alert critical\"").ShouldBe(12);
        Count(html, "href=\"/pages/alerts/").ShouldBe(62);
        html.ShouldContain("And 138 more, none of them graver");
        html.ShouldContain("<code>/api/alerts?state=Open</code></a> has up to 200.");
        html.ShouldNotContain("card alert low");
    }

    [Fact]
    public async Task A_complaint_that_is_the_same_at_every_account_is_one_line()
    {
        var blind = Enumerable.Range(1, 200).Select(
            index => new HealthCheck($"portal {index}", HealthStatus.Degraded, "Blind since 24 Nov 2026 12:10 UTC: HubSpot gives no answer."));
        var html = await RenderAsync(
            Sample.Overview with { Complaints = [.. blind, new HealthCheck("channel teams", HealthStatus.Unhealthy, "It takes nothing.")] });

        html.ShouldContain("<strong>portal 1 and 199 more</strong>");
        Count(html, "HubSpot gives no answer").ShouldBe(1);
        html.IndexOf("It takes nothing.", StringComparison.Ordinal)
            .ShouldBeLessThan(html.IndexOf("HubSpot gives no answer", StringComparison.Ordinal));
        html.ShouldNotContain("has all of them");

        var different = Enumerable.Range(1, 20).Select(index => new HealthCheck($"portal {index}", HealthStatus.Degraded, $"Trouble {index}."));
        (await RenderAsync(Sample.Overview with { Complaints = [.. different] }))
            .ShouldContain("And 8 more: <a href=\"/pages/health\">Health</a> has all of them.");
    }

    [Fact]
    public async Task An_account_that_cannot_be_seen_is_red_though_the_monitor_works()
    {
        var blind = new HealthCheck(
            "portal Acme (4711)",
            HealthStatus.Degraded,
            "Blind since 24 Nov 2026 12:10 UTC: HubSpot refuses the token (401).")
        {
            IsBlind = true,
        };
        var waiting = new HealthCheck("channel teams", HealthStatus.Degraded, "A message is not sent yet.");
        var html = await RenderAsync(Sample.Overview with { Complaints = [waiting, blind] });

        html.ShouldContain("class=\"health unhealthy\"");
        html.ShouldMatch("<span class=\"mark bad\">.*Blind</span><span><strong>portal Acme");
        html.ShouldMatch("<span class=\"mark warn\">.*Degraded</span><span><strong>channel teams");
        html.IndexOf("portal Acme", StringComparison.Ordinal).ShouldBeLessThan(html.IndexOf("channel teams", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Credentials_and_people_of_all_accounts_stand_in_one_row_and_below_it_the_three_worst_failures()
    {
        var one = Sample.View() with
        {
            Posture = Score(
                new(12, 3, 2, 4, 5),
                new("key-too-old", Severity.High, 3),
                new("guard-off", Severity.Critical, 1),
                new("user-inactive", Severity.Low, 9)),
        };
        var other = Sample.View() with
        {
            Id = 2,
            Posture = Score(new(30, 1, null, null, 2), new("key-too-old", Severity.Medium, 1), new("credential-orphaned", Severity.High, 2)),
        };
        var html = await RenderAsync(new OverviewModel { Now = Sample.Now, Portals = [one, other] });

        html.ShouldMatch("Credentials</dt>\\s*<dd><strong>42</strong>");
        html.ShouldMatch("Due for rotation</dt>\\s*<dd><strong>4</strong>");
        html.ShouldMatch(
            "Without an owner</dt>\\s*<dd><strong>2</strong> <span class=\"quiet\">whose person left, or that nobody registered; known of 1 of 2 accounts");
        html.ShouldMatch("Super admins</dt>\\s*<dd><strong>7</strong>");
        string[] worst = ["outcome=Fail&amp;q=guard-off", "outcome=Fail&amp;q=key-too-old", "outcome=Fail&amp;q=credential-orphaned"];
        worst.Select(link => html.IndexOf(link, StringComparison.Ordinal)).ShouldBeInOrder();
        html.ShouldContain("4 findings at 2 accounts");
        html.ShouldContain("1 finding at 1 account<");
        html.ShouldNotContain("q=user-inactive");

        (await RenderAsync(Sample.Overview)).ShouldNotContain("Over-privileged");
    }

    [Fact]
    public async Task A_count_that_was_cut_is_a_least_and_one_that_is_not_known_is_no_zero()
    {
        var one = Sample.View() with
        {
            Posture = Score(new(250, 100, null, 3, 120), new("key-too-old", Severity.High, 100), new("guard-off", Severity.High, 99)),
        };
        var other = Sample.View() with { Id = 2, Posture = Score(new(30, 5, null, 0, 2), new RuleFailure("key-too-old", Severity.Medium, 5)) };
        var html = await RenderAsync(new OverviewModel { Now = Sample.Now, Portals = [one, other] });

        html.ShouldMatch("Credentials</dt>\\s*<dd><strong>280</strong>");
        html.ShouldMatch("Due for rotation</dt>\\s*<dd><strong>at least 105</strong> <span class=\"quiet\">of those whose age is known");
        html.ShouldMatch("Without an owner</dt>\\s*<dd><strong>[^<]+</strong> <span class=\"quiet\">not known: a source or the registry is missing");
        html.ShouldMatch("Over-privileged</dt>\\s*<dd><strong>3</strong> <span class=\"quiet\">of those whose scopes are known");
        html.ShouldMatch("Super admins</dt>\\s*<dd><strong>122</strong>");
        html.ShouldContain(">at least 105 findings at 2 accounts<");
        html.ShouldContain(">99 findings at 1 account<");
    }

    [Fact]
    public async Task A_posture_that_is_old_or_cannot_be_judged_says_so()
    {
        var old = Sample.View() with { Posture = new(Sample.Now.AddHours(-2), 20, 23, 29) };
        var lost = Sample.View() with { Id = 2, Posture = new(Sample.Now, 0, 0, 29) };

        (await RenderAsync(new OverviewModel { Now = Sample.Now, Portals = [Sample.View()] })).ShouldNotContain("warn-text");
        (await RenderAsync(new OverviewModel { Now = Sample.Now, Portals = [old] })).ShouldMatch("<span class=\"warn-text\">[^<]*last <time");
        (await RenderAsync(new OverviewModel { Now = Sample.Now, Portals = [lost] }))
            .ShouldContain("<a id=\"rules-2\" href=\"/pages/rules?portal=2\">cannot be judged now</a>");
    }

    [Fact]
    public async Task Encodes_what_comes_from_outside()
    {
        const string attack = "<script>alert(1)</script>";
        var alert = Sample.Spike() with
        {
            Portal = new Portal(1, attack),
            Finding = Sample.Spike().Finding with { Headline = attack, Summary = attack, Steps = [attack], Evidence = [attack] },
        };
        var view = Sample.View(PortalState.Blind) with { Name = attack, StateReason = attack, TimeZone = attack, Model = attack };
        var model = new OverviewModel
        {
            Now = Sample.Now,
            Portals = [view],
            Alerts = [alert],
            Complaints = [new HealthCheck(attack, HealthStatus.Degraded, attack)],
        };

        (await RenderAsync(model)).ShouldNotContain("<script>");
        (await RenderAlertAsync(alert)).ShouldNotContain("<script>");
    }

    [Fact]
    public async Task Has_no_style_attribute_and_no_inline_script()
    {
        var html = await RenderAsync(Sample.Overview) + await RenderAlertAsync(Sample.Spike());

        html.ShouldNotContain("style=");
        html.ShouldNotContain("<style");
        html.ShouldNotMatch("""<script(?![^>]*\ssrc=)""");
        html.ShouldNotMatch("""\son[a-z]+=""");
    }

    [Fact]
    public async Task Is_the_same_text_as_long_as_nothing_new_was_read()
    {
        var now = await RenderAsync(Sample.Overview);
        var later = await RenderAsync(Sample.Overview with { Now = Sample.Now.AddSeconds(40) });

        later.ShouldBe(now);
    }

    [Fact]
    public async Task The_page_of_an_alert_tells_facts_steps_and_evidence()
    {
        var html = await RenderAlertAsync(Sample.Spike(AlertState.Resolved));

        html.ShouldContain("24 Nov 2026 14:10 (UTC&#x2B;1) = 24 Nov 2026 13:10 UTC");
        html.ShouldContain("2,140 calls in 5 min");
        html.ShouldContain("usage-spike");
        html.ShouldContain("calls/2026-11-24T13:15:00Z");
        html.ShouldContain("after 26 min");
        html.ShouldContain("href=\"/api/alerts/a1b2c3\"");
        html.ShouldContain("by email: Opened");
        html.ShouldContain("href=\"/pages/alerts/other\"");
        html.ShouldContain("Runbook:");
    }

    private static PostureScore Score(AccessFigures access, params IReadOnlyList<RuleFailure> failures) =>
        new(Sample.Now, 20, 23, 29) { Access = access, Failures = failures };

    private static int Count(string html, string part) => html.Split(part).Length - 1;

    private Task<string> RenderAsync(OverviewModel model) => Renderer().RenderAsync<Overview>(new() { [nameof(Overview.Model)] = model });

    private Task<string> RenderAlertAsync(Alert alert) =>
        Renderer().RenderAsync<IncidentPage>(new() { [nameof(IncidentPage.Model)] = IncidentOf(alert) });

    private static IncidentModel IncidentOf(Alert alert)
    {
        var other = Sample.Spike(id: "other") with { Finding = alert.Finding with { Rule = "key-revealed", Since = Sample.Now.AddHours(-1) } };
        IReadOnlyList<AlertDelivery> told = [Sample.Delivery("email", DeliveryState.Sent)];
        return new()
        {
            Alert = alert,
            Portal = Sample.View(),
            Told = told,
            Story = IncidentStory.Of(alert, new([], [other], []), told, IncidentStory.WindowOf(alert, Sample.Now)),
        };
    }

    private PageRenderer Renderer() => new(_services, _services.GetRequiredService<ILoggerFactory>());
}
