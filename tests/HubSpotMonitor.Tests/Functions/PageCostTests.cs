using System.Globalization;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>What a page asks of the tables. A page that costs more with every portal is slow and dear by the time it matters.</summary>
public sealed class PageCostTests(SharedAzurite azurite)
{
    [Fact]
    public async Task The_overview_costs_the_same_for_two_portals_and_for_sixty()
    {
        await using var few = await StartAsync(2);
        await using var many = await StartAsync(60);
        var (cost, requests) = await CostAsync(few, "/");
        (await CostAsync(many, "/")).Cost.ShouldBe(cost, string.Join('\n', requests));
        cost.ShouldBeLessThanOrEqualTo(12, string.Join('\n', requests));
    }

    [Fact]
    public async Task The_overview_costs_five_requests_and_four_for_each_channel()
    {
        await using var bare = await StartAsync(2);
        (await CostAsync(bare, "/")).Cost.ShouldBe(5);
        await using var telling = await StartAsync(
            2,
            ("Delivery:Email:ApiKey", "SG.none"),
            ("Delivery:Email:From", "m@example.com"),
            ("Delivery:Email:To:0", "a@example.com"),
            ("Delivery:Teams:WorkflowUrl", "http://127.0.0.1:1/x"));
        var (cost, requests) = await CostAsync(telling, "/");
        cost.ShouldBe(5 + (2 * 4), string.Join('\n', requests));
    }

    [Fact]
    public async Task A_portal_costs_the_same_beside_one_other_and_beside_sixty()
    {
        await using var few = await StartAsync(2);
        await using var many = await StartAsync(60);
        var page = $"/pages/portals/{ReceivingHost.Acme}";
        var (cost, requests) = await CostAsync(few, page);
        (await CostAsync(many, page)).Cost.ShouldBe(cost, string.Join('\n', requests));
        cost.ShouldBeLessThanOrEqualTo(12, string.Join('\n', requests));
    }

    [Fact]
    public async Task An_incident_is_found_by_its_id_without_asking_every_portal()
    {
        await using var many = await StartAsync(60);
        var alert = Open(many);
        (await many.Services.GetRequiredService<AlertTable>().TryWriteAsync(alert, null, Stop)).ShouldBeTrue();
        var (cost, requests) = await CostAsync(many, $"/pages/alerts/{alert.Id}");
        cost.ShouldBeLessThanOrEqualTo(12, string.Join('\n', requests));
    }

    [Fact]
    public async Task An_incident_whose_place_a_later_one_took_keeps_its_page()
    {
        await using var host = await StartAsync(1);
        var table = host.Services.GetRequiredService<AlertTable>();
        var first = Open(host);
        (await table.TryWriteAsync(first, null, Stop)).ShouldBeTrue();
        var stored = (await table.ReadCurrentAsync(first.Portal.Id, Stop)).Single();
        var second = Open(host) with
        {
            Id = Keys.AlertId(first.Portal.Id, "usage-spike", Metric.Calls, first.OpenedAt.AddHours(1)),
            OpenedAt = first.OpenedAt.AddHours(1),
        };
        var over = first with { State = AlertState.Resolved, ResolvedAt = first.OpenedAt.AddMinutes(9) };
        (await table.TryWriteAsync(second, stored with { Alert = over }, Stop)).ShouldBeTrue();

        (await table.FindAsync(first.Id, Stop))!.ResolvedAt.ShouldBe(first.OpenedAt.AddMinutes(9));
        (await table.FindAsync(second.Id, Stop))!.State.ShouldBe(AlertState.Open);
        (await table.FindCurrentAsync(first.Id, Stop)).ShouldBeNull();
        (await host.Client.GetStringAsync($"/pages/alerts/{first.Id}", Stop)).ShouldContain("after 9 min");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Alert Open(ReceivingHost host)
    {
        var opened = host.Services.GetRequiredService<TimeProvider>().GetUtcNow().AddHours(-2);
        return Sample.Spike() with
        {
            Id = Keys.AlertId(ReceivingHost.Acme, "usage-spike", Metric.Calls, opened),
            Portal = new Portal(ReceivingHost.Acme, "Acme"),
            Finding = Sample.Spike().Finding with { Since = opened },
            OpenedAt = opened,
        };
    }

    private async Task<ReceivingHost> StartAsync(int portals, params (string Setting, string Value)[] more)
    {
        var host = new ReceivingHost(azurite);
        foreach (var (setting, value) in more) host.With(setting, value);
        for (var index = 2; index < portals; index++)
            host.With($"Portals:{index}:Id", (5000 + index).ToString(CultureInfo.InvariantCulture)).With($"Portals:{index}:Token", "pat-na1-x");
        // Tables are made when they are first asked for; that is not the page's cost.
        foreach (var page in (string[])["/", $"/pages/portals/{ReceivingHost.Acme}", "/pages/alerts/000000000000000000000000"])
            await host.Client.GetAsync(page, Stop);
        return host;
    }

    private static async Task<(int Cost, IReadOnlyList<string> Requests)> CostAsync(ReceivingHost host, string page)
    {
        using var requests = new TableRequests(host.Prefix);
        await host.Client.GetStringAsync(page, Stop);
        // A measure that sees nothing would let everything pass.
        requests.Sent.ShouldNotBeEmpty();
        return (requests.Sent.Count, [.. requests.Sent]);
    }
}
