using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace HubSpotMonitor.Tests.Functions;

public sealed class ApiTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly HttpClient _browser = host.Browser();

    [Theory]
    [InlineData("", "portal must be")]
    [InlineData("portal=abc", "portal must be")]
    [InlineData("portal=-1", "portal must be")]
    [InlineData("portal=1", "portal must be the number of an account in the settings")]
    [InlineData("portal=1&metric=webhook-requests", "portal must be")]
    [InlineData("portal=12345678&metric=cals", "metric must be one of usage-reported, usage-live, calls")]
    [InlineData("portal=12345678&from=yesterday", "from must be an instant")]
    [InlineData("portal=12345678&from=2026-11-24T00:00:00", "from must be an instant")]
    [InlineData("portal=12345678&to=2026-13-24T00:00:00Z", "to must be an instant")]
    [InlineData("portal=12345678&to=0001-01-01T00:00:00Z", "to must lie in the years 2010 to 2999")]
    [InlineData("portal=12345678&to=9999-12-31T23:59:59Z", "to must lie in the years 2010 to 2999")]
    [InlineData("portal=12345678&from=2026-11-24T00:00:00Z&to=2026-11-24T00:00:00Z", "from must be before to")]
    [InlineData("portal=12345678&from=2026-01-01T00:00:00Z&to=2026-11-24T00:00:00Z", "at most 62 days")]
    public async Task A_wrong_query_is_refused_with_a_sentence_that_names_the_parameter(string query, string sentence)
    {
        var answer = await _browser.GetAsync(new Uri($"/api/readings?{query}", UriKind.Relative), TestContext.Current.CancellationToken);

        (await ProblemAsync(answer, HttpStatusCode.BadRequest)).ShouldContain(sentence);
    }

    [Theory]
    [InlineData("null", "must be a JSON array")]
    [InlineData("{}", "must be a JSON array")]
    [InlineData("[", "[0]")]
    [InlineData("[null]", "[0]")]
    [InlineData("""[{"portal":1}]""", "[0]")]
    [InlineData("""[GOOD,{"portal":1,"metric":"calls","at":"yesterday","value":1}]""", "[1].at")]
    [InlineData("""[GOOD,{"portal":0,"metric":"calls","at":"2026-11-24T00:00:00Z","value":1}]""", "[1].portal")]
    [InlineData("""[{"portal":1,"metric":"cals","at":"2026-11-24T00:00:00Z","value":1}]""", "[0].metric")]
    [InlineData("""[{"portal":1,"metric":"usage-live","at":"1999-11-24T00:00:00Z","value":1}]""", "[0].at")]
    [InlineData("""[{"portal":1,"metric":"usage-live","at":"2999-11-24T00:00:00Z","value":1}]""", "[0].at")]
    [InlineData("""[{"portal":1,"metric":"usage-live","at":"2026-11-24T00:00:00Z","value":-1}]""", "[0].value")]
    [InlineData("""[{"portal":1,"metric":"usage-live","at":"2026-11-24T00:00:00Z","value":1e999}]""", "[0].value")]
    [InlineData("""[{"portal":1,"metric":"calls","at":"2026-11-24T00:00:00Z","value":1}]""", "[0].since")]
    [InlineData("""[{"portal":1,"metric":"calls","at":"2026-11-24T00:00:00Z","since":"2026-11-24T00:00:00Z","value":1}]""", "[0].since")]
    [InlineData("""[{"portal":1,"metric":"usage-live","at":"2026-11-24T00:00:00Z","value":1,"quality":"Guessed"}]""", "[0].quality")]
    [InlineData("""[{"portal":1,"metric":"usage-live","at":"2026-11-24T00:00:00Z","value":1,"quality":77}]""", "[0].quality")]
    [InlineData("""[{"portal":1,"metric":"usage-live","at":"2026-11-24T00:00:00Z","value":1,"limit":-5}]""", "[0].limit")]
    [InlineData("""[{"portal":1,"metric":"usage-live","at":"2026-11-24T00:00:00Z","value":1,"expected":{"low":5,"middle":4,"high":9,"tailProbability":0.5}}]""", "[0].expected")]
    public async Task A_wrong_reading_is_refused_with_its_index_and_field(string body, string place)
    {
        var good = """{"portal":1,"metric":"calls","since":"2026-11-23T23:55:00Z","at":"2026-11-24T00:00:00Z","value":1}""";

        var answer = await PostAsync(body.Replace("GOOD", good, StringComparison.Ordinal), "application/json");

        (await ProblemAsync(answer, HttpStatusCode.BadRequest)).ShouldContain(place);
    }

    [Fact]
    public async Task More_readings_than_one_call_may_hold_are_refused()
    {
        var one = """{"portal":1,"metric":"usage-live","at":"2026-11-24T00:00:00Z","value":1}""";

        var answer = await PostAsync($"[{string.Join(',', Enumerable.Repeat(one, 10_001))}]", "application/json");

        (await ProblemAsync(answer, HttpStatusCode.BadRequest)).ShouldContain("at most 10000");
    }

    [Fact]
    public async Task A_body_above_4_MB_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/readings")
        {
            Content = new StringContent($"[{new string(' ', 5 * 1024 * 1024)}]", Encoding.UTF8, "application/json"),
        };
        request.Headers.ExpectContinue = true;

        var answer = await _browser.SendAsync(request, TestContext.Current.CancellationToken);

        (await ProblemAsync(answer, HttpStatusCode.RequestEntityTooLarge)).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Only_JSON_is_taken_so_that_no_form_of_another_site_can_send_readings(string type) =>
        (await PostAsync("[]", type)).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);

    [Theory]
    [InlineData("/api/nothing")]
    [InlineData("/api")]
    public async Task An_unknown_address_of_the_API_answers_as_a_problem(string path)
    {
        var answer = await _browser.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        (await ProblemAsync(answer, HttpStatusCode.NotFound)).ShouldNotBeEmpty();
    }

    private Task<HttpResponseMessage> PostAsync(string body, string type) =>
        _browser.PostAsync(
            new Uri("/api/readings", UriKind.Relative), new StringContent(body, Encoding.UTF8, type), TestContext.Current.CancellationToken);

    private static async Task<string> ProblemAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return problem.TryGetProperty("detail", out var detail) ? detail.GetString()! : problem.GetProperty("title").GetString()!;
    }
}
