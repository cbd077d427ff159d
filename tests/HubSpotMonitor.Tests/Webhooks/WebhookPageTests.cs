using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HubSpotMonitor.Store;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Webhooks;

/// <summary>What page and API show of webhooks, and what they let people do.</summary>
public sealed class WebhookPageTests(SharedAzurite azurite) : IAsyncDisposable
{
    private readonly ReceivingHost _host = new(azurite);
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Stored_events_are_listed_as_they_came_by_portal_type_and_time()
    {
        var kept = Payload.Event(1, _now.AddMinutes(-5), "deal.propertyChange").With("mystery", "Zoë");
        await _host.AcceptAsync(Payload.Array(
            kept,
            Payload.Event(2, _now.AddMinutes(-4)),
            Payload.Event(3, _now.AddHours(-30)),
            Payload.Event(4, _now, portal: ReceivingHost.Globex)));

        var all = await JsonAsync($"/api/events?portal={ReceivingHost.Acme}&to={Text(_now.AddMinutes(1))}");
        all.GetArrayLength().ShouldBe(2);
        var typed = await JsonAsync(
            $"/api/events?portal={ReceivingHost.Acme}&type=deal.propertyChange&from={Text(_now.AddHours(-1))}&to={Text(_now)}");
        typed.GetArrayLength().ShouldBe(1);
        typed[0].GetProperty("source").GetString().ShouldBe("INTEGRATION:9393361");
        typed[0].GetProperty("event").GetRawText().ShouldBe(kept.ToJsonString());
        (await JsonAsync($"/api/events?portal={ReceivingHost.Acme}&from={Text(_now.AddHours(-31))}&to={Text(_now.AddHours(-29))}")).GetArrayLength()
            .ShouldBe(1);
        (await JsonAsync($"/api/events?portal={ReceivingHost.Acme}&take=1&to={Text(_now.AddMinutes(1))}")).GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData("/api/events", "portal must be")]
    [InlineData("/api/events?portal=1", "portal must be the number of an account in the settings")]
    [InlineData("/api/events?portal=4711&take=0", "take must be")]
    [InlineData("/api/events?portal=4711&take=many", "take must be")]
    [InlineData("/api/events?portal=4711&from=yesterday", "from must be")]
    [InlineData("/api/intake?to=0001-01-01T00:00:00Z", "to must lie in the years")]
    [InlineData("/api/intake?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z", "at most 7 days")]
    public async Task A_wrong_question_is_refused_with_a_sentence(string address, string sentence)
    {
        using var answer = await _host.Client.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("detail")
            .GetString()!
            .ShouldContain(sentence);
    }

