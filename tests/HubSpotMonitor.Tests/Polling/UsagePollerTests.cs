using System.Globalization;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Tests.Delivery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Tests.Polling;

/// <summary>Everything HubSpot can answer, well and badly, over a real connection.</summary>
public sealed class UsagePollerTests : IAsyncLifetime
{
    private const string Token = "pat-na1-00000000-0000-4000-8000-00000000feed";
    private const string Details = """{"portalId":4711,"timeZone":"US/Eastern","utcOffsetMilliseconds":-18000000}""";

    private static readonly (string, string)[] Headers = [("X-HubSpot-RateLimit-Daily", "1000"), ("X-HubSpot-RateLimit-Daily-Remaining", "400")];

    private readonly LogCapture _logs = new();
    private FakeHubSpot _hubSpot = null!;

    public async ValueTask InitializeAsync()
    {
        _hubSpot = await FakeHubSpot.StartAsync();
        _hubSpot.Details = [FakeHubSpot.Reply(Details)];
        _hubSpot.Usage = [FakeHubSpot.Reply(Usage(), 200, Headers)];
    }

    /// <summary>After whatever happened, nobody has written the token down.</summary>
    public async ValueTask DisposeAsync()
    {
        await _hubSpot.DisposeAsync();
        _hubSpot.Unplanned.ShouldBeEmpty();
        _logs.Lines.ShouldNotContain(line => line.Contains(Token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_good_answer_brings_the_reported_figure_the_live_one_and_the_clock()
    {
        var poll = await PollAsync();
        (poll.Outcome, poll.Says, poll.Clock!.Name).ShouldBe((PollOutcome.Good, null, "US/Eastern"));
        Values(poll).ShouldBe([(Metric.UsageReported, 590), (Metric.UsageLive, 600)]);
        poll.Readings.ShouldAllBe(reading => reading.Limit == 1000 && reading.Portal == 4711);
        poll.Readings[0].At.ShouldBe(Samples.Noon.AddMinutes(-3));
    }

    [Fact]
    public async Task The_row_is_chosen_by_its_name_and_not_by_its_place()
    {
        _hubSpot.Usage = [FakeHubSpot.Reply($$"""{"results":[null,{"name":"search-daily","currentUsage":7},{{Row()}}]}""")];
        Values(await PollAsync()).ShouldBe([(Metric.UsageReported, 590)]);
    }

    [Theory]
    [InlineData("""{"name":"search-daily","currentUsage":12.5,"collectedAt":1795521420000}""")]
    [InlineData("""{"name":["search"],"usageLimit":{"day":5},"resetsAt":"tomorrow"}""")]
    [InlineData("7")]
    public async Task A_row_of_another_shape_beside_ours_costs_nothing(string other)
    {
        _hubSpot.Usage = [FakeHubSpot.Reply($$"""{"results":[{{other}},{{Row()}}]}""")];
        Values(await PollAsync()).ShouldBe([(Metric.UsageReported, 590)]);
    }

    [Theory]
    [InlineData("590", "\"many\"")]
    [InlineData("590", "12.5")]
    [InlineData("\"2026-11-24T11:57:00Z\"", "{}")]
    public async Task A_broken_row_of_ours_is_no_figure(string value, string broken)
    {
        _hubSpot.Usage = [FakeHubSpot.Reply(Usage().Replace(value, broken, StringComparison.Ordinal))];
        (await PollAsync()).Outcome.ShouldBe(PollOutcome.NoFigure);
    }

    [Theory]
    [InlineData("""{"results":[{"name":"search-daily","currentUsage":7}]}""")]
    [InlineData("""{"results":[]}""")]
    [InlineData("""{"results":null}""")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{"results":[{"name":"private-apps""")]
    [InlineData("<!DOCTYPE html><title>Attention required</title>")]
    public async Task An_answer_that_is_not_what_is_documented_is_malformed(string body)
    {
        _hubSpot.Usage = [FakeHubSpot.Reply(body, 200, Headers)];
        var poll = await PollAsync();
        poll.Outcome.ShouldBe(PollOutcome.Malformed);
        poll.Readings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("FAILURE")]
    [InlineData("TIMEOUT")]
    [InlineData("NOTFOUND")]
    [InlineData("SOMETHING-NEW")]
    [InlineData("")]
    public async Task A_figure_that_HubSpot_could_not_fetch_is_no_evidence(string status)
    {
        _hubSpot.Usage = [FakeHubSpot.Reply(Usage(0, status), 200, Headers), FakeHubSpot.Reply(Usage(0, status))];
        Values(await PollAsync()).ShouldBe([(Metric.UsageLive, 600)]);
        var withoutHeaders = await PollAsync();
        (withoutHeaders.Outcome, withoutHeaders.Readings.Count).ShouldBe((PollOutcome.NoFigure, 0));
    }

    [Theory]
    [InlineData("-1", "400")]
    [InlineData("1000", "1001")]
    [InlineData("1000", "many")]
    [InlineData("1000", "")]
    [InlineData("99999999999999999999", "400")]
    public async Task Headers_without_sense_are_no_evidence(string daily, string remaining)
    {
        _hubSpot.Usage = [FakeHubSpot.Reply(Usage(), 200, ("X-HubSpot-RateLimit-Daily", daily), ("X-HubSpot-RateLimit-Daily-Remaining", remaining))];
        Values(await PollAsync()).ShouldBe([(Metric.UsageReported, 590)]);
    }

    [Fact]
    public async Task A_negative_figure_is_no_evidence()
    {
        _hubSpot.Usage = [FakeHubSpot.Reply(Usage(-5), 200, Headers)];
        Values(await PollAsync()).ShouldBe([(Metric.UsageLive, 600)]);
    }

    [Fact]
    public async Task A_figure_from_HubSpots_cache_is_marked_so()
    {
        _hubSpot.Usage = [FakeHubSpot.Reply(Usage(590, "CACHED"))];
        (await PollAsync()).Readings.ShouldHaveSingleItem().Quality.ShouldBe(ReadingQuality.Cached);
    }

    [Fact]
    public async Task Without_daily_headers_as_with_OAuth_the_reported_figure_is_enough()
    {
        _hubSpot.Usage = [FakeHubSpot.Reply(Usage())];
        var poll = await PollAsync();
        poll.Outcome.ShouldBe(PollOutcome.Good);
        Values(poll).ShouldBe([(Metric.UsageReported, 590)]);
    }

    [Fact]
    public async Task A_refused_token_is_dead_and_is_asked_once()
    {
        _hubSpot.Details = [FakeHubSpot.Reply($$"""{"message":"The token {{Token}} is expired"}""", 401)];
        (await PollAsync()).Outcome.ShouldBe(PollOutcome.DeadToken);
        (_hubSpot.DetailsCalls, _hubSpot.UsageCalls).ShouldBe((1, 0));
    }

    [Theory]
    [InlineData("""{"context":{"missingScopes":["usage.read"]}}""")]
    [InlineData("""{"errors":[null,{"context":{"requiredGranularScopes":["usage.read","usage.read"]}}]}""")]
    public async Task A_missing_scope_is_named(string body)
    {
        _hubSpot.Usage = [FakeHubSpot.Reply(body, 403)];
        var poll = await PollAsync();
        poll.Outcome.ShouldBe(PollOutcome.MissingScope);
        poll.Says!.ShouldEndWith("lacks the scope usage.read.");
    }

    [Fact]
    public async Task Without_the_details_the_usage_is_still_watched()
    {
        _hubSpot.Details = [FakeHubSpot.Reply("""{"context":{"missingScopes":["account-info.read"]}}""", 403)];
        var poll = await PollAsync();
        (poll.Outcome, poll.Readings.Count, poll.Clock).ShouldBe((PollOutcome.Partial, 2, null));
        poll.Says!.ShouldContain("account-info.read");
    }

    [Fact]
    public async Task A_used_up_day_is_told_by_its_headers_and_not_asked_again()
    {
        _hubSpot.Usage =
        [
            FakeHubSpot.Reply("""{"policyName":"DAILY"}""", 429, ("X-HubSpot-RateLimit-Daily", "1000"), ("X-HubSpot-RateLimit-Daily-Remaining", "0")),
        ];
        var poll = await PollAsync();
        poll.Outcome.ShouldBe(PollOutcome.LimitReached);
        Values(poll).ShouldBe([(Metric.UsageLive, 1000)]);
        _hubSpot.UsageCalls.ShouldBe(1);
    }

    [Fact]
    public async Task A_used_up_day_without_headers_brings_no_figure()
    {
        _hubSpot.Details = [FakeHubSpot.Reply("""{"policyName":"DAILY"}""", 429)];
        var poll = await PollAsync();
        (poll.Outcome, poll.Readings.Count).ShouldBe((PollOutcome.LimitReached, 0));
    }

    [Fact]
    public async Task On_a_used_up_day_the_account_is_seen_also_by_who_just_started()
    {
        _hubSpot.Details =
        [
            FakeHubSpot.Reply("""{"policyName":"DAILY"}""", 429, ("X-HubSpot-RateLimit-Daily", "1000"), ("X-HubSpot-RateLimit-Daily-Remaining", "0")),
        ];
        var poll = await PollAsync();
        poll.Outcome.ShouldBe(PollOutcome.LimitReached);
        Values(poll).ShouldBe([(Metric.UsageLive, 1000)]);
    }

    [Fact]
    public async Task The_time_zone_of_the_settings_holds_also_when_HubSpot_does_not_answer()
    {
        _hubSpot.Details = [FakeHubSpot.Reply("{}", 401)];
        (await PollAsync(timeZone: "Europe/Berlin")).Clock!.Name.ShouldBe("Europe/Berlin");
    }

    [Fact]
    public async Task A_wish_for_a_slower_pace_is_granted()
    {
        _hubSpot.Usage = [FakeHubSpot.Reply("""{"policyName":"TEN_SECONDLY_ROLLING"}""", 429), .. _hubSpot.Usage];
        (await PollAsync()).Outcome.ShouldBe(PollOutcome.Good);
        _hubSpot.UsageCalls.ShouldBe(2);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(423)]
    public async Task Trouble_that_passes_soon_is_not_seen(int status)
    {
        var busy = FakeHubSpot.Reply("<html>busy</html>", status);
        _hubSpot.Usage = [busy, busy, .. _hubSpot.Usage];
        (await PollAsync()).Outcome.ShouldBe(PollOutcome.Good);
        _hubSpot.UsageCalls.ShouldBe(3);
    }

    [Fact]
    public async Task Trouble_that_stays_is_given_up_after_three_calls()
    {
        _hubSpot.Details = [FakeHubSpot.Reply("<html>oops</html>", 500)];
        (await PollAsync()).Outcome.ShouldBe(PollOutcome.Unreachable);
        (_hubSpot.DetailsCalls, _hubSpot.UsageCalls).ShouldBe((3, 0));
    }

    [Fact]
    public async Task Too_many_calls_by_the_monitors_own_app_are_no_silence_of_HubSpot()
    {
        _hubSpot.Details =
        [
            FakeHubSpot.Reply(
                """{"status":"error","message":"You have reached your ten_secondly_rolling limit.","errorType":"RATE_LIMIT","policyName":"TEN_SECONDLY_ROLLING"}""",
                429, ("Retry-After", "3600")),
        ];
        (await PollAsync()).Outcome.ShouldBe(PollOutcome.TooFast);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pause_of_an_hour_is_not_waited_for(bool isDate)
    {
        var pause = isDate ? TimeProvider.System.GetUtcNow().AddHours(1).ToString("R", CultureInfo.InvariantCulture) : "3600";
        _hubSpot.Details = [FakeHubSpot.Reply("<html>busy</html>", 503, ("Retry-After", pause))];
        (await PollAsync().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).Outcome.ShouldBe(PollOutcome.Unreachable);
        _hubSpot.DetailsCalls.ShouldBe(1);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(404)]
    public async Task A_token_does_not_follow_to_another_address(int status)
    {
        _hubSpot.Usage = [FakeHubSpot.Reply("", status, ("Location", "/elsewhere"))];
        (await PollAsync()).Outcome.ShouldBe(PollOutcome.Malformed);
    }

    [Fact]
    public async Task A_flood_is_cut_off_and_not_kept()
    {
        _hubSpot.Usage = [FakeHubSpot.Flood]; // without end: only who hangs up gets away
        (await PollAsync()).Outcome.ShouldBe(PollOutcome.Malformed);
        _hubSpot.UsageCalls.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up()
    {
        _hubSpot.Details = [FakeHubSpot.Hang];
        (await PollAsync(timeout: "00:00:01")).Outcome.ShouldBe(PollOutcome.Unreachable);
    }

    [Fact]
    public async Task A_server_that_stops_in_the_middle_of_its_answer_is_given_up()
    {
        _hubSpot.Usage = [FakeHubSpot.StallAsync];
        (await PollAsync(timeout: "00:00:01").WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).Outcome
            .ShouldBe(PollOutcome.Unreachable);
    }

    [Fact]
    public async Task A_server_that_hangs_up_in_the_middle_of_its_answer_is_unreachable()
    {
        _hubSpot.Usage = [HangUpAsync];
        (await PollAsync()).Outcome.ShouldBe(PollOutcome.Unreachable);
    }

    [Fact]
    public async Task Nothing_is_read_with_the_token_of_another_portal()
    {
        _hubSpot.Details = [FakeHubSpot.Reply("""{"portalId":666,"timeZone":"UTC"}""", 200, Headers)];
        var poll = await PollAsync();
        (poll.Outcome, poll.Readings.Count, _hubSpot.UsageCalls).ShouldBe((PollOutcome.WrongPortal, 0, 0));
        poll.Says!.ShouldContain("666");
    }

    [Theory]
    [InlineData("-18000000", "UTC-05:00")]
    [InlineData("20700000", "UTC+05:45")]
    [InlineData("0", "UTC")]
    [InlineData("null", "UTC")]
    [InlineData("99999999999", "UTC")]
    [InlineData("9223372036854775807", "UTC")]
    [InlineData("-9223372036854775808", "UTC")]
    public async Task An_unknown_time_zone_gives_a_clock_of_its_present_offset(string milliseconds, string name)
    {
        _hubSpot.Details = [FakeHubSpot.Reply($$"""{"portalId":4711,"timeZone":"Moon/Tycho\r\n","utcOffsetMilliseconds":{{milliseconds}}}""")];
        var poll = await PollAsync();
        (poll.Outcome, poll.Readings.Count, poll.Clock!.Name).ShouldBe((PollOutcome.Partial, 2, name));
        poll.Says!.ShouldContain("'Moon/Tycho'");
    }

    [Fact]
    public async Task A_figure_from_the_future_shows_a_wrong_clock()
    {
        _hubSpot.Usage = [FakeHubSpot.Reply(Usage(), 200, Headers)];
        var poll = await PollAsync(Samples.Noon.AddDays(-2));
        (poll.Outcome, poll.Readings.Count).ShouldBe((PollOutcome.ClockWrong, 0));
    }

    [Fact]
    public async Task A_figure_of_no_sensible_time_is_no_evidence()
    {
        _hubSpot.Usage = [FakeHubSpot.Reply(Usage().Replace("2026-11-24T11:57:00Z", "0001-01-01T00:00:00Z", StringComparison.Ordinal), 200, Headers)];
        Values(await PollAsync()).Select(value => value.Item1).ShouldBe([Metric.UsageLive]);
    }

    private static async Task HangUpAsync(HttpContext context)
    {
        await context.Response.WriteAsync("{", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        context.Abort();
    }

    private static string Usage(long usage = 590, string status = "SUCCESS") => $$"""{"results":[{{Row(usage, status)}}]}""";

    private static string Row(long usage = 590, string status = "SUCCESS") =>
        $$"""{"name":"private-apps-api-calls-daily","usageLimit":1000,"currentUsage":{{usage}},"collectedAt":"2026-11-24T11:57:00Z","fetchStatus":"{{status}}","resetsAt":"2026-11-25T05:00:00Z"}""";

    private static IEnumerable<(string, double)> Values(UsagePoll poll) => poll.Readings.Select(reading => (reading.Metric, reading.Value));

    private async Task<UsagePoll> PollAsync(DateTimeOffset? now = null, string timeout = "00:00:10", string? timeZone = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("HubSpot:BaseUrl", _hubSpot.Address.ToString()), new("HubSpot:Timeout", timeout)])
            .Build();
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_logs))
            .AddHubSpotMonitor(configuration)
            .BuildServiceProvider();
        var options = new PortalOptions { Id = 4711, Name = "Acme", Token = Token, TimeZone = timeZone };
        var poll = await services.GetRequiredService<UsagePoller>()
            .PollAsync(options, options.Token, now ?? Samples.Noon, TestContext.Current.CancellationToken);
        (poll.Says ?? "").ShouldNotContain(Token);
        return poll;
    }
}
