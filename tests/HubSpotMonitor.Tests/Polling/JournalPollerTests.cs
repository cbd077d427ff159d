using System.Text;
using System.Text.Json.Nodes;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Tests.Delivery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Tests.Polling;

/// <summary>Everything the journal can answer, over a real connection.</summary>
public sealed class JournalPollerTests : IAsyncLifetime
{
    private const string Secret = "secret-00000000-0000-4000-8000-00000000feed";
    private const string Token = "token-00000000-0000-4000-8000-00000000beef";
    private const string Signature = "X-Amz-Signature-0badcafe";

    private static readonly (string, string)[] NoHeaders = [];

    private readonly LogCapture _logs = new();
    private FakeHubSpot _hubSpot = null!;
    private FakeHubSpot _storage = null!;
    private ServiceProvider _services = null!;

    public async ValueTask InitializeAsync()
    {
        _hubSpot = await FakeHubSpot.StartAsync();
        _storage = await FakeHubSpot.StartAsync();
        _hubSpot.Others["token"] = [FakeHubSpot.Reply($$"""{"access_token":"{{Token}}","expires_in":1800,"token_type":"bearer"}""")];
        _hubSpot.Others["latest"] = _hubSpot.Others["earliest"] = _hubSpot.Others["next"] = [Reply("page")];
        _storage.Others["page"] =
        [
            FakeHubSpot.Reply(
                """{"offset":"o-1","journalEvents":[{"type":"object","action":"CREATE","objectTypeId":"0-1","objectId":7,"portalId":4711,"occurredAt":1790000000000}]}"""),
        ];
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("HubSpot:BaseUrl", _hubSpot.Address.ToString()), new("HubSpot:Timeout", "00:00:05")])
            .Build();
        _services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_logs))
            .AddHubSpotMonitor(configuration)
            .BuildServiceProvider();
    }

    /// <summary>After whatever happened, nobody has written a secret down.</summary>
    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _hubSpot.DisposeAsync();
        await _storage.DisposeAsync();
        foreach (var secret in new[] { Secret, Token, Signature })
            _logs.Lines.ShouldNotContain(line => line.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_first_page_is_the_latest_and_the_next_one_follows_its_offset()
    {
        var poll = await PollAsync(null);
        (poll.Outcome, poll.Page!.Offset).ShouldBe((PollOutcome.Good, "current-1"));
        Types(poll).ShouldBe(["contact.creation"]);
        await PollAsync("a/b?c");
        Paths(_hubSpot).ShouldBe(
            ["/oauth/2026-09/token", "/webhooks-journal/journal/2026-09/latest", "/webhooks-journal/journal/2026-09/offset/a%2Fb?c/next"]);
    }

    [Fact]
    public async Task The_token_goes_to_HubSpot_only_and_never_to_the_presigned_address()
    {
        await PollAsync(null);
        _hubSpot.Requests.Single(request => request.Method == "GET").Authorization.ShouldBe($"Bearer {Token}");
        _hubSpot.Requests.Single(request => request.Method == "POST").Authorization.ShouldBeEmpty();
        _storage.Requests.ShouldHaveSingleItem().Authorization.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_is_kept_until_shortly_before_it_expires()
    {
        await PollAsync(null);
        await PollAsync("o", Samples.Noon.AddMinutes(27));
        Tokens.ShouldBe(1);
        await PollAsync("o", Samples.Noon.AddMinutes(28));
        Tokens.ShouldBe(2);
    }

    [Fact]
    public async Task A_token_that_ran_out_early_is_renewed_and_one_that_is_refused_fresh_is_dead()
    {
        await PollAsync(null);
        _hubSpot.Others["next"] = [FakeHubSpot.Reply("{}", 401), Reply("page"), FakeHubSpot.Reply("{}", 401)];
        (await PollAsync("o")).Outcome.ShouldBe(PollOutcome.Good);
        Tokens.ShouldBe(2);
        (await PollAsync("o")).Outcome.ShouldBe(PollOutcome.DeadToken);
        Tokens.ShouldBe(3);
    }

    [Theory]
    [InlineData(204, "")]
    [InlineData(200, "{}")]
    public async Task Nothing_new_is_good(int status, string body)
    {
        _hubSpot.Others["next"] = [status == 204 ? NoContent : FakeHubSpot.Reply(body)];
        (await PollAsync("o")).ShouldBe(new JournalPoll(PollOutcome.Good, null, null));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(410)]
    public async Task An_offset_that_HubSpot_forgot_leads_to_the_earliest_page(int status)
    {
        _hubSpot.Others["next"] = [FakeHubSpot.Reply("{}", status)];
        var poll = await PollAsync("o");
        (poll.Outcome, poll.IsGap, poll.Page!.Offset).ShouldBe((PollOutcome.Good, true, "current-1"));
    }

    [Fact]
    public async Task A_refusal_of_the_token_is_no_forgotten_offset()
    {
        _hubSpot.Others["token"] = [FakeHubSpot.Reply("{}", 404)];
        (await PollAsync("o")).ShouldSatisfyAllConditions(poll => poll.Outcome.ShouldBe(PollOutcome.Malformed), poll => poll.IsGap.ShouldBeFalse());
        Tokens.ShouldBe(1);
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_client","status":"BAD_CLIENT_SECRET"}""", PollOutcome.DeadToken)]
    [InlineData(401, "", PollOutcome.DeadToken)]
    [InlineData(400, """{"error":"invalid_scope"}""", PollOutcome.MissingScope)]
    [InlineData(400, """{"error":"unsupported_grant_type"}""", PollOutcome.MissingScope)]
    [InlineData(400, "<html>", PollOutcome.Malformed)]
    [InlineData(403, """{"error":"access_denied"}""", PollOutcome.Malformed)]
    [InlineData(404, "{}", PollOutcome.Malformed)]
    [InlineData(200, "{}", PollOutcome.Malformed)]
    [InlineData(200, """{"access_token":"a\r\nb"}""", PollOutcome.Malformed)]
    public async Task Trouble_with_the_token_is_told_apart(int status, string body, PollOutcome outcome)
    {
        _hubSpot.Others["token"] = [FakeHubSpot.Reply(body, status)];
        var poll = await PollAsync(null);
        (poll.Outcome, poll.Page).ShouldBe((outcome, null));
        poll.Says.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData(
        403,
        """{"category":"MISSING_SCOPES","errors":[{"context":{"requiredGranularScopes":["developer.webhooks_journal.read"]}}]}""",
        PollOutcome.MissingScope)]
    [InlineData(429, """{"policyName":"DAILY"}""", PollOutcome.LimitReached)]
    [InlineData(429, "{}", PollOutcome.TooFast)]
    [InlineData(500, "", PollOutcome.Unreachable)]
    [InlineData(200, "[]", PollOutcome.Malformed)]
    [InlineData(200, """{"currentOffset":"o-1"}""", PollOutcome.Malformed)]
    [InlineData(200, """{"url":"ftp://example.com/page"}""", PollOutcome.Malformed)]
    [InlineData(200, """{"url":"http://example.com/page"}""", PollOutcome.Malformed)]
    [InlineData(200, """{"url":"file:///etc/passwd"}""", PollOutcome.Malformed)]
    [InlineData(200, """{"url":"/page"}""", PollOutcome.Malformed)]
    [InlineData(200, """{"url":"https://10.0.0.1/page"}""", PollOutcome.Malformed)]
    [InlineData(200, """{"url":"https://169.254.169.254/metadata"}""", PollOutcome.Malformed)]
    [InlineData(200, """{"url":"https://2852039166/metadata"}""", PollOutcome.Malformed)]
    [InlineData(200, """{"url":"https://[fd00::1]/page"}""", PollOutcome.Malformed)]
    public async Task Trouble_with_the_journal_is_told_apart(int status, string body, PollOutcome outcome)
    {
        _hubSpot.Others["latest"] = [FakeHubSpot.Reply(body, status, ("Retry-After", "60"))];
        var poll = await PollAsync(null);
        (poll.Outcome, poll.Page).ShouldBe((outcome, null));
        _storage.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_is_not_fetched_from_where_it_sends_us_and_no_secret_is_told()
    {
        _storage.Others["page"] = [FakeHubSpot.Reply("", 302, ("Location", new Uri(_hubSpot.Address, "elsewhere").ToString()))];
        var poll = await PollAsync(null);
        poll.Outcome.ShouldBe(PollOutcome.Unreachable);
        poll.Says!.ShouldNotContain(Signature);
        Paths(_hubSpot).ShouldNotContain("/elsewhere");
    }

    [Fact]
    public async Task A_page_without_end_or_without_sense_is_malformed_and_one_that_stalls_is_given_up()
    {
        _storage.Others["page"] = [FakeHubSpot.Flood, FakeHubSpot.Reply("{}"), FakeHubSpot.Reply("<html>"), FakeHubSpot.StallAsync];
        (await PollAsync(null)).Outcome.ShouldBe(PollOutcome.Malformed);
        (await PollAsync(null)).Outcome.ShouldBe(PollOutcome.Malformed);
        (await PollAsync(null)).Outcome.ShouldBe(PollOutcome.Malformed);
        (await PollAsync(null)).Outcome.ShouldBe(PollOutcome.Unreachable);
    }

    private static RequestDelegate NoContent => context =>
    {
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    };

    private int Tokens => _hubSpot.Requests.Count(request => request.Method == "POST");

    private RequestDelegate Reply(string page) => context =>
        FakeHubSpot.Reply(
            $$"""{"currentOffset":"current-1","expiresAt":"2026-11-24T12:05:00Z","url":"{{new Uri(_storage.Address, page)}}?{{Signature}}"}""",
            200,
            NoHeaders)(context);

    private static IEnumerable<string> Paths(FakeHubSpot server) => server.Requests.Select(request => request.Path);

    private static IEnumerable<string> Types(JournalPoll poll) =>
        JsonNode.Parse(Encoding.UTF8.GetString(poll.Page!.Events.Span))!.AsArray().Select(item => (string)item!["subscriptionType"]!);

    private async Task<JournalPoll> PollAsync(string? offset, DateTimeOffset? now = null)
    {
        var poll = await _services.GetRequiredService<JournalPoller>()
            .NextAsync("client", Secret, offset, now ?? Samples.Noon, TestContext.Current.CancellationToken);
        foreach (var secret in new[] { Secret, Token, Signature }) (poll.Says ?? "").ShouldNotContain(secret);
        return poll;
    }
}
