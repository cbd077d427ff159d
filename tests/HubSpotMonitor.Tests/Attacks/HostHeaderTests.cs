using System.Net;
using System.Text.RegularExpressions;
using HubSpotMonitor.Tests.Functions;

namespace HubSpotMonitor.Tests.Attacks;

/// <summary>
/// Headers by which a caller says what the address or the method was "really". We have no proxy of our own, and believe none of them.
/// </summary>
public sealed partial class HostHeaderTests(RunningCustomHandler host) : IClassFixture<RunningCustomHandler>
{
    private readonly HttpClient _browser = host.SignedIn("responder");

    [Theory]
    [InlineData("X-Forwarded-Host", "evil.example")]
    [InlineData("X-Forwarded-Proto", "javascript")]
    [InlineData("X-Forwarded-Prefix", "//evil.example")]
    [InlineData("Forwarded", "host=evil.example;proto=javascript")]
    [InlineData("X-Original-Host", "evil.example")]
    [InlineData("X-Host", "evil.example")]
    [InlineData("Host", "evil.example")]
    public async Task No_page_takes_an_address_from_a_request(string header, string value)
    {
        foreach (var path in new[] { "/pages/nothing", "/connect?portal=1", "/connect/callback?state=x&code=x", "/api/nothing" })
        {
            var (status, text) = await GetAsync(path, (header, value));
            (status, text).ShouldBe(await GetAsync(path), path);
            text.ShouldNotContain("evil.example");
        }
    }

    [Theory]
    [InlineData("X-Original-URL", "/PollUsage")]
    [InlineData("X-Rewrite-URL", "/PollUsage")]
    [InlineData("X-HTTP-Method-Override", "DELETE")]
    [InlineData("X-HTTP-Method", "DELETE")]
    [InlineData("X-Method-Override", "DELETE")]
    public async Task No_header_turns_a_request_into_another(string header, string value)
    {
        const string Silence = "/api/silences/aaaaaaaaaaaaaaaaaaaaaaaa";
        var plain = await SendAsync(HttpMethod.Post, Silence);

        plain.Status.ShouldBe(HttpStatusCode.NotFound);
        (await SendAsync(HttpMethod.Post, Silence, (header, value))).ShouldBe(plain);
        host.Runs.ShouldBeEmpty();
    }

    private Task<(HttpStatusCode Status, string Text)> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, headers);

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await _browser.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, TraceId().Replace(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), ""));
    }

    [GeneratedRegex("\"traceId\":\"[^\"]*\"")]
    private static partial Regex TraceId();
}
