using System.Net;
using System.Text.RegularExpressions;
using HubSpotMonitor.Tests.Bus;
using HubSpotMonitor.Tests.Webhooks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace HubSpotMonitor.Tests.Functions;

public sealed partial class PageTests(StandingHost host) : IClassFixture<StandingHost>
{
    private readonly HttpClient _browser = host.Browser();

    [Theory]
    [InlineData("/")]
    [InlineData("/pages/nothing")]
    [InlineData("/api/nothing")]
    [InlineData("/health")]
    [InlineData("/nothing")]
    [InlineData("/PollUsage")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        var answer = await GetAsync(path);

        var policy = Header(answer, "Content-Security-Policy");
        policy.ShouldStartWith("default-src 'none'");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        Header(answer, "X-Content-Type-Options").ShouldBe("nosniff");
        // Stricter would be worse: with no-referrer a browser sends the page's own forms with the Origin "null", as if they were anybody's.
        Header(answer, "Referrer-Policy").ShouldBe("same-origin");
        Header(answer, "Cache-Control").ShouldMatch("no-store|no-cache");
        answer.Headers.Server.ShouldBeEmpty();
    }

    [Fact]
    public async Task Assets_are_kept_for_ever_under_the_address_that_the_page_names()
    {
        var html = await (await GetAsync("/")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var links = AssetLinks().Matches(html).Select(match => match.Value).Distinct().ToList();

        links.Count.ShouldBe(3);
        foreach (var link in links)
            Header(await GetAsync(link), "Cache-Control").ShouldBe("public, max-age=31536000, immutable");
        Header(await GetAsync("/assets/site.css?v=old"), "Cache-Control").ShouldBe("no-cache");
    }

    [Fact]
    public async Task Whoever_has_the_content_already_gets_304_and_no_body()
    {
        var first = await GetAsync("/assets/site.css");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/site.css");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        var second = await _browser.SendAsync(request, TestContext.Current.CancellationToken);

        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        second.Headers.ETag.ShouldBe(first.Headers.ETag);
        (await second.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/assets/nothing.css")]
    [InlineData("/assets/..%2FProgram.cs")]
    [InlineData("/pages/nothing")]
    [InlineData("/nothing")]
    public async Task What_is_not_there_answers_404(string path) => (await GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

    [Fact]
    public async Task A_page_that_is_not_there_says_so_in_HTML()
    {
        var answer = await GetAsync("/pages/nothing");

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("There is no page at this address.");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/pages/events")]
    public async Task Without_its_store_a_page_says_so_once_and_nothing_that_is_not_true(string path)
    {
        var html = await (await GetAsync(path)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        html.ShouldContain("<main id=\"main\" data-trouble=\"The store does not answer, so nothing can be shown.");
        html.Split("role=\"alert\"").Length.ShouldBe(2);
        html.ShouldNotContain("Polling goes on");
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.BadRequest)]
    [InlineData("127.0.0.1.evil.example", HttpStatusCode.BadRequest)]
    [InlineData("localhost", HttpStatusCode.NotFound)]
    [InlineData("127.0.0.1:7071", HttpStatusCode.NotFound)]
    [InlineData("[::1]:7071", HttpStatusCode.NotFound)]
    public async Task Only_names_of_this_machine_are_answered(string name, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/pages/nothing");
        request.Headers.Host = name;

        (await _browser.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(status);
    }

    [Theory]
    [InlineData("AllowedHosts", "monitor.example", HttpStatusCode.OK)]
    [InlineData("Alerting:DashboardUrl", "https://monitor.example/", HttpStatusCode.OK)]
    [InlineData("Alerting:DashboardUrl", "https://other.example/", HttpStatusCode.BadRequest)]
    public async Task Other_names_are_answered_when_the_settings_say_so(string setting, string value, HttpStatusCode status)
    {
        await using var opened = new RunningHost()
            .With(setting, value)
            .With("Webhooks:PublicUrl", "https://hooks.example/webhooks/hubspot")
            .With("Webhooks:Secrets:0", Signed.Secret)
            .With("SignIn:Password", "correct-horse-battery");
        (await AskAsync("monitor.example")).ShouldBe(status);
        (await AskAsync("hooks.example")).ShouldBe(HttpStatusCode.OK);
        (await AskAsync("127.0.0.1")).ShouldBe(HttpStatusCode.OK);

        async Task<HttpStatusCode> AskAsync(string name)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
            request.Headers.Host = name;
            return (await opened.Browser().SendAsync(request, TestContext.Current.CancellationToken)).StatusCode;
        }
    }

    [Fact]
    public async Task The_timers_of_a_machine_run_once_at_start_but_no_training()
    {
        await GetAsync("/");

        await BusUnderTest.EventuallyAsync(() => Runs().Length >= 2);
        Runs().Order().ShouldBe(["PollUsage", "SweepAlerts"]);
    }

    private string[] Runs()
    {
        lock (host.Runs)
            return [.. host.Runs.Distinct()];
    }

    [GeneratedRegex("/assets/[a-z]+\\.[a-z]+\\?v=[0-9a-f]{16}")]
    private static partial Regex AssetLinks();

    private Task<HttpResponseMessage> GetAsync(string path) =>
        _browser.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    private static string Header(HttpResponseMessage answer, string name) => string.Join(", ", answer.Headers.GetValues(name));
}

/// <summary>Its clock stands still: no timer falls due while it is asked.</summary>
public sealed class StandingHost : RunningHost
{
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureTestServices(services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new FakeTimeProvider(Samples.Noon))));
    }
}