    [Theory]
    [InlineData("/api/replay")]
    [InlineData("/api/replay?from=2026-11-24T00:00:00Z")]
    [InlineData("/api/replay?from=2026-11-24T00:00:00Z&to=2026-11-23T00:00:00Z")]
    [InlineData("/api/replay?from=2026-01-01T00:00:00Z&to=2026-11-23T00:00:00Z")]
    public async Task A_replay_needs_to_be_told_of_what(string address)
    {
        using var answer = await PostAsync(address);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_replay_tells_how_much_it_looked_at()
    {
        await _host.AcceptAsync(Payload.Batch(20, _now.AddMinutes(-3)));
        using var answer = await PostAsync($"/api/replay?from={Text(_now.AddHours(-1))}&to={Text(_now.AddMinutes(1))}");
        (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("events").GetInt32().ShouldBe(20);
    }

    [Fact]
    public async Task A_dead_letter_is_shown_encoded_and_stored_by_a_button_once_it_can_be()
    {
        await _host.AcceptAsync(Payload.Array("<script>alert(1)</script>", Payload.Event(1, _now).Without("portalId")));
        var page = await PageAsync();
        page.ShouldContain("portalId is missing or not the number of an account.");
        page.ShouldNotContain("<script>alert");
        var letters = await JsonAsync("/api/dead-letters");
        letters.GetArrayLength().ShouldBe(2);

        // Its cause is mended: as a newer version would read it.
        var table = _host.Services.GetRequiredService<DeadLetterTable>();
        var letter = (await table.ReadAsync(9, TestContext.Current.CancellationToken)).Single(letter => letter.Raw.StartsWith('{'));
        await table.RemoveAsync(letter, TestContext.Current.CancellationToken);
        await table.AddAsync(letter with { Raw = Payload.Event(1, _now).ToJsonString() }, TestContext.Current.CancellationToken);
        page.ShouldContain($"action=\"/pages/dead-letters/{letter.Id}/redrive\"");

        using var stored = await PostAsync($"/pages/dead-letters/{letter.Id}/redrive");
        stored.RequestMessage!.RequestUri!.AbsolutePath.ShouldBe("/pages/events");
        stored.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _host.StoredAsync()).Count.ShouldBe(1);

        var other = letters.EnumerateArray().Select(item => item.GetProperty("id").GetString()!).Single(id => id != letter.Id);
        using var kept = await PostAsync($"/pages/dead-letters/{other}/redrive");
        (await kept.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .ShouldContain("It still cannot be stored. An event is a JSON object; this is none.");
    }

    [Fact]
    public async Task Dead_letters_are_a_complaint_of_the_health_report()
    {
        await _host.AcceptAsync("[7]");
        var checks = (await JsonAsync("/api/health")).GetProperty("checks")
            .EnumerateArray()
            .ToDictionary(check => check.GetProperty("name").GetString()!, check => check.GetProperty("says").GetString());
        checks["dead letters"].ShouldBe("1 webhook event could not be stored. The page of events says why and can try again.");
    }

    [Fact]
    public async Task Dead_letters_are_counted_no_further_than_asked()
    {
        await _host.AcceptAsync("[1,2,3]");
        (await _host.DeadLetters.CountAsync(2, TestContext.Current.CancellationToken)).ShouldBe(2);
        (await _host.DeadLetters.CountAsync(9, TestContext.Current.CancellationToken)).ShouldBe(3);
    }

    [Fact]
    public async Task A_redrive_by_API_says_what_became_of_it()
    {
        await _host.AcceptAsync("[7]");
        var id = (await JsonAsync("/api/dead-letters"))[0].GetProperty("id").GetString();
        using var kept = await PostAsync($"/api/dead-letters/{id}/redrive");
        kept.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        using var missing = await PostAsync("/api/dead-letters/000000000000000000000000/redrive");
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var odd = await PostAsync("/api/dead-letters/..%2f..%23/redrive");
        odd.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    public async Task Another_site_cannot_make_a_browser_change_anything(string header, string value)
    {
        await _host.AcceptAsync("[7]");
        var id = (await JsonAsync("/api/dead-letters"))[0].GetProperty("id").GetString();
        foreach (var address in (string[])[$"/api/dead-letters/{id}/redrive", $"/pages/dead-letters/{id}/redrive", "/api/replay"])
        {
            using var answer = await PostAsync(address, header, value);
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, address);
        }
    }

    [Fact]
    public async Task Refused_requests_are_counted_by_their_name_within_seconds()
    {
        using var wrong = await _host.SendAsync(Signed.Request("[]", _now, Signed.OtherSecret));
        using var old = await _host.SendAsync(Signed.Request("[]", _now.AddMinutes(-20)));
        await _host.AcceptAsync(Payload.Array(Payload.Event(1, _now), Payload.Event(2, _now, portal: 999)));
        await _host.Services.GetRequiredService<HubSpotMonitor.Webhooks.IntakeCounter>().FlushAsync(TestContext.Current.CancellationToken);

        var counts = (await JsonAsync($"/api/intake?to={Text(_now.AddMinutes(5))}")).EnumerateArray()
            .ToDictionary(count => count.GetProperty("outcome").GetString()!, count => count.GetProperty("count").GetInt32());
        counts.Remove("StoreUnavailable"); // an attempt that came when the store was slow, and was sent again
        counts.ShouldBe(new Dictionary<string, int> { ["Accepted"] = 1, ["TimestampTooOld"] = 1, ["SignatureWrong"] = 1 }, ignoreOrder: true);
        var page = await PageAsync();
        page.ShouldContain("<dt>SignatureWrong</dt><dd>1 request</dd>");
        page.ShouldContain("<dt>UnknownPortal</dt><dd>1 event</dd>");
    }

    private async Task<string> PageAsync() =>
        await _host.Client.GetStringAsync(new Uri("/pages/events", UriKind.Relative), TestContext.Current.CancellationToken);

    private async Task<JsonElement> JsonAsync(string address) =>
        await _host.Client.GetFromJsonAsync<JsonElement>(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);

    private async Task<HttpResponseMessage> PostAsync(string address, string? header = null, string? value = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, UriKind.Relative));
        if (header is not null) request.Headers.Add(header, value);
        return await _host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static string Text(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
