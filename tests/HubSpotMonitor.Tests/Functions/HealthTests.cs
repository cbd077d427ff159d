using System.Net;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>Both hosts have a store that cannot be reached.</summary>
public sealed class HealthTests(RunningHost oneMachine, RunningCustomHandler deployed)
    : IClassFixture<RunningHost>, IClassFixture<RunningCustomHandler>
{
    [Fact]
    public async Task On_one_machine_it_names_what_is_wrong_and_what_to_do()
    {
        var (status, body) = await AskAsync(oneMachine, "/health");
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        body.ShouldContain("The store cannot be reached: check Store:ConnectionString");
    }

    [Fact]
    public async Task Deployed_it_says_one_word_to_all_and_the_rest_to_those_who_may_read()
    {
        (await AskAsync(deployed, "/health")).ShouldBe((HttpStatusCode.ServiceUnavailable, """{"status":"Unhealthy","checks":[]}"""));
        (await AskAsync(deployed, "/api/health")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        using var reader = deployed.SignedIn("reader");
        using var all = await reader.GetAsync(new Uri("/api/health", UriKind.Relative), TestContext.Current.CancellationToken);
        (await all.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("\"store\"");
    }

    [Fact]
    public async Task A_prober_that_asks_for_the_head_only_gets_the_same_status()
    {
        foreach (var host in (RunningHost[])[oneMachine, deployed])
        {
            using var browser = host.Browser();
            using var question = new HttpRequestMessage(HttpMethod.Head, "/health");
            using var answer = await browser.SendAsync(question, TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
        }
    }

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(RunningHost host, string path)
    {
        using var browser = host.Browser();
        var answer = await browser.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
