using System.Net;
using System.Text.Json;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>What page and API show of credentials and rules.</summary>
public sealed class AccessPageTests(SharedAzurite azurite) : IAsyncLifetime
{
    private const string Hostile = "<script>alert(1)</script>";

    private readonly ReceivingHost _host = new(azurite);

    public async ValueTask InitializeAsync() => await _host.Services.GetRequiredService<AccessTable>().WriteAsync(Report(), Stop);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_key_without_a_limit_of_its_own_is_due_by_the_usual_one()
    {
        var report = Report();
        var key = report.Credentials[0];
        await _host.Services.GetRequiredService<AccessTable>()
            .WriteAsync(report with { Credentials = [key with { AgeLimit = null, RotatedAt = report.At.AddDays(-200) }] }, Stop);
        (await HtmlAsync("/pages/access")).ShouldContain("was due");
        (await HtmlAsync("/pages/access/4711/ServiceKey%3A7654")).ShouldContain("was due");
        await _host.Services.GetRequiredService<AccessTable>()
            .WriteAsync(report with { Credentials = [key with { AgeLimit = null, RotatedAt = report.At.AddDays(-20) }] }, Stop);
        (await HtmlAsync("/pages/access")).ShouldNotContain("was due");
    }

    [Fact]
    public async Task Credentials_are_listed_with_owner_age_scopes_and_what_is_too_much()
    {
        var html = await HtmlAsync("/pages/access");
        html.ShouldContain("Warehouse sync");
        html.ShouldContain("ada@example.com");
        html.ShouldContain("200 days since rotated");
        html.ShouldContain("was due");
        html.ShouldContain("1 more than needed");
        html.ShouldContain("Not judged yet", Case.Sensitive, "the other account");
        html.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;");
        html.ShouldNotContain(Hostile);
    }

    [Fact]
    public async Task A_filter_stands_in_the_address_and_narrows_what_is_shown()
    {
        var html = await HtmlAsync("/pages/access?portal=4711&kind=SmtpToken");
        html.ShouldNotContain("Warehouse sync");
        html.ShouldNotContain("Not judged yet");
        html.ShouldContain("<option value=\"SmtpToken\" selected>");
        (await HtmlAsync("/pages/access?q=WAREHOUSE")).ShouldContain("Warehouse sync");
        (await HtmlAsync("/pages/access?portal=many&kind=&q=nothing-like-it")).ShouldContain("None of the credentials known");
        (await HtmlAsync($"/pages/access?q={Uri.EscapeDataString(Hostile)}")).ShouldNotContain(Hostile);
    }

    [Fact]
    public async Task An_account_that_is_not_in_the_settings_asks_for_nothing_and_an_empty_list_says_so()
    {
        foreach (var page in new[] { "/pages/access?portal=99", "/pages/rules?portal=99" })
            (await HtmlAsync(page)).ShouldContain("id=\"portal-4711\"", Case.Sensitive, page);

        var html = await HtmlAsync("/pages/rules?portal=4711&q=nothing-like-it");
        html.ShouldContain("None of the rules is what you look for.");
        (await HtmlAsync("/pages/rules?portal=4711")).ShouldNotContain("None of the rules");
    }

    [Fact]
    public async Task A_credential_has_a_page_with_its_history_its_scopes_and_its_findings()
    {
        var html = await HtmlAsync("/pages/access/4711/ServiceKey%3A7654");
        html.ShouldContain("SERVICE_KEY_REVEAL");
        html.ShouldContain("1 of 2 scopes are not needed: crm.export");
        html.ShouldContain("Warehouse sync: rotation was due");
        await MissesAsync("/pages/access/4711/ServiceKey%3A1");
        await MissesAsync("/pages/access/1/ServiceKey%3A7654");
    }

    [Fact]
    public async Task Rules_say_pass_fail_or_why_not_and_the_review_holds_all_of_it()
    {
        var html = await HtmlAsync("/pages/rules?portal=4711");
        html.ShouldContain("Not evaluable");
        html.ShouldContain("grant it");
        html.ShouldContain("<strong>50 %</strong> 1 of 2 rules pass, 1 not evaluable");
        (await HtmlAsync("/pages/portals/4711")).ShouldMatch(
            "<strong>50 %</strong>\\s*<span class=\"quiet\"><a href=\"/pages/rules\\?portal=4711\">1 of 2 rules pass</a>, 1 not evaluable",
            "the same words on the account's page");
        (await HtmlAsync("/pages/rules?portal=4711&outcome=Pass")).ShouldNotContain("rotation was due");
        var runbook = await HtmlAsync("/pages/rules/key-too-old");
        runbook.ShouldContain("First three steps");
        runbook.ShouldContain("Keys encrypted and rotated", Case.Sensitive, "the guide's section, as docs/rules names it");
        await MissesAsync("/pages/rules/no-such-rule");

        var review = await HtmlAsync("/pages/review/4711");
        review.ShouldContain("API access review, ");
        review.ShouldContain("12, of them 3 super admins");
        review.ShouldContain("rotation was due");
        await MissesAsync("/pages/review/4712");
    }

