using System.Net;
using HubSpotMonitor.Tests.Functions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Attacks;

/// <summary>What another site can make the browser of somebody who may see the page do: nothing. Asked of every address there is.</summary>
public sealed class CrossSiteTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly HttpClient _browser = host.Browser();

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1.evil.example")]
    public async Task Nothing_that_changes_something_is_done_for_another_site(string header, string value)
    {
        var addresses = Addresses().ToList();
        addresses.Count.ShouldBeGreaterThan(10);
        foreach (var (method, path) in addresses)
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
            {
                Content = new FormUrlEncodedContent([new("by", "Eve")]),
            };
            request.Headers.TryAddWithoutValidation(header, value);
            using var answer = await _browser.SendAsync(request, TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, $"{method} {path}");
            // Told to people in a page.
            var isData = path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/webhooks/", StringComparison.Ordinal);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe(isData ? "application/problem+json" : "text/html", path);
        }
    }

    [Theory]
    [InlineData("/pages/alerts/%2F%2Fevil.example/act/ack?next=//evil.example")]
    [InlineData("/pages/dead-letters/%2F%2Fevil.example/redrive?returnUrl=https://evil.example")]
    [InlineData("//evil.example/..")]
    [InlineData("/pages//evil.example")]
    [InlineData("/connect?portal=1&redirect_uri=https://evil.example&next=//evil.example")]
    [InlineData("/connect/callback?state=x&code=x&redirect_uri=https://evil.example")]
    public async Task No_answer_sends_the_browser_away(string path)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _browser.BaseAddress };
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
        {
            using var request = new HttpRequestMessage(method, new Uri(_browser.BaseAddress!.GetLeftPart(UriPartial.Authority) + path));
            if (method == HttpMethod.Post)
                request.Content = new FormUrlEncodedContent([new("by", "Ada")]);
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            if (answer.Headers.Location is { } location)
                location.OriginalString.ShouldStartWith("/pages/", Case.Sensitive, path);
        }
    }

    private IEnumerable<(HttpMethod Method, string Path)> Addresses() =>
        from endpoint in host.Services.GetRequiredService<IEnumerable<EndpointDataSource>>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        where method is not ("GET" or "HEAD")
        select (
            HttpMethod.Parse(method),
            endpoint.RoutePattern.RawText!.Replace("{id}", "x", StringComparison.Ordinal).Replace("{act}", "ack", StringComparison.Ordinal));
}
