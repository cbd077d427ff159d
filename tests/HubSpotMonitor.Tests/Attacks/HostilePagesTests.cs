using System.Net;
using System.Text.RegularExpressions;
using HubSpotMonitor.Alerting;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Webhooks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Attacks;

/// <summary>
/// Every page that links lead to, and every answer of the API, of a monitor whose accounts, apps, people and events all bear hostile names.
/// </summary>
public sealed partial class HostilePagesTests(SharedAzurite azurite) : IAsyncLifetime
{
    private const string Hostile = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

    private static readonly (string Setting, string Value)[] Secrets =
    [
        ("Portals:0:Token", "pat-na1-5ec0de00-0000-4000-8000-00000000beef"),
        ("Connect:ClientSecret", "c11e5ec0-0000-4000-8000-00000000beef"),
        ("Webhooks:Secrets:1", "a1de5ec0-0000-4000-8000-00000000beef"),
        ("Delivery:Email:ApiKey", "SG.5ec0debeef"),
        ("Delivery:Teams:WorkflowUrl", "https://teams.example/workflows/5ec0debeef?sig=5ec0debeef"),
        ("Delivery:Slack:WebhookUrl", "https://hooks.slack.example/services/T0/5ec0debeef"),
        ("Delivery:Webhook:Secrets:0", "whsec_NWVjMGRlYmVlZjVlYzBkZWJlZWY1ZWMwZGViZWVm"),
        ("Delivery:Smtp:Password", "5ec0debeef-smtp"),
    ];

    private readonly ReceivingHost _host = new(azurite);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host.With("Portals:0:Name", Hostile)
            .With("Connect:ClientId", "c0000000-0000-4000-8000-000000000001")
            .With("Connect:RedirectUrl", "http://127.0.0.1:7071/connect/callback");
        _host.With("Delivery:Email:From", "m@example.com")
            .With("Delivery:Email:To:0", "a@example.com")
            .With("Delivery:Webhook:Url", "https://siem.example/x");
        _host.With("Delivery:Smtp:Host", "mail.example")
            .With("Delivery:Smtp:User", "m")
            .With("Delivery:Smtp:From", "m@example.com")
            .With("Delivery:Smtp:To:0", "a@example.com");
        foreach (var (setting, value) in Secrets) _host.With(setting, value);
        var now = TimeProvider.System.GetUtcNow();
        await _host.AcceptAsync(Payload.Array(
            Payload.Event(1, now.AddMinutes(-1), Hostile, app: Hostile).With("propertyName", Hostile).With("propertyValue", Hostile),
            Payload.Event(2, now.AddMinutes(-1)).With("changeSource", Hostile),
            Payload.Event(3, now).Without("portalId").With("objectId", Hostile)));
        var services = _host.Services;
        await services.GetRequiredService<ReadingTable>()
            .WriteAsync([.. Enumerable.Range(1, 36).Select(index => Samples.Count(now.AddMinutes(-5 * index), 100))], Stop);
        await services.GetRequiredService<CheckpointTable>().TryWriteAsync(new UsageCheckpoint
        {
            Portal = ReceivingHost.Acme,
            Outcome = PollOutcome.Partial,
            Says = Hostile,
            LastPollAt = now,
            LastGoodPollAt = now,
            TimeZone = "Europe/Berlin",
        }, StoredCheckpoint.None, Stop);
        await services.GetRequiredService<AccessTable>().WriteAsync(Report(now), Stop);
        await services.GetRequiredService<AlertDesk>()
            .ApplyAsync(new(ReceivingHost.Acme, Hostile), AccountClock.Utc, [], [Assessment.Firing(Finding(now))], now, Stop);
        await services.GetRequiredService<SilenceTable>().WriteAsync(
            new Silence { Id = new string('a', 24), Author = Hostile, Reason = Hostile, Rule = Hostile, From = now, Until = now.AddHours(3) }, Stop);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task No_page_shows_what_others_wrote_as_markup()
    {
        var pages = await PagesAsync();

        pages.Count.ShouldBeGreaterThan(12);
        foreach (var (address, html) in pages)
        {
            html.ShouldNotContain("<img src=x", Case.Insensitive, address);
            html.ShouldNotContain("<script>", Case.Insensitive, address);
            html.ShouldNotContain("\"'>", Case.Insensitive, $"the end of an attribute in {address}");
        }
        // It was there to be shown, encoded.
        pages.Count(page => page.Html.Contains("&lt;img src=x", StringComparison.Ordinal)).ShouldBeGreaterThan(6);
        pages.ShouldContain(page => page.Html.Contains(@"\u003Cimg src=x", StringComparison.Ordinal), "the data of the chart");
    }

