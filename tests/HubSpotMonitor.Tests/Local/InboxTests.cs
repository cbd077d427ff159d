using System.Net;
using System.Text;
using System.Text.Json;
using HubSpotMonitor.Local.Inbox;
using Microsoft.Extensions.Time.Testing;

namespace HubSpotMonitor.Tests.Local;

public sealed class InboxTests : IAsyncLifetime
{
    private const string Mail = """
        {"personalizations":[{"to":[{"email":"security@acme.example"}]}],"from":{"email":"monitor@acme.example","name":"Monitor"},
         "subject":"[High] <b>spike</b>","content":[{"type":"text/plain","value":"plain & simple"},{"type":"text/html","value":"<h1>Spike</h1>"}]}
        """;

    private const string Card = """
        {"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{"type":"AdaptiveCard","version":"1.5",
         "body":[{"type":"TextBlock","text":"**Spike** <script>","size":"Large","color":"Attention"},
                 {"type":"FactSet","facts":[{"title":"Seen","value":"2,140 calls"}]},
                 {"type":"Chart.Line","fallback":{"type":"TextBlock","text":"instead of a chart"}}],
         "actions":[{"type":"Action.OpenUrl","title":"Open","url":"https://monitor.example/"},{"type":"Action.OpenUrl","title":"Bad","url":"javascript:alert(1)"}]}}]}
        """;

    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false });
    private InboxServer _inbox = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _inbox = await InboxServer.StartAsync(new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 7, 10, 0, TimeSpan.Zero)), Token);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _inbox.DisposeAsync();
    }

    [Fact]
    public async Task A_complete_mail_is_accepted_with_an_id_and_no_body()
    {
        using var answer = await SendMailAsync(Mail);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        answer.Headers.GetValues("X-Message-Id").Single().ShouldNotBeEmpty();
        (await answer.Content.ReadAsStringAsync(Token)).ShouldBeEmpty();
        _inbox.Messages.Single().Title.ShouldBe("[High] <b>spike</b>");
    }

    [Fact]
    public async Task A_mail_without_a_key_is_refused()
    {
        using var answer = await SendMailAsync(Mail, key: null);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await answer.Content.ReadAsStringAsync(Token)).ShouldContain("\"errors\":[{\"message\":");
        _inbox.Messages.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("personalizations", "personalizations")]
    [InlineData("from", "from.email")]
    [InlineData("subject", "subject")]
    [InlineData("content", "content")]
    public async Task A_mail_that_lacks_something_is_refused_and_the_field_is_named(string left, string field)
    {
        var mail = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Mail)!;
        mail.Remove(left);
        using var answer = await SendMailAsync(JsonSerializer.Serialize(mail));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        body.RootElement.GetProperty("errors")[0].GetProperty("field").GetString().ShouldBe(field);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"personalizations":[{"to":[{"email":"nobody"}]}],"from":{"email":"a@b.example"},"subject":"s","content":[{"type":"text/plain","value":"v"}]}""")]
    [InlineData("""{"personalizations":[{"to":[{"email":"a@b.example"}]}],"from":{"email":"a@b.example"},"subject":"s","content":[{"type":"text/html","value":"v"},{"type":"text/plain","value":"v"}]}""")]
    public async Task A_mail_that_makes_no_sense_is_refused(string mail)
    {
        using var answer = await SendMailAsync(mail);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_card_is_accepted_under_its_first_text()
    {
        using var answer = await SendCardAsync(Card);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        _inbox.Messages.Single().Kind.ShouldBe(InboxKind.Card);
        _inbox.Messages.Single().Title.ShouldBe("**Spike** <script>");
    }

    [Theory]
    [InlineData("""{"text":"hello"}""")]
    [InlineData("""{"type":"message","attachments":[]}""")]
    [InlineData("""{"type":"message","attachments":[{"contentType":"text/html","content":"x"}]}""")]
    [InlineData("")]
    public async Task What_is_no_card_is_refused(string body)
    {
        using var answer = await SendCardAsync(body);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Token)).ShouldContain("\"error\":{\"code\":");
    }

    [Fact]
    public async Task It_refuses_as_often_as_it_was_told()
    {
        _inbox.FailNext(InboxKind.Card, 429, 2);
        HttpStatusCode[] statuses =
            [await StatusAsync(SendCardAsync(Card)), await StatusAsync(SendCardAsync(Card)), await StatusAsync(SendCardAsync(Card))];
        statuses.ShouldBe([HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests, HttpStatusCode.Accepted]);
        (await StatusAsync(SendMailAsync(Mail))).ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task The_messages_are_listed_newest_first_as_they_came()
    {
        await StatusAsync(SendMailAsync(Mail));
        await StatusAsync(SendCardAsync(Card));
        using var list = JsonDocument.Parse(await _http.GetStringAsync(new Uri(_inbox.Address, "inbox/messages"), Token));
        list.RootElement.EnumerateArray().Select(item => item.GetProperty("kind").GetString()).ShouldBe(["card", "mail"]);
        list.RootElement[1].GetProperty("raw").GetProperty("from").GetProperty("email").GetString().ShouldBe("monitor@acme.example");
        list.RootElement[1].GetProperty("at").GetDateTimeOffset().Hour.ShouldBe(7);
    }

    [Fact]
    public async Task The_page_shows_a_mail_in_a_frame_that_runs_no_script()
    {
        await StatusAsync(SendMailAsync(Mail));
        var page = await _http.GetStringAsync(new Uri(_inbox.Address, "inbox"), Token);
        page.ShouldContain("<h2>[High] &lt;b&gt;spike&lt;/b&gt;</h2>");
        page.ShouldContain("Monitor &lt;monitor@acme.example&gt;");
        page.ShouldContain("&lt;h1&gt;Spike&lt;/h1&gt;\"></iframe>");
        page.ShouldContain("plain &amp; simple");
        page.ShouldNotContain("allow-scripts");
    }

    [Fact]
    public async Task The_page_draws_a_card_and_what_stands_in_for_unknown_elements()
    {
        await StatusAsync(SendCardAsync(Card));
        var page = await _http.GetStringAsync(new Uri(_inbox.Address, "inbox"), Token);
        page.ShouldContain("<p class=\"text size-large color-attention\"><strong>Spike</strong> &lt;script&gt;</p>");
        page.ShouldContain("<dt>Seen</dt><dd>2,140 calls</dd>");
        page.ShouldContain("instead of a chart");
        page.ShouldContain("href=\"https://monitor.example/\"");
        page.ShouldNotContain("href=\"javascript:");
    }

    [Fact]
    public async Task The_root_leads_to_the_inbox()
    {
        using var answer = await _http.GetAsync(_inbox.Address, Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().ShouldBe("/inbox");
    }

    private async Task<HttpResponseMessage> SendMailAsync(string body, string? key = "SG.test")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_inbox.Address, "v3/mail/send")) { Content = Json(body) };
        if (key is not null)
            request.Headers.Authorization = new("Bearer", key);
        return await _http.SendAsync(request, Token);
    }

    private async Task<HttpResponseMessage> SendCardAsync(string body)
    {
        using var content = Json(body);
        return await _http.PostAsync(new Uri(_inbox.Address, "workflows/security/x?sig=1"), content, Token);
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task<HttpStatusCode> StatusAsync(Task<HttpResponseMessage> sending)
    {
        using var answer = await sending;
        return answer.StatusCode;
    }
}
