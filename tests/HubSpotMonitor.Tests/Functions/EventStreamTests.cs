using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.Pages;
using HubSpotMonitor.Functions.Pages.Cards;
using HubSpotMonitor.Functions.Pages.Charts;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>What happened in an account, from webhooks and from HubSpot's histories, on one page.</summary>
public sealed class EventStreamTests(SharedAzurite azurite, SharedMemory memory) : IAsyncLifetime
{
    private readonly ReceivingHost _host = new(azurite);

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _host.Services.GetRequiredService<ActivityTable>().AddAsync(
        [
            Activity(ActivityFeed.Security, "SERVICE_KEY_REVEAL", Now.AddMinutes(-40), "ada@example.com"),
            Activity(ActivityFeed.Login, ActivityEvent.LoginFailed, Now.AddHours(-20), "ben@example.com"),
            Activity(ActivityFeed.Security, "<script>alert(1)</script>", Now.AddDays(-3), "eve@example.com"),
        ], Stop);
        await _host.AcceptAsync(
            $$"""[{"eventId":1,"subscriptionId":1,"portalId":{{ReceivingHost.Acme}},"appId":54321,"occurredAt":{{Now.AddMinutes(-5).ToUnixTimeMilliseconds()}},"subscriptionType":"contact.deletion","attemptNumber":0,"objectId":77,"changeSource":"INTEGRATION","sourceId":"9393361"}]""");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_newest_of_all_sources_stands_first()
    {
        var html = await HtmlAsync($"?portal={ReceivingHost.Acme}");
        string[] order = ["contact.deletion</code>", "SERVICE_KEY_REVEAL", "LOGIN_FAILED"];
        var places = order.Select(type => html.LastIndexOf(type, StringComparison.Ordinal)).ToList();
        places.ShouldAllBe(place => place >= 0);
        places.ShouldBeInOrder();
        html.ShouldContain("3 in the last 24 hours.");
    }

    [Fact]
    public async Task Filters_stand_in_the_address_and_narrow_it()
    {
        (await HtmlAsync($"?portal={ReceivingHost.Acme}&from=login")).ShouldContain("1 in the last 24 hours.");
        (await HtmlAsync($"?portal={ReceivingHost.Acme}&q=ADA")).ShouldContain("1 in the last 24 hours.");
        var week = await HtmlAsync($"?portal={ReceivingHost.Acme}&from=security&span=7d");
        week.ShouldContain("2 in the last 7 days.");
        week.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;");
        week.ShouldNotContain("<script>alert(1)");
        week.ShouldContain("<option value=\"security\" selected>");
        (await HtmlAsync($"?portal={ReceivingHost.Globex}")).ShouldContain("Nothing of the kind in the last 24 hours.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?portal=1")]
    [InlineData("?portal=x&from=%3Cscript%3E&span=9")]
    public async Task Of_several_accounts_one_is_chosen_first(string query) => (await HtmlAsync(query)).ShouldContain("Choose an account");

    [Fact]
    public async Task No_more_than_asked_for_and_from_the_newest_back()
    {
        var events = Enumerable.Range(0, 30).Select(index => Activity(ActivityFeed.Audit, $"AUDIT_{index:00}", Now.AddHours(-index), "x"));
        await _host.Services.GetRequiredService<ActivityTable>().AddAsync([.. events], Stop);

        var (items, isCut) = await _host.Services.GetRequiredService<StreamReport>()
            .ReadAsync(new(ReceivingHost.Acme, false, [ActivityFeed.Audit], "", TimeSpan.FromDays(7)), 8, Now, Stop);

        items.Select(item => item.Type).ShouldBe(Enumerable.Range(0, 8).Select(index => $"AUDIT_{index:00}"));
        isCut.ShouldBeFalse();
    }