    [Fact]
    public async Task No_page_and_no_API_shows_a_secret_of_the_settings()
    {
        var answers = (await PagesAsync()).Concat(await AnswersAsync()).ToList();

        answers.Count.ShouldBeGreaterThan(25);
        foreach (var (address, text) in answers)
        {
            foreach (var (setting, secret) in Secrets.Append(("Webhooks:Secrets:0", Signed.Secret)))
                text.ShouldNotContain(secret, Case.Insensitive, $"{setting} in {address}");
            text.ShouldNotContain("5ec0debeef", Case.Insensitive, address);
            text.ShouldNotContain("AccountKey", Case.Insensitive, address);
        }
    }

    // From the first page on, wherever a link of ours leads.
    private async Task<IReadOnlyList<(string Address, string Html)>> PagesAsync()
    {
        Dictionary<string, string> seen = [];
        Queue<string> next = new(["/"]);
        while (next.TryDequeue(out var address))
        {
            if (seen.ContainsKey(address)) continue;
            var text = await GetAsync(address);
            seen[address] = text;
            foreach (Match link in Link().Matches(text)) next.Enqueue(WebUtility.HtmlDecode(link.Groups[1].Value));
        }
        return [.. seen.Select(page => (page.Key, page.Value))];
    }

    private async Task<IReadOnlyList<(string, string)>> AnswersAsync()
    {
        List<(string, string)> answers = [];
        foreach (var path in _host.Services.GetRequiredService<IEnumerable<EndpointDataSource>>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.Parameters.Count == 0
                && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") == true)
            .Select(endpoint => endpoint.RoutePattern.RawText!)
            .Where(path => path.StartsWith("/api", StringComparison.Ordinal)))
        {
            answers.Add((path, await GetAsync($"{path}?portal={ReceivingHost.Acme}&metric=calls")));
        }
        return answers;
    }

    private async Task<string> GetAsync(string address)
    {
        using var answer = await _host.Client.GetAsync(new Uri(address, UriKind.Relative), Stop);
        ((int)answer.StatusCode).ShouldBeLessThan(500, address);
        return await answer.Content.ReadAsStringAsync(Stop);
    }

    private static Finding Finding(DateTimeOffset now) => Samples.Finding() with
    {
        Subject = Hostile,
        Headline = Hostile,
        Summary = Hostile,
        Expected = Hostile,
        Seen = Hostile,
        LikelyCause = Hostile,
        Since = now.AddMinutes(-20),
        Steps = [Hostile],
        Evidence = [Hostile],
    };

    private static PostureReport Report(DateTimeOffset now) => new()
    {
        Portal = ReceivingHost.Acme,
        At = now,
        Users = 12,
        SuperAdmins = 3,
        Credentials =
        [
            new()
            {
                Id = "ServiceKey:7654",
                Kind = CredentialKind.ServiceKey,
                Name = Hostile,
                Owner = Hostile,
                Purpose = Hostile,
                Status = CredentialStatus.Active,
                Scopes = [Hostile],
                NeededScopes = [Hostile + "2"],
                History = [new(now.AddDays(-1), Hostile, Hostile, Hostile, Hostile)],
            },
        ],
        Results =
        [
            new("key-too-old", RuleOutcome.Fail, Hostile, [Finding(now) with { Rule = "key-too-old" }]),
            new("guard-off", RuleOutcome.NotEvaluable, Hostile, []),
        ],
        Sources = [new(AccessSource.Users, SourceAccess.Denied, Hostile, now)],
        Gaps = [new(AccessSource.Users, Hostile, ["too-many-admins"])],
    };

    [GeneratedRegex("href=\"(/(?:pages/[^\"#]*)?)(?:#[^\"]*)?\"")]
    private static partial Regex Link();
}
