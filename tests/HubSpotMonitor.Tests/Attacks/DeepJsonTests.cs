using System.Net;
using System.Text;
using HubSpotMonitor.Tests.Functions;

namespace HubSpotMonitor.Tests.Attacks;

/// <summary>
/// A hundred thousand brackets: a reader that calls itself for each would end the process, which no handler of exceptions can stop.
/// </summary>
public sealed class DeepJsonTests(RunningHost machine, RunningCustomHandler deployed)
    : IClassFixture<RunningHost>, IClassFixture<RunningCustomHandler>
{
    private const int Depth = 100_000;

    public static TheoryData<string> Bodies =>
    [
        new string('[', Depth),
        new string('[', Depth) + new string(']', Depth),
        string.Concat(Enumerable.Repeat("{\"a\":", Depth)),
        "{\"Data\":" + string.Concat(Enumerable.Repeat("{\"timer\":", Depth)) + "1" + new string('}', Depth) + ",\"Metadata\":{}}",
        "[" + string.Concat(Enumerable.Repeat("{\"portal\":", Depth)),
    ];

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Every_address_that_takes_JSON_refuses_it(string body)
    {
        string[] paths =
        [
            "/api/readings",
            "/api/silences",
            "/api/maintenance-windows",
            "/api/alerts/x/act",
            "/api/test-alert",
            "/api/credentials/x/proof?portal=12345678",
        ];
        foreach (var path in paths)
            ((int)await StatusAsync(machine.Browser(), path, body)).ShouldBeInRange(400, 499, path);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task No_trigger_reads_it(string body)
    {
        foreach (var function in new[] { "PollUsage", "DeliverEmail" })
        {
            (await StatusAsync(deployed.Browser(), $"/{function}", body, "X-Azure-Functions-InvocationId"))
                .ShouldBe(HttpStatusCode.BadRequest, function);
        }
        deployed.Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task Values_that_hold_JSON_that_holds_JSON_are_unpacked_twice_and_no_further()
    {
        var text = "{}";
        for (var level = 0; level < 12; level++)
            text = System.Text.Json.JsonSerializer.Serialize(text);
        await using var host = new RunningCustomHandler();

        (await StatusAsync(host.Browser(), "/PollUsage", $"{{\"Data\":{{\"timer\":{text}}},\"Metadata\":{{}}}}", "X-Azure-Functions-InvocationId"))
            .ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient browser, string path, string body, string? header = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (header is not null)
            request.Headers.Add(header, "x");
        using var answer = await browser.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