    [Fact]
    public async Task In_a_storm_the_newest_are_shown_and_not_what_a_window_begins_with()
    {
        var now = Now;
        var events = Enumerable.Range(0, 100).Select(index => Activity(ActivityFeed.Audit, $"AUDIT_{index:00}", now.AddSeconds(-3 * index), "x"));
        await _host.Services.GetRequiredService<ActivityTable>().AddAsync([.. events], Stop);

        var (items, isCut) = await ReadAsync(take: 8, mostOfWindow: 20, now);

        items.Select(item => item.Type).ShouldBe(Enumerable.Range(0, 8).Select(index => $"AUDIT_{index:00}"));
        isCut.ShouldBeFalse();
    }

    [Fact]
    public async Task After_a_window_that_had_to_be_narrow_the_next_one_is_narrow_too()
    {
        var now = Now;
        // Thirty within a third of a second, and before them one a second.
        var events = Enumerable.Range(0, 60).Select(
            index => Activity(ActivityFeed.Audit, $"AUDIT_{index:00}", index < 30 ? now.AddMilliseconds(-10 * index) : now.AddSeconds(-index), "x"));
        await _host.Services.GetRequiredService<ActivityTable>().AddAsync([.. events], Stop);

        var (items, isCut) = await ReadAsync(take: 18, mostOfWindow: 20, now);

        items.Select(item => item.Type).ShouldBe(Enumerable.Range(0, 18).Select(index => $"AUDIT_{index:00}"));
        isCut.ShouldBeFalse();
    }

    [Fact]
    public async Task Where_more_happened_at_once_than_can_be_looked_through_they_are_not_called_the_newest()
    {
        await using var host = new RunningHost()
            .With("Store:ConnectionString", memory.ConnectionString)
            .With("Store:TablePrefix", SharedAzurite.NewPrefix())
            .With("Portals:0:Id", $"{ReceivingHost.Acme}");
        using var browser = host.Browser();
        var at = Now.AddSeconds(-20);
        var events = Enumerable.Range(0, StreamReport.MostOfWindow + 50)
            .Select(index => Activity(ActivityFeed.Audit, "AUDIT", at, "x") with { Id = $"{index}" });
        await host.Services.GetRequiredService<ActivityTable>().AddAsync([.. events], Stop);

        var html = await browser.GetStringAsync(new Uri("/pages/events?from=audit", UriKind.Relative), Stop);

        html.ShouldContain($"{EventsReader.StreamRows} of what happened in the last 24 hours, and newer ones may be missing");
        html.ShouldContain("GET /api/export/activity");
        html.ShouldNotContain($"The newest {EventsReader.StreamRows}");
    }

    [Theory]
    [InlineData(false, "Nothing of the kind in the last 24 hours.")]
    [InlineData(true, "Nothing of the kind in what could be looked through of the last 24 hours: more happened than can be shown here. For a stretch of time ask GET /api/events for webhooks, GET /api/export/activity for all else.")]
    public async Task Nothing_is_said_of_no_more_than_could_be_looked_through(bool isCut, string sentence)
    {
        var model = new EventsModel
        {
            Now = Now,
            IsOn = true,
            Choice = new(ReceivingHost.Acme, "", "nothing-like-it", ChartSpan.Day),
            IsStreamCut = isCut,
        };

        (await _host.Services.GetRequiredService<PageRenderer>().RenderAsync<StreamTable>(new() { [nameof(StreamTable.Model)] = model }))
            .ShouldContain(sentence);
    }

    private static ActivityEvent Activity(ActivityFeed feed, string type, DateTimeOffset at, string user) =>
        new()
        {
            Portal = ReceivingHost.Acme,
            Feed = feed,
            Id = type.Length + at.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture),
            At = at,
            Type = type,
            User = user,
        };

    // All that the audit log tells of a week.
    private Task<(IReadOnlyList<StreamItem> Items, bool IsCut)> ReadAsync(int take, int mostOfWindow, DateTimeOffset now) =>
        _host.Services.GetRequiredService<StreamReport>()
            .ReadAsync(new(ReceivingHost.Acme, false, [ActivityFeed.Audit], "", TimeSpan.FromDays(7)), take, mostOfWindow, now, Stop);

    private Task<string> HtmlAsync(string query) => _host.Client.GetStringAsync(new Uri($"/pages/events{query}", UriKind.Relative), Stop);
}
