using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using HubSpotMonitor.Alerting;
using HubSpotMonitor.Alerting.Acts;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Delivery;
using HubSpotMonitor.Tests.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>Signed links, page and API as a browser, a mail scanner and an attacker ask for them.</summary>
public sealed class ActOnAlertTests(SharedAzurite azurite) : IAsyncDisposable
{
    private readonly ReceivingHost _host = new(azurite);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_scanner_that_opens_every_link_fifty_times_changes_nothing_and_the_button_still_works()
    {
        var links = await LinksAsync();
        var before = await CurrentAsync();
        foreach (var link in links)
        {
            for (var i = 0; i < 50; i++)
            {
                using var look = await _host.Client.GetAsync(link, Stop);
                look.StatusCode.ShouldBe(HttpStatusCode.OK);
            }
        }
        JsonSerializer.Serialize(await CurrentAsync()).ShouldBe(JsonSerializer.Serialize(before));

        using var done = await PostAsync(links[0], ("by", "Ada <b>"), ("why", "looking"));
        done.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await CurrentAsync()).ShouldSatisfyAllConditions(
            alert => alert.Stage.ShouldBe(AlertStage.Acknowledged),
            alert => (alert.History[^1].By, alert.History[^1].Why).ShouldBe(("Ada <b> (by link)", "looking")));
        using var again = await PostAsync(links[0], ("by", "Eve"));
        again.StatusCode.ShouldBe(HttpStatusCode.Gone);
        using var page = await _host.Client.GetAsync(new Uri($"/pages/alerts/{before.Id}", UriKind.Relative), Stop);
        (await page.Content.ReadAsStringAsync(Stop)).ShouldContain("Acknowledged by Ada &lt;b&gt; (by link): looking");
    }

    [Fact]
    public async Task Without_a_valid_token_nothing_is_shown_and_nothing_happens()
    {
        var link = (await LinksAsync())[0].OriginalString;
        var headline = (await CurrentAsync()).Finding.Headline;
        string[] links =
        [
            link[..^1],
            link[..^4] + "AAAA",
            link[..link.IndexOf('?')],
            link.Replace("/alerts/", "/alerts/f", StringComparison.Ordinal),
        ];
        foreach (var wrong in links)
        {
            using var look = await _host.Client.GetAsync(new Uri(wrong, UriKind.Relative), Stop);
            look.StatusCode.ShouldBe(HttpStatusCode.NotFound, wrong);
            (await look.Content.ReadAsStringAsync(Stop)).ShouldNotContain(headline);
            using var act = await PostAsync(new Uri(wrong, UriKind.Relative), ("by", "Eve"));
            act.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }
        (await CurrentAsync()).Stage.ShouldBe(AlertStage.Open);
    }

    [Fact]
    public async Task Of_whoever_has_no_valid_link_nothing_is_read_and_of_whoever_has_one_only_what_is_short()
    {
        var link = (await LinksAsync())[0];

        (await SendLongAsync(new Uri(link.OriginalString[..^1], UriKind.Relative), 5 * 1024 * 1024)).ShouldBe(HttpStatusCode.NotFound);
        (await SendLongAsync(link, 17 * 1024)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await CurrentAsync()).Stage.ShouldBe(AlertStage.Open);
        (await SendLongAsync(link, 15 * 1024)).ShouldBe(HttpStatusCode.BadRequest);
    }

    // What a reader cannot use is hidden by the role on the page; whoever has the link may press its button.
    [Fact]
    public async Task Behind_a_link_no_role_hides_the_button()
    {
        var link = (await LinksAsync())[0];
        (await _host.Client.GetStringAsync(new Uri("/pages/silences", UriKind.Relative), Stop)).ShouldContain("data-role=\"responder\"");

        (await _host.Client.GetStringAsync(link, Stop)).ShouldSatisfyAllConditions(
            html => html.ShouldContain("<form method=\"post\""),
            html => html.ShouldNotContain("data-role"));
    }

    [Fact]
    public async Task Another_site_cannot_press_the_button()
    {
        var link = (await LinksAsync())[0];
        using var request = new HttpRequestMessage(HttpMethod.Post, link) { Content = new FormUrlEncodedContent([new("by", "Eve")]) };
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var answer = await _host.Client.SendAsync(request, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await CurrentAsync()).Stage.ShouldBe(AlertStage.Open);
    }

    [Fact]
    public async Task A_snooze_until_takes_the_accounts_own_time_and_a_missing_name_is_asked_for_again()
    {
        var link = (await LinksAsync())[3];
        using var nameless = await PostAsync(link, ("by", " "));
        nameless.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await nameless.Content.ReadAsStringAsync(Stop)).ShouldContain("a name is needed");
        var until = DateTime.SpecifyKind(TimeProvider.System.GetUtcNow().Date.AddDays(2).AddHours(8), DateTimeKind.Unspecified);
        using var done = await PostAsync(
            link,
            ("by", "Ada"),
            ("until", until.ToString("yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture)),
            ("zone", "Asia/Tokyo"));
        done.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await CurrentAsync()).SnoozedUntil.ShouldBe(new DateTimeOffset(until, TimeSpan.FromHours(9)));
    }

    [Fact]
    public async Task The_same_can_be_done_from_the_page_and_by_the_API()
    {
        await LinksAsync();
        var id = (await CurrentAsync()).Id;
        using var page = await PostAsync(new Uri($"/pages/alerts/{id}/act/snooze-8h", UriKind.Relative), ("by", "Ada"));
        (await CurrentAsync()).Stage.ShouldBe(AlertStage.Snoozed);
        using var unknown = await _host.Client.PostAsJsonAsync(
            new Uri($"/api/alerts/{id}/act", UriKind.Relative), new { act = "forget", by = "Ada" }, Stop);
        unknown.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var resolved = await _host.Client.PostAsJsonAsync(
            new Uri($"/api/alerts/{id}/act", UriKind.Relative), new { act = "resolve", by = "Ada", why = "done" }, Stop);
        var json = await resolved.Content.ReadFromJsonAsync<JsonElement>(Stop);
        json.GetProperty("stage").GetString().ShouldBe("Resolved");
        json.GetRawText().ShouldNotContain("token=");
        using var over = await _host.Client.PostAsJsonAsync(
            new Uri($"/api/alerts/{id}/act", UriKind.Relative), new { act = "ack", by = "Ada" }, Stop);
        over.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task The_page_says_what_becomes_of_it_that_something_was_called_expected()
    {
        await LinksAsync();
        var page = $"/pages/alerts/{(await CurrentAsync()).Id}/act/";
        (await ReadAsync("ack")).ShouldNotContain("is taken back");
        (await ReadAsync("resolve")).ShouldNotContain("stays expected");
        using var expected = await PostAsync(new Uri($"{page}expected", UriKind.Relative), ("by", "Ada"));

        (await ReadAsync("ack")).ShouldContain("is taken back");
        (await ReadAsync("snooze-1h")).ShouldContain("is taken back");
        (await ReadAsync("expected")).ShouldNotContain("is taken back");
        (await ReadAsync("resolve")).ShouldSatisfyAllConditions(
            html => html.ShouldContain("stays expected"), html => html.ShouldNotContain("is taken back"));

        // It gets worse, and the detection goes on to know what was said.
        await _host.Services.GetRequiredService<AlertDesk>().ApplyAsync(
            new(ReceivingHost.Acme, "Acme"),
            AccountClock.Utc,
            [],
            [Assessment.Firing(Samples.Finding(Severity.Critical))],
            TimeProvider.System.GetUtcNow(),
            Stop);
        (await ReadAsync("ack")).ShouldContain("is taken back");
        using var taken = await PostAsync(new Uri($"{page}ack", UriKind.Relative), ("by", "Ada"));
        (await ReadAsync("snooze-1h")).ShouldNotContain("is taken back");

        Task<string> ReadAsync(string act) => _host.Client.GetStringAsync(new Uri(page + act, UriKind.Relative), Stop);
    }

    [Fact]
    public async Task A_silence_that_could_match_nothing_is_refused_and_the_form_comes_back_filled()
    {
        var until = TimeProvider.System.GetUtcNow().AddHours(3);
        (await RefusalOfAsync(new { portal = 4713, author = "Ada", reason = "migration", until }))
            .ShouldContain("The account 4713 is not in the settings.");
        (await RefusalOfAsync(new { rule = "usage-spikes", author = "Ada", reason = "migration", until }))
            .ShouldContain("There is no rule 'usage-spikes'. docs/rules names them all");
        (await RefusalOfAsync(new { rule = "usage-spike", upTo = 9, author = "Ada", reason = "migration", until }))
            .ShouldContain("upTo must be one of");

        using var refused = await PostAsync(
            new Uri("/pages/silences", UriKind.Relative),
            ("portal", $"{ReceivingHost.Globex}"),
            ("rule", "usage-spikes"),
            ("upTo", "Medium"),
            ("author", "Ada"),
            ("reason", "a <b> reason"),
            ("until", "2027-01-02T03:04"));

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadAsStringAsync(Stop)).ShouldSatisfyAllConditions(
            html => html.ShouldContain("There is no rule"),
            html => html.ShouldContain("value=\"usage-spikes\""),
            html => html.ShouldContain("value=\"a &lt;b&gt; reason\""),
            html => html.ShouldContain("value=\"2027-01-02T03:04\""),
            html => html.ShouldContain($"value=\"{ReceivingHost.Globex}\" selected"),
            html => html.ShouldContain("value=\"Medium\" selected"));

        async Task<string> RefusalOfAsync(object wish)
        {
            using var answer = await _host.Client.PostAsJsonAsync(new Uri("/api/silences", UriKind.Relative), wish, Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("detail").GetString()!;
        }
    }

    [Fact]
    public async Task Who_ends_a_silence_stands_in_the_log()
    {
        using var log = new LogCapture();
        var until = TimeProvider.System.GetUtcNow().AddHours(3);
        using var made = await _host.Client.PostAsJsonAsync(
            new Uri("/api/silences", UriKind.Relative), new { portal = ReceivingHost.Acme, author = "Ada", reason = "migration", until }, Stop);
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("id").GetString()!;
        _host.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);

        using var ended = await PostAsync(new Uri("/pages/silences", UriKind.Relative), ("end", id));
        using var again = await _host.Client.DeleteAsync(new Uri($"/api/silences/{id}", UriKind.Relative), Stop);

        log.Lines.Where(line => line.Contains(" ended ", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldStartWith($"Somebody without a name ended the silence of Ada about account {ReceivingHost.Acme}, every rule, until ");
    }

    [Fact]
    public async Task Silences_are_made_shown_and_ended_by_form_and_API()
    {
        var until = TimeProvider.System.GetUtcNow().AddHours(3);
        using var made = await _host.Client.PostAsJsonAsync(
            new Uri("/api/silences", UriKind.Relative), new { portal = ReceivingHost.Acme, author = "Ada", reason = "migration <i>", until }, Stop);
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("id").GetString()!;
        using var wrong = await PostAsync(new Uri("/pages/silences", UriKind.Relative), ("rule", "usage-spike"), ("author", "Ada"));
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var planned = await PostAsync(
            new Uri("/pages/silences", UriKind.Relative),
            ("cron", "0 2 * * *"),
            ("duration", "01:30:00"),
            ("timeZone", "Europe/Berlin"),
            ("author", "Ada"),
            ("reason", "sync"),
            ("until", until.AddDays(9).ToString("yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture)));

        var html = await _host.Client.GetStringAsync(new Uri("/pages/silences", UriKind.Relative), Stop);
        html.ShouldContain("migration &lt;i&gt;");
        html.ShouldContain("<code>0 2 * * *</code> for 1 h 30 min");
        using var ended = await _host.Client.DeleteAsync(new Uri($"/api/silences/{id}", UriKind.Relative), Stop);
        ended.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await _host.Client.GetStringAsync(new Uri("/api/silences", UriKind.Relative), Stop)).ShouldBe("[]");
    }

    [Theory]
    [InlineData("2")] // of .NET two days
    [InlineData("24:00:00")] // of .NET twenty-four
    public async Task How_long_a_window_lasts_is_written_out_and_not_guessed(string duration)
    {
        using var answer = await PostAsync(
            new Uri("/pages/silences", UriKind.Relative),
            ("cron", "0 2 * * 0"),
            ("duration", duration),
            ("timeZone", "Europe/Berlin"),
            ("author", "Ada"),
            ("reason", "sync"),
            ("until", TimeProvider.System.GetUtcNow().AddDays(9).ToString("yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture)));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Stop)).ShouldContain("The duration must be longer than nothing");
    }

    private async Task<IReadOnlyList<Uri>> LinksAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var services = _host.Client is null ? null! : _host.Services;
        await services.GetRequiredService<AlertDesk>()
            .ApplyAsync(new(ReceivingHost.Acme, "Acme"), AccountClock.Utc, [], [Assessment.Firing(Samples.Finding())], now, Stop);
        var key = (await services.GetRequiredService<LinkKeyRing>().ReadAsync(now, Stop))[0];
        return
        [
            .. ActLinks.Of((await CurrentAsync()).Unpublished[0], key, new("http://x/"), now)
                .Select(link => new Uri(link.Link.PathAndQuery, UriKind.Relative)),
        ];
    }

    private async Task<Alert> CurrentAsync() =>
        (await _host.Services.GetRequiredService<AlertTable>().ReadCurrentAsync(ReceivingHost.Acme, Stop)).Single().Alert;

    private Task<HttpResponseMessage> PostAsync(Uri address, params (string Name, string Value)[] fields) =>
        _host.Client.PostAsync(address, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))), Stop);

    // Nothing is sent before the host has answered, however slow it is: a client that sends meanwhile may find the connection closed.
    private async Task<HttpStatusCode> SendLongAsync(Uri address, int length)
    {
        using var patient = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan })
        {
            BaseAddress = _host.Client.BaseAddress,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Content = new StringContent($"by=Ada&why={new string('x', length)}", Encoding.UTF8, "application/x-www-form-urlencoded");
        request.Headers.ExpectContinue = true;
        using var answer = await patient.SendAsync(request, Stop);
        return answer.StatusCode;
    }
}
