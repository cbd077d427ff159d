using System.Net;
using HubSpotMonitor.Functions.Pages.Rotations;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Connect;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Rotation;

/// <summary>The calendar, and the way through a rotation, as a person without scripts walks it.</summary>
public sealed class RotationPageTests(ConnectingHost host) : IClassFixture<ConnectingHost>, IAsyncLifetime
{
    private const string Guide = "/pages/access/4712/ServiceKey%3A7654/rotation";
    private const string Hostile = "<script>alert(1)</script>";

    private readonly HttpClient _browser = host.NewBrowser();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        await host.Services.GetRequiredService<AccessTable>().WriteAsync(Report(host.Clock.GetUtcNow()), Stop);

    public ValueTask DisposeAsync()
    {
        _browser.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_calendar_names_what_is_overdue_first_then_month_by_month_and_what_has_no_date()
    {
        var html = await HtmlAsync("/pages/rotation");
        string[] order = ["Overdue", "Warehouse sync", "Later this year", "Age not known", "Undated key"];
        order.Select(words => html.IndexOf(words, StringComparison.Ordinal)).ShouldBeInOrder();
        html.ShouldContain("1 Nov 2026");
        html.ShouldContain("ada@example.com");
        html.ShouldContain(Guide.Replace("&", "&amp;", StringComparison.Ordinal));
        html.ShouldNotContain("An OAuth app", Case.Sensitive, "its tokens live for half an hour");
        html.ShouldNotContain(Hostile);
        (await HtmlAsync("/pages/rotation?portal=4711")).ShouldNotContain("Warehouse sync");
    }

    [Fact]
    public async Task An_account_that_is_not_in_the_settings_asks_for_all_of_them() =>
        (await HtmlAsync("/pages/rotation?portal=99")).ShouldContain("Warehouse sync");

    [Fact]
    public async Task The_guide_proves_a_rotation_and_the_page_that_follows_shows_the_evidence_without_the_secrets()
    {
        var (old, secret) = ($"pat-na1-{Guid.NewGuid()}", $"pat-na1-{Guid.NewGuid()}");
        host.HubSpot.Tokens.Add(old, ConnectingHost.Globex);
        host.HubSpot.Tokens.Add(secret, ConnectingHost.Globex);
        var html = await HtmlAsync(Guide);
        html.ShouldContain("Owner: ada@example.com. Used by: warehouse");
        html.ShouldContain("data-still");
        html.ShouldContain("Ask HubSpot for both, here, while the old one still works.");

        using var first = await PostAsync(old, secret, "jo@example.com");
        (await HtmlAsync(first.Headers.Location!.ToString())).ShouldContain("Old still works");
        host.HubSpot.Tokens.End(old);
        using var answer = await PostAsync(old, secret, "jo@example.com");
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var after = await HtmlAsync(answer.Headers.Location!.ToString());
        WebUtility.HtmlDecode(after).ShouldContain("✓ Proven");
        WebUtility.HtmlDecode(after).ShouldContain($"pat-na1-…{old[^4..]}");
        foreach (var place in host.Logs.Lines.Append(after).Append(await HtmlAsync("/pages/rotation")))
        {
            place.ShouldNotContain(old);
            place.ShouldNotContain(secret);
        }
    }

    [Fact]
    public async Task Once_HubSpots_number_of_a_registered_key_is_known_its_guide_still_shows_the_first_half_of_the_proof()
    {
        var (old, secret) = ($"pat-na1-{Guid.NewGuid()}", $"pat-na1-{Guid.NewGuid()}");
        host.HubSpot.Tokens.Add(old, ConnectingHost.Globex);
        host.HubSpot.Tokens.Add(secret, ConnectingHost.Globex);
        var pump = Key("registered:pump", "Pump", null, null) with { RegisteredAs = "pump", Status = CredentialStatus.NeverSeen };
        var table = host.Services.GetRequiredService<AccessTable>();
        await table.WriteAsync(Report(host.Clock.GetUtcNow()) with { Credentials = [pump] }, Stop);
        using var first = await PostAsync(old, secret, "jo@example.com", "/pages/access/4712/registered%3Apump/rotation");
        first.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        await table.WriteAsync(Report(host.Clock.GetUtcNow()) with { Credentials = [pump with { Id = "ServiceKey:8", ObjectId = "8" }] }, Stop);
        (await HtmlAsync("/pages/access/4712/ServiceKey%3A8/rotation")).ShouldContain("Old still works");
    }

    [Fact]
    public async Task What_cannot_be_asked_is_said_above_the_form_and_no_secret_is_repeated()
    {
        var same = $"pat-na1-{Guid.NewGuid()}";
        using var answer = await PostAsync(same, same, "jo");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var html = await answer.Content.ReadAsStringAsync(Stop);
        html.ShouldContain("old and new are the same: nothing was rotated.");
        html.ShouldNotContain(same);
    }

    [Theory]
    [InlineData("/pages/access/4712/ServiceKey%3A1/rotation")]
    [InlineData("/pages/access/1/ServiceKey%3A7654/rotation")]
    public async Task A_credential_that_is_not_in_the_inventory_has_no_guide(string address) =>
        (await _browser.GetAsync(new Uri(address, UriKind.Relative), Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

    [Fact]
    public void Without_a_limit_of_its_own_a_key_is_due_by_the_usual_one()
    {
        var now = Samples.Noon;
        var key = Key("ServiceKey:1", "One", now.AddDays(-100), limit: null);
        var months = RotationCalendar.Of([(new Portal(1, "Acme"), key)], TimeSpan.FromDays(180), now);

        months.ShouldHaveSingleItem().Keys.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            due => due.DueAt.ShouldBe(now.AddDays(80)),
            due => due.Spent(now).ShouldBe(100 / 180.0, 1e-9));
    }

    private static PostureReport Report(DateTimeOffset now) => new()
    {
        Portal = ConnectingHost.Globex,
        At = now,
        Credentials =
        [
            Key("ServiceKey:7654", "Warehouse sync", new(2026, 5, 5, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromDays(180)) with
            {
                Owner = "ada@example.com",
                Consumers = ["warehouse"],
            },
            Key("ServiceKey:7655", "Later this year", now.AddDays(-100), TimeSpan.FromDays(120)),
            Key("ServiceKey:7656", "Undated key", null, null),
            Key("ServiceKey:7657", Hostile, now.AddDays(-1), null),
            Key("OAuthGrant:1", "An OAuth app", now.AddDays(-900), null) with { Kind = CredentialKind.OAuthGrant },
        ],
        Results = [],
        Sources = [],
        Gaps = [],
    };

    private static Credential Key(string id, string name, DateTimeOffset? since, TimeSpan? limit) =>
        new() { Id = id, Kind = CredentialKind.ServiceKey, Name = name, Status = CredentialStatus.Active, RotatedAt = since, AgeLimit = limit };

    private async Task<string> HtmlAsync(string address)
    {
        using var answer = await _browser.GetAsync(new Uri(address, UriKind.Relative), Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, address);
        return await answer.Content.ReadAsStringAsync(Stop);
    }

    private Task<HttpResponseMessage> PostAsync(string old, string secret, string by, string guide = Guide) =>
        _browser.PostAsync(new Uri(guide, UriKind.Relative), new FormUrlEncodedContent([new("old", old), new("new", secret), new("by", by)]), Stop);
}