    [Fact]
    public async Task What_was_judged_bears_its_date_and_after_an_hour_a_warning()
    {
        string[] pages = ["/pages/access?portal=4711", "/pages/rules?portal=4711"];
        foreach (var page in pages) (await HtmlAsync(page)).ShouldMatch("</h2>\\s*<p class=\"judged quiet\">judged <time");

        var report = Report();
        await _host.Services.GetRequiredService<AccessTable>().WriteAsync(report with { At = report.At.AddHours(-2) }, Stop);
        foreach (var page in pages)
        {
            var html = await HtmlAsync(page);
            html.ShouldContain("last judged <time");
            html.ShouldContain("more than an hour ago: it may no longer be so");
        }
        var account = await HtmlAsync("/pages/portals/4711");
        account.ShouldContain("last judged <time");
        account.ShouldContain("more than an hour ago: it may no longer be so");
    }

    [Fact]
    public async Task The_api_gives_the_same_and_a_spreadsheet_runs_nothing()
    {
        (await JsonAsync("/api/credentials?portal=4711"))[0].GetProperty("credentials").GetArrayLength().ShouldBe(2);
        (await JsonAsync("/api/credentials")).GetArrayLength().ShouldBe(2);
        (await JsonAsync("/api/findings?portal=4711"))[0].GetProperty("rules")[0].GetProperty("outcome").GetString().ShouldBe("Fail");
        var coverage = (await JsonAsync("/api/coverage?portal=4711"))[0];
        (coverage.GetProperty("evaluated").GetInt32(), coverage.GetProperty("all").GetInt32()).ShouldBe((2, 3));
        coverage.GetProperty("gaps")[0].GetProperty("says").GetString().ShouldBe("SMTP tokens: grant it.");

        var csv = await HtmlAsync("/api/credentials?portal=4711&format=csv");
        csv.ShouldContain("\"'=cmd|' /C calc'!A0\"");
        csv.ShouldContain("\"crm.export oauth\"");
        string[] addresses = ["/api/credentials?portal=1", "/api/findings?portal=x", "/api/coverage?portal=-1", "/api/credentials?format=xml"];
        foreach (var wrong in addresses)
            (await GetAsync(wrong)).StatusCode.ShouldBe(HttpStatusCode.BadRequest, wrong);
    }

    [Theory]
    [InlineData("/api/credentials?kind=ServiceKeys", "kind must be one of Unknown, LegacyPrivateApp, ServiceKey,")]
    [InlineData("/api/credentials?kind=2", "kind must be one of")]
    [InlineData("/api/credentials?kind=ServiceKey&kind=SmtpToken", "kind must be one of")]
    [InlineData("/api/findings?outcome=Failed", "outcome must be one of Pass, Fail, NotEvaluable.")]
    public async Task A_word_that_a_filter_does_not_know_is_refused_by_the_api_and_asks_for_nothing_at_a_page(string address, string sentence)
    {
        using var refused = await GetAsync(address);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadAsStringAsync(Stop)).ShouldContain(sentence);

        var page = await HtmlAsync(
            address.Replace("/api/credentials", "/pages/access", StringComparison.Ordinal)
                .Replace("/api/findings", "/pages/rules", StringComparison.Ordinal));
        page.ShouldContain("Warehouse sync");
    }

    [Fact]
    public async Task A_word_of_a_filter_may_be_written_in_small_letters()
    {
        (await JsonAsync("/api/credentials?portal=4711&kind=smtptoken"))[0].GetProperty("credentials").GetArrayLength().ShouldBe(1);
        (await JsonAsync("/api/findings?portal=4711&outcome=notevaluable"))[0].GetProperty("rules").GetArrayLength().ShouldBe(1);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Task<HttpResponseMessage> GetAsync(string address) => _host.Client.GetAsync(new Uri(address, UriKind.Relative), Stop);

    private async Task<string> HtmlAsync(string address)
    {
        using var answer = await GetAsync(address);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, address);
        return await answer.Content.ReadAsStringAsync(Stop);
    }

    private async Task<JsonElement> JsonAsync(string address) => JsonDocument.Parse(await HtmlAsync(address)).RootElement;

    private async Task MissesAsync(string address)
    {
        using var answer = await GetAsync(address);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, address);
    }

    private static PostureReport Report()
    {
        var report = Sample.Posture(ReceivingHost.Acme, TimeProvider.System.GetUtcNow());
        var hostile = new Credential
        {
            Id = "SmtpToken:1",
            Kind = CredentialKind.SmtpToken,
            Name = Hostile,
            Purpose = "=cmd|' /C calc'!A0",
            Status = CredentialStatus.Active,
        };
        return report with { Credentials = [.. report.Credentials, hostile] };
    }
}
