using System.Text.Json.Nodes;
using HubSpotMonitor.Functions;
using HubSpotMonitor.Tests.Delivery;
using Microsoft.AspNetCore.Routing;

namespace HubSpotMonitor.Tests.Functions;

public sealed class ApiDescriptionTests(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Every_route_of_the_API_is_described_with_a_summary_and_a_typed_answer()
    {
        var paths = (await ReadAsync())["paths"]!.AsObject();
        var routes = host.Endpoints().Where(IsApi).SelectMany(endpoint => Methods(endpoint).Select(method => (endpoint.RoutePattern.RawText!, method))).ToList();

        routes.Count.ShouldBeGreaterThan(20);
        foreach (var (path, method) in routes)
        {
            var operation = paths[path]?[method].ShouldNotBeNull($"{method} {path}");
            operation!["summary"].ShouldNotBeNull($"{method} {path}");
            var answers = operation["responses"]!.AsObject();
            (answers.ContainsKey("204") || (answers["200"] ?? answers["201"])?["content"]?.AsObject().All(content => content.Value!["schema"] is JsonObject { Count: > 0 }) == true).ShouldBeTrue($"{method} {path}");
            answers["403"]!["content"]!["application/problem+json"]!["schema"].ShouldNotBeNull();
        }
        paths.SelectMany(path => path.Value!.AsObject().Select(operation => (path.Key, operation.Key))).ShouldBe(routes, ignoreOrder: true);
    }

    /// <summary>After a wanted change: copy the file that the test names over the approved one, and read the difference.</summary>
    [Fact]
    public async Task The_description_changes_only_on_purpose() => Approved.ShouldMatch((await ReadAsync()).ToJsonString(new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n", "openapi.json");

    [Fact]
    public async Task Deployed_only_who_signed_in_reads_it()
    {
        await using var deployed = new RunningCustomHandler();
        using var stranger = deployed.Browser();
        using var reader = deployed.SignedIn("reader");
        var address = new Uri("/openapi/v1.json", UriKind.Relative);

        (await stranger.GetAsync(address, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        (await reader.GetStringAsync(address, TestContext.Current.CancellationToken)).ShouldNotContain("Takes readings in");
    }

    private async Task<JsonNode> ReadAsync()
    {
        using var browser = host.Browser();
        return JsonNode.Parse(await browser.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), TestContext.Current.CancellationToken))!;
    }

    // The fallback has no method: it answers what is not there.
    private static bool IsApi(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<ServedBy>()?.Function == "Api" && Methods(endpoint).Any();

    private static IEnumerable<string> Methods(RouteEndpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Select(method => method.ToLowerInvariant());
}
