using System.Text.Json.Nodes;
using HubSpotMonitor.Alerting.Acts;
using HubSpotMonitor.Functions;
using HubSpotMonitor.Tests.Delivery;
using Microsoft.AspNetCore.Routing;

namespace HubSpotMonitor.Tests.Functions;

public sealed class ApiDescriptionTests(RunningHost host, SharedAzurite azurite) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Every_route_of_the_API_is_described_with_a_summary_and_a_typed_answer()
    {
        var paths = (await ReadAsync())["paths"]!.AsObject();
        var routes = host.Endpoints()
            .Where(IsApi)
            .SelectMany(endpoint => Methods(endpoint).Select(method => (endpoint.RoutePattern.RawText!, method)))
            .ToList();

        routes.Count.ShouldBeGreaterThan(20);
        foreach (var (path, method) in routes)
        {
            var operation = paths[path]?[method].ShouldNotBeNull($"{method} {path}");
            operation!["summary"].ShouldNotBeNull($"{method} {path}");
            var answers = operation["responses"]!.AsObject();
            var contents = (answers["200"] ?? answers["201"])?["content"]?.AsObject();
            var isDescribed = contents?.All(content => content.Value!["schema"] is JsonObject { Count: > 0 }) == true;
            (answers.ContainsKey("204") || isDescribed).ShouldBeTrue($"{method} {path}");
            answers["403"]!["content"]!["application/problem+json"]!["schema"].ShouldNotBeNull();
        }
        paths.SelectMany(path => path.Value!.AsObject().Select(operation => (path.Key, operation.Key))).ShouldBe(routes, ignoreOrder: true);
    }

    /// <summary>After a wanted change: copy the file that the test names over the approved one, and read the difference.</summary>
    [Fact]
    public async Task The_description_changes_only_on_purpose() =>
        Approved.ShouldMatch(
            (await ReadAsync()).ToJsonString(
                new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n",
            "openapi.json");

    [Fact]
    public async Task The_page_for_people_shows_every_operation_and_every_type_and_each_of_its_links_leads_somewhere()
    {
        var described = await ReadAsync();
        var page = await PageAsync();

        var ids = Matches(page, " id=\"([^\"]+)\"");
        ids.ShouldBeUnique();
        described["components"]!["schemas"]!.AsObject().Select(schema => schema.Key).ShouldBeSubsetOf(ids);
        page.ShouldContain("Measured, Cached, Gap, Reset", Case.Sensitive, "a type within a body");
        Matches(page, "href=\"#([^\"]+)\"").ShouldBeSubsetOf(ids);
        foreach (var (path, operations) in described["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                var (said, summary) = ($"<code>{method.ToUpperInvariant()} {path}</code>", operation!["summary"]!.GetValue<string>());
                page.ShouldContain(said);
                System.Net.WebUtility.HtmlDecode(page).ShouldContain(summary);
            }
        }
    }

    [Fact]
    public async Task What_the_page_opens_by_a_click_answers_without_being_told_more()
    {
        await using var working = new RunningHost()
            .With("Store:ConnectionString", azurite.ConnectionString)
            .With("Store:TablePrefix", SharedAzurite.NewPrefix());
        using var browser = working.Browser();
        var opened = Matches(await PageAsync(), "class=\"open\" href=\"([^\"]+)\"");

        opened.Count.ShouldBeGreaterThan(10);
        foreach (var address in opened)
        {
            using var answer = await browser.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
            // Health says by its status what it found.
            if (address != "/api/health") answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK, address);
        }
    }

    [Fact]
    public async Task Every_act_on_an_alert_is_named_where_its_body_is_described()
    {
        var body = (await ReadAsync())["paths"]!["/api/alerts/{id}/act"]!["post"]!["requestBody"]!["content"]!["application/json"]!;
        var act = body["schema"]!["properties"]!["act"]!["description"]!.GetValue<string>();
        foreach (var word in Enum.GetValues<AlertAct>().Select(AlertActs.Word)) act.ShouldContain(word);
    }

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

    private static IReadOnlyList<string> Matches(string page, string pattern) =>
        [.. System.Text.RegularExpressions.Regex.Matches(page, pattern).Select(match => match.Groups[1].Value)];

    private async Task<string> PageAsync()
    {
        using var browser = host.Browser();
        return await browser.GetStringAsync(new Uri("/pages/api", UriKind.Relative), TestContext.Current.CancellationToken);
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
