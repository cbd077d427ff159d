using System.Net;
using System.Net.Http.Headers;
using System.Text;
using HubSpotMonitor.Functions.Pages;
using HubSpotMonitor.Tests.Delivery;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>Requests that fail, on a host whose store cannot be reached.</summary>
public sealed class PageTroubleTests(RunningHost host) : IClassFixture<RunningHost>
{
    private const string Id = "aaaaaaaaaaaaaaaaaaaaaaaa";

    private readonly HttpClient _browser = host.Browser();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", $"/alerts/{Id}/act?token=x")]
    [InlineData("POST", $"/alerts/{Id}/act?token=x")]
    [InlineData("GET", $"/pages/alerts/{Id}/act/ack")]
    [InlineData("POST", $"/pages/alerts/{Id}/act/ack")]
    [InlineData("GET", "/pages/silences")]
    [InlineData("POST", "/pages/silences")]
    [InlineData("GET", "/pages/access/12345678/x/rotation")]
    [InlineData("POST", $"/pages/dead-letters/{Id}/redrive")]
    public async Task Without_its_store_people_get_a_page_that_says_so_and_nothing_of_the_exception(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST")
            request.Content = new FormUrlEncodedContent([new("by", "Ada"), new("end", Id)]);

        using var answer = await _browser.SendAsync(request, Stop);

        var html = await answer.Content.ReadAsStringAsync(Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, html);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        answer.Headers.Contains("Content-Security-Policy").ShouldBeTrue();
        html.ShouldContain("<h1>The store does not answer</h1>");
        html.ShouldNotContain("<nav");
        html.ShouldNotContain("127.0.0.1");
        html.ShouldNotContain("Exception");
    }

    [Fact]
    public async Task Programs_are_told_the_same_in_JSON()
    {
        using var answer = await _browser.GetAsync(new Uri("/api/silences", UriKind.Relative), Stop);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task A_form_that_is_too_large_is_the_senders_affair()
    {
        // Nothing is sent before the host has answered, however slow it is: a client that sends meanwhile may find the connection closed.
        using var patient = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan })
        {
            BaseAddress = _browser.BaseAddress,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/pages/silences");
        request.Content = new StringContent(new string('x', 5 * 1024 * 1024), Encoding.UTF8, "application/x-www-form-urlencoded");
        request.Headers.ExpectContinue = true;

        using var answer = await patient.SendAsync(request, Stop);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await answer.Content.ReadAsStringAsync(Stop)).ShouldContain("<h1>This cannot be read</h1>");
    }

    [Theory]
    [InlineData($"/pages/alerts/{Id}/act/ack", "multipart/form-data")]
    [InlineData("/pages/silences", "multipart/form-data; boundary=none-of-this-is-in-it")]
    public async Task A_form_that_is_broken_is_the_senders_affair(string path, string type)
    {
        using var content = new StringContent("by=Ada");
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

        using var answer = await _browser.PostAsync(new Uri(path, UriKind.Relative), content, Stop);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Stop)).ShouldContain("<h1>This cannot be read</h1>");
    }

    [Fact]
    public async Task A_fault_of_the_monitor_is_said_to_be_one_and_only_the_log_has_it()
    {
        using var log = new LogCapture();
        await using (var faulty = new FaultyHost())
        {
            using var visitor = faulty.Browser();
            faulty.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);

            using var answer = await visitor.GetAsync(new Uri("/", UriKind.Relative), Stop);

            var html = await answer.Content.ReadAsStringAsync(Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError, html);
            html.ShouldContain("<h1>Something went wrong</h1>");
            html.ShouldNotContain(FaultyHost.Fault);
        }
        // Once the host has ended, all is logged.
        log.Warnings.ShouldContain(line => line.Contains(FaultyHost.Fault, StringComparison.Ordinal));
    }

    /// <summary>Whose overview cannot even be begun.</summary>
    private sealed class FaultyHost : RunningHost
    {
        public const string Fault = "the reader of the overview is broken";

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureTestServices(
                services => services.Replace(ServiceDescriptor.Singleton<OverviewReader>(_ => throw new InvalidOperationException(Fault))));
        }
    }
}
