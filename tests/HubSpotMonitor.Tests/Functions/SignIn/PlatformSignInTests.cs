using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HubSpotMonitor.Functions.SignIn;

namespace HubSpotMonitor.Tests.Functions.SignIn;

/// <summary>Behind App Service Authentication, whose headers are played as they are documented.</summary>
public sealed class PlatformSignInTests(RunningCustomHandler host) : IClassFixture<RunningCustomHandler>
{
    [Theory]
    [InlineData("/pages/runbooks/nothing")]
    [InlineData("/api/portals")]
    [InlineData("/connect")]
    [InlineData("/nothing")]
    public async Task Without_a_sign_in_nothing_is_answered(string path)
    {
        using var browser = host.Browser();
        (await GetAsync(browser, path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Somebody_without_a_role_is_told_which_app_roles_there_are()
    {
        using var browser = host.SignedIn(role: null);
        using var page = await GetAsync(browser, "/pages/nothing");
        using var data = await GetAsync(browser, "/api/portals");

        page.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(
            "ada@example.com is signed in, but has no app role of this monitor. Whoever manages the app registration in Entra can assign reader (sees all) or responder (also acts).");
        data.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        data.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Theory]
    [InlineData("reader", "GET", "/pages/nothing", HttpStatusCode.NotFound)]
    [InlineData("reader", "GET", "/api/nothing", HttpStatusCode.NotFound)]
    [InlineData("reader", "POST", "/api/test-alert", HttpStatusCode.Forbidden)]
    [InlineData("reader", "POST", "/api/silences", HttpStatusCode.Forbidden)]
    [InlineData("reader", "DELETE", "/api/silences/x", HttpStatusCode.Forbidden)]
    [InlineData("reader", "POST", "/pages/silences", HttpStatusCode.Forbidden)]
    [InlineData("reader", "GET", "/pages/alerts/x/act/acknowledge", HttpStatusCode.Forbidden)]
    [InlineData("reader", "GET", "/connect", HttpStatusCode.Forbidden)]
    [InlineData("responder", "GET", "/pages/nothing", HttpStatusCode.NotFound)]
    [InlineData("responder", "POST", "/api/silences", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("responder", "GET", "/connect", HttpStatusCode.NotFound)]
    [InlineData("administrator", "GET", "/pages/nothing", HttpStatusCode.Forbidden)]
    public async Task A_role_opens_what_it_is_for(string role, string method, string path, HttpStatusCode status)
    {
        using var browser = host.SignedIn(role);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        (await browser.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task A_reader_who_wants_to_act_is_told_which_role_that_needs()
    {
        using var browser = host.SignedIn("reader");
        using var answer = await browser.PostAsync(new Uri("/api/test-alert", UriKind.Relative), null, TestContext.Current.CancellationToken);

        (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("detail").GetString()
            .ShouldBe("ada@example.com may read and not act. Whoever manages the app registration in Entra can assign the app role responder.");
    }

    [Theory]
    [InlineData("reader")]
    [InlineData("responder")]
    public async Task The_page_says_who_is_signed_in_and_as_what(string role)
    {
        using var browser = host.SignedIn(role, "Ada <Lovelace>");
        var html = await (await GetAsync(browser, "/pages/nothing")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        html.ShouldContain($"data-role=\"{role}\"");
        html.ShouldContain($"Ada &lt;Lovelace&gt; · {role}", Case.Sensitive);
        html.ShouldContain("/.auth/logout");
    }

    [Fact]
    public async Task Where_the_platform_does_not_stand_in_front_its_headers_are_anybodys_and_all_is_closed()
    {
        await using var closed = new RunningCustomHandler();
        closed.With("WEBSITE_AUTH_ENABLED", "False");
        using var forger = closed.SignedIn("responder");

        using var answer = await GetAsync(forger, "/api/portals");

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("no sign-in stands in front");
        (await GetAsync(forger, "/health")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("e30=")]
    [InlineData("W10=")]
    [InlineData("bnVsbA==")]
    [InlineData("eyJjbGFpbXMiOltudWxsXX0=")]
    public void A_header_that_cannot_be_read_is_nobody(string header) => KnownPerson.Read(header, "ada").ShouldBeNull();

    [Fact]
    public void Of_a_name_only_what_fits_and_can_be_printed_is_kept() =>
        KnownPerson.Name($" Ada\r\nLovelace{new string('x', 200)}")!.ShouldBe($"AdaLovelace{new string('x', 89)}");

    private static Task<HttpResponseMessage> GetAsync(HttpClient browser, string path) =>
        browser.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
}
