using System.Net;
using System.Text;
using System.Text.Json;
using HubSpotMonitor.Local.Inbox;

namespace HubSpotMonitor.Tests.Functions;

public sealed class TestAlertTests(SharedAzurite azurite) : IAsyncLifetime
{
    private InboxServer _inbox = null!;
    private RunningHost _host = null!;
    private HttpClient _browser = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _inbox = await InboxServer.StartAsync(TimeProvider.System, Token);
        _host = new RunningHost().Telling(azurite, _inbox.Address);
        _browser = _host.Browser();
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _host.DisposeAsync();
        await _inbox.DisposeAsync();
    }

    [Fact]
    public async Task A_test_goes_to_the_channels_that_are_named_marked_as_one()
    {
        var answers = await AskAsync("""{"channels":["Slack"],"severity":"Critical"}""");
        (answers.GetArrayLength(), answers[0].GetProperty("channel").GetString(), answers[0].GetProperty("state").GetString())
            .ShouldBe((1, "slack", "Sent"));
        _inbox.Messages.ShouldHaveSingleItem().Title.ShouldStartWith("■ Critical: TEST: this is how an alert arrives");
    }

    [Fact]
    public async Task Without_a_body_all_channels_are_tried_and_each_says_what_happened()
    {
        _inbox.FailNext(InboxKind.Mail, 403, 1);
        var answers = (await AskAsync("")).EnumerateArray().ToDictionary(answer => answer.GetProperty("channel").GetString()!);
        answers["email"].GetProperty("state").GetString().ShouldBe("Failed");
        answers["email"].GetProperty("says").GetString().ShouldNotBeNull().ShouldContain("Delivery:Email:ApiKey");
        answers["slack"].GetProperty("state").GetString().ShouldBe("Sent");
    }

    [Fact]
    public async Task The_button_on_the_page_tells_what_became_of_the_test_on_each_channel()
    {
        _inbox.FailNext(InboxKind.Mail, 403, 1);
        using var answer = await _browser.PostAsync(new Uri("/pages/test-alert", UriKind.Relative), null, Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync(Token)).ShouldSatisfyAllConditions(
            page => page.ShouldContain("email: Failed."),
            page => page.ShouldContain("Delivery:Email:ApiKey"),
            page => page.ShouldContain("slack: Sent."));
        _inbox.Messages.ShouldContain(message => message.Title.Contains("TEST: this is how an alert arrives", StringComparison.Ordinal));
        var health = await _browser.GetStringAsync(new Uri("/pages/health", UriKind.Relative), Token);
        health.ShouldContain("action=\"/pages/test-alert\"");
        health.ShouldContain("where alerts go over the bus");
    }

    [Theory]
    [InlineData("""{"channels":["pigeon"]}""", "'pigeon' is not a channel that is configured")]
    [InlineData("""{"severity":"Urgent"}""", "both may be left out")]
    [InlineData("[", "both may be left out")]
    [InlineData("""{"severity":99}""", "both may be left out")]
    [InlineData("""{"channels":[null]}""", "both may be left out")]
    public async Task A_wrong_request_is_refused_and_nothing_is_sent(string body, string sentence)
    {
        using var answer = await PostAsync(body);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Token)).Replace("\\u0027", "'", StringComparison.Ordinal).ShouldContain(sentence);
        _inbox.Messages.ShouldBeEmpty();
    }

    private async Task<JsonElement> AskAsync(string body)
    {
        using var answer = await PostAsync(body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement;
    }

    private Task<HttpResponseMessage> PostAsync(string body) => _browser.PostAsync(
        new Uri("/api/test-alert", UriKind.Relative), body == "" ? null : new StringContent(body, Encoding.UTF8, "application/json"), Token);
}
