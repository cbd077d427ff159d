using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace HubSpotMonitor.Tests.Functions;

public sealed class TriggerTests : IClassFixture<RunningCustomHandler>
{
    private readonly RunningCustomHandler _host;

    public TriggerTests(RunningCustomHandler host)
    {
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
        _host.Runs.Clear();
        _host.Run = _ => Task.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(HostCalls.All), MemberType = typeof(HostCalls))]
    public async Task A_call_of_the_host_runs_the_function_and_answers_an_empty_object(string body)
    {
        var answer = await SendAsync(HostCalls.Timer("PollUsage", body));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("{}");
        _host.Runs.ShouldBe(["PollUsage"]);
    }

    [Fact]
    public async Task A_failed_run_answers_500_so_that_the_host_counts_it_as_failed_and_tells_no_secret()
    {
        _host.Run = _ => throw new InvalidOperationException("token pat-na1-secret was refused");

        var answer = await SendAsync(HostCalls.Timer("TrainModels", HostCalls.OnTime));

        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        problem.GetProperty("detail").GetString().ShouldBe("TrainModels failed; the log says why.");
    }

    [Fact]
    public async Task A_body_that_is_no_call_answers_400_and_runs_nothing()
    {
        var answer = await SendAsync(HostCalls.Timer("PollUsage", """{"hello":"world"}"""));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        _host.Runs.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("X-Forwarded-Host", "monitor.example")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("Host", "evil.example")]
    public async Task A_call_that_came_through_the_host_from_outside_is_refused(string header, string value)
    {
        using var request = HostCalls.Timer("PollUsage", HostCalls.OnTime);
        request.Headers.TryAddWithoutValidation(header, value);

        (await SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        _host.Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_call_without_an_invocation_id_is_refused()
    {
        using var request = HostCalls.Timer("PollUsage", HostCalls.OnTime);
        request.Headers.Remove("X-Azure-Functions-InvocationId");

        (await SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        _host.Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_start_up_probe_is_answered_without_building_the_page()
    {
        var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, "/"));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("ready");
    }

    [Fact]
    public async Task The_own_schedule_rests_and_no_readings_are_taken_from_outside()
    {
        using var browser = _host.SignedIn("responder");
        using var answer = await browser.PostAsJsonAsync("/api/readings", Array.Empty<int>(), TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed);
        _host.Runs.ShouldBeEmpty();
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) =>
        _host.Browser().SendAsync(request, TestContext.Current.CancellationToken);
}
