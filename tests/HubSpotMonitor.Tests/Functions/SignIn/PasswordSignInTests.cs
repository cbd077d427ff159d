using System.Net;
using HubSpotMonitor.Functions.Hosting;
using HubSpotMonitor.Functions.SignIn;
using Microsoft.Extensions.Configuration;

namespace HubSpotMonitor.Tests.Functions.SignIn;

/// <summary>On one machine with passwords, with real tables for the keys of the cookies.</summary>
public sealed class PasswordSignInTests : IAsyncDisposable
{
    private const string Password = "correct-horse-battery";
    private const string ReaderPassword = "another-long-password";

    private readonly SharedAzurite _azurite;
    private readonly string _prefix = SharedAzurite.NewPrefix();
    private readonly RunningHost _host;

    public PasswordSignInTests(SharedAzurite azurite)
    {
        ArgumentNullException.ThrowIfNull(azurite);
        _azurite = azurite;
        _host = NewHost(Password);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Who_is_not_signed_in_is_led_to_the_sign_in_and_back()
    {
        using var browser = NewBrowser(_host);
        using var asked = await browser.GetAsync(Relative("/pages/nothing?a=b"), TestContext.Current.CancellationToken);
        asked.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        asked.Headers.Location!.ToString().ShouldEndWith("/sign-in?return=%2Fpages%2Fnothing%3Fa%3Db");

        using var entered = await EnterAsync(browser, Password, asked.Headers.Location.ToString());

        entered.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        entered.Headers.Location!.ToString().ShouldBe("/pages/nothing?a=b");
        var html = await (await browser.GetAsync(Relative("/pages/nothing"), TestContext.Current.CancellationToken)).Content
            .ReadAsStringAsync(TestContext.Current.CancellationToken);
        html.ShouldContain("Ada · responder");
    }

    [Theory]
    [InlineData("/api/portals")]
    [InlineData("/metrics")]
    public async Task A_program_that_is_not_signed_in_is_led_nowhere_and_told_so_in_JSON(string path)
    {
        using var browser = NewBrowser(_host);
        using var asked = await browser.GetAsync(Relative(path), TestContext.Current.CancellationToken);

        asked.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        asked.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task The_readers_password_opens_pages_and_no_acts()
    {
        using var browser = NewBrowser(_host);
        await EnterAsync(browser, ReaderPassword);

        (await browser.GetAsync(Relative("/api/nothing"), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await browser.PostAsync(Relative("/api/replay"), null, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await browser.PostAsync(Relative("/sign-out"), null, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await browser.GetAsync(Relative("/api/nothing"), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    // What a reader cannot use is hidden by the role on the page; the sign-in is how one becomes a responder.
    [Fact]
    public async Task A_reader_sees_the_form_of_the_sign_in()
    {
        using var browser = NewBrowser(_host);
        await EnterAsync(browser, ReaderPassword);

        (await browser.GetStringAsync(Relative("/sign-in"), TestContext.Current.CancellationToken)).ShouldSatisfyAllConditions(
            html => html.ShouldContain("<form method=\"post\""),
            html => html.ShouldNotContain("data-role"));
        using var page = await browser.GetAsync(Relative("/pages/nothing"), TestContext.Current.CancellationToken);
        (await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("data-role=\"reader\"");
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example/")]
    public async Task After_the_sign_in_nobody_is_led_to_another_site(string wanted)
    {
        using var browser = NewBrowser(_host);
        (await EnterAsync(browser, Password, $"/sign-in?return={Uri.EscapeDataString(wanted)}")).Headers.Location!.ToString().ShouldBe("/");
    }

    [Fact]
    public async Task The_cookie_is_out_of_reach_of_scripts_and_other_sites()
    {
        using var browser = NewBrowser(_host);
        var cookie = (await EnterAsync(browser, Password, name: "Ada Lovelace")).Headers.GetValues("Set-Cookie").Single();

        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=lax");
        cookie.ShouldNotContain("Lovelace");
    }

    // A tunnel or a proxy takes the encryption off: the request itself is plain http, and only the settings tell.
    [Theory]
    [InlineData("monitor.example", true)]
    [InlineData("MONITOR.example:443", true)]
    [InlineData("monitor.example:7071", false)]
    [InlineData("127.0.0.1", false)]
    public async Task At_an_https_address_of_the_settings_the_cookie_travels_encrypted_only(string name, bool isSecure)
    {
        await using var tunnelled = NewHost(Password).With("Alerting:DashboardUrl", "https://monitor.example/");
        using var browser = NewBrowser(tunnelled);
        browser.DefaultRequestHeaders.Host = name;

        using var entered = await EnterAsync(browser, Password);

        entered.Headers.GetValues("Set-Cookie").Single().Split("; ").Contains("secure").ShouldBe(isSecure);
    }

    // There a browser sends no Sec-Fetch-Site. Which Origin it sends is decided by the policy of the page with the form: under no-referrer it is
    // "null" (https://fetch.spec.whatwg.org/#append-a-request-origin-header), which any other site could send as well and is refused.
    [Fact]
    public async Task Over_http_from_another_machine_the_page_lets_the_browser_tell_its_origin_and_the_form_is_taken()
    {
        await using var opened = NewHost(Password).With("AllowedHosts", "10.0.0.7");
        using var browser = NewBrowser(opened);
        browser.DefaultRequestHeaders.Host = "10.0.0.7:7071";
        using var page = await browser.GetAsync(Relative("/sign-in"), TestContext.Current.CancellationToken);
        page.Headers.GetValues("Referrer-Policy").ShouldBe(["same-origin"]);

        browser.DefaultRequestHeaders.Add("Origin", "http://10.0.0.7:7071");
        using var entered = await EnterAsync(browser, Password);

        entered.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task After_ten_attempts_the_next_waits_also_with_the_right_password()
    {
        using var browser = NewBrowser(_host);
        for (var attempt = 0; attempt < 10; attempt++)
            (await EnterAsync(browser, $"guess-number-{attempt}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        using var late = await EnterAsync(browser, Password);

        late.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        late.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task What_is_longer_than_any_name_and_password_is_not_read()
    {
        // Nothing is sent before the host has answered, however slow it is: a client that sends meanwhile may find the connection closed.
        using var patient = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan })
        {
            BaseAddress = _host.Browser().BaseAddress,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
        {
            Content = new FormUrlEncodedContent([new("name", "Ada"), new("password", new string('x', 17 * 1024))]),
        };
        request.Headers.ExpectContinue = true;

        (await patient.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task With_a_new_password_the_sessions_of_the_old_one_end()
    {
        using var browser = NewBrowser(_host);
        var cookie = (await EnterAsync(browser, Password)).Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        await using var changed = NewHost("correct-horse-battery-2");
        await using var same = NewHost(Password);

        (await AskWithAsync(same, cookie)).ShouldBe(HttpStatusCode.NotFound);
        (await AskWithAsync(changed, cookie)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("http://127.0.0.1:7071;http://[::1]:7071;http://localhost:1", null, null, null)]
    [InlineData("http://unix:/tmp/monitor.sock", null, null, null)]
    [InlineData("http://0.0.0.0:7071", null, null, "SignIn:Password is missing: the host is to listen at http://0.0.0.0:7071")]
    [InlineData("http://127.0.0.1:1;http://*:7071", null, null, "SignIn:Password is missing: the host is to listen at http://*:7071")]
    [InlineData("http://192.0.2.7:7071", null, null, "SignIn:Password is missing")]
    [InlineData(
        "http://127.0.0.1:7071", "localhost;monitor.example", null, "SignIn:Password is missing: the host is to answer to the name monitor.example")]
    [InlineData("http://0.0.0.0:7071", "*", Password, null)]
    [InlineData("http://127.0.0.1:7071", null, "elevenchars", "SignIn:Password is too short")]
    [InlineData("http://127.0.0.1:7071", null, ReaderPassword, "SignIn:ReaderPassword is the same")]
    public void A_start_that_lets_others_in_without_a_password_is_refused(string urls, string? allowedHosts, string? password, string? sentence)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("urls", urls), new("AllowedHosts", allowedHosts)]).Build();
        var options = new SignInOptions { Password = password, ReaderPassword = password is null ? null : ReaderPassword };

        var result = new SignInOptionsCheck(new HostMode(CustomHandlerPort: null), configuration).Validate(null, options);

        result.Failed.ShouldBe(sentence is not null);
        (result.FailureMessage ?? "").ShouldStartWith(sentence ?? "");
    }

    // A tunnel or a proxy in front looks like this machine, and need not say that it passes on what others ask.
    [Theory]
    [InlineData("Webhooks:PublicUrl", "https://monitor.example.com/webhooks/hubspot", true)]
    [InlineData("Alerting:DashboardUrl", "https://monitor.example.com/", true)]
    [InlineData("Connect:RedirectUrl", "https://monitor.example.com/connect/callback", true)]
    [InlineData("Webhooks:PublicUrl", "http://127.0.0.1:7071/webhooks/hubspot", false)]
    [InlineData("Alerting:DashboardUrl", "http://localhost:7071/", false)]
    public void An_address_at_which_others_ask_needs_a_password_too(string setting, string address, bool isRefused)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(setting, address)]).Build();
        var check = new SignInOptionsCheck(new HostMode(CustomHandlerPort: null), configuration);

        var open = check.Validate(null, new SignInOptions());

        open.Failed.ShouldBe(isRefused);
        if (isRefused) open.FailureMessage!.ShouldStartWith($"SignIn:Password is missing: others ask at {address} ({setting})");
        check.Validate(null, new SignInOptions { Password = Password }).Failed.ShouldBeFalse();
    }

    [Fact]
    public void A_password_on_a_deployed_monitor_is_refused() =>
        new SignInOptionsCheck(new HostMode(5001), new ConfigurationBuilder().Build())
            .Validate(null, new SignInOptions { Password = Password }).FailureMessage!
            .ShouldContain("remove the section SignIn");

    [Fact]
    public void Kestrels_own_settings_open_the_host_too() =>
        ListenAddress.FirstOpen(new ConfigurationBuilder().AddInMemoryCollection([new("Kestrel:Endpoints:Https:Url", "https://*:443")]).Build())
            .ShouldBe("the host is to listen at https://*:443");

    private RunningHost NewHost(string password) =>
        new RunningHost()
            .With("Store:ConnectionString", _azurite.ConnectionString)
            .With("Store:TablePrefix", _prefix)
            .With("SignIn:Password", password)
            .With("SignIn:ReaderPassword", ReaderPassword);

    private static HttpClient NewBrowser(RunningHost host) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
        {
            BaseAddress = host.Browser().BaseAddress,
        };

    private static async Task<HttpResponseMessage> EnterAsync(HttpClient browser, string password, string address = "/sign-in", string name = "Ada")
    {
        using var form = new FormUrlEncodedContent([new("name", name), new("password", password)]);
        return await browser.PostAsync(new Uri(address, UriKind.RelativeOrAbsolute), form, TestContext.Current.CancellationToken);
    }

    private static async Task<HttpStatusCode> AskWithAsync(RunningHost host, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/nothing");
        request.Headers.Add("Cookie", cookie);
        return (await host.Browser().SendAsync(request, TestContext.Current.CancellationToken)).StatusCode;
    }

    private static Uri Relative(string address) => new(address, UriKind.Relative);
}
