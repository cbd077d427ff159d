using System.Net;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>Both hosts have a store that cannot be reached.</summary>
public sealed class HealthTests(RunningHost oneMachine, RunningCustomHandler deployed) : IClassFixture<RunningHost>, IClassFixture<RunningCustomHandler>
{
    [Fact]
    public async Task On_one_machine_it_names_what_is_wrong_and_what_to_do()
    {
        var (status, body) = await AskAsync(oneMachine, "/health");
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        body.ShouldContain("The store cannot be reached: check Store:ConnectionString");
    }

    [Fact]
    public async Task Deployed_it_says_one_word_to_those_who_have_no_key_and_all_to_those_who_have()
    {
        (await AskAsync(deployed, "/health")).ShouldBe((HttpStatusCode.ServiceUnavailable, """{"status":"Unhealthy","checks":[]}"""));
        (await AskAsync(deployed, "/api/health")).Body.ShouldContain("\"store\"");
    }

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(RunningHost host, string path)
    {
        using var browser = host.Browser();
        var answer = await browser.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
