using System.Text.Json.Nodes;
using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation;
using HubSpotMonitor.Local.Simulation.Webhooks;
using Microsoft.Extensions.Time.Testing;

namespace HubSpotMonitor.Tests.Webhooks;

/// <summary>What the simulated HubSpot sends, with its retries, duplicates and forgers, against the host and real tables.</summary>
public sealed class SimulatedWebhooksTests(SharedAzurite azurite)
{
    private static readonly SimulatedAccount Acme = new(ReceivingHost.Acme, "Acme", "pat-na1-acme", Seed: 1);

    [Fact]
    public async Task Every_event_of_a_mass_deletion_is_stored_once_and_no_forgery()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var from = clock.GetUtcNow().AddMinutes(-3);
        ScenarioRun run = new(
            new()
            {
                Name = "test",
                Title = "",
                Story = "",
                Effects =
                [
                    new MassDelete { StartsAfter = TimeSpan.Zero, PerMinute = 900, App = 1_001_003 },
                    new Forgeries { StartsAfter = TimeSpan.Zero, PerMinute = 8 },
                ],
                Lines = [],
            },
            from);
        await using var host = new ReceivingHost(azurite);
        host.With("Webhooks:AppId", $"{SimulatedAccount.MonitorApp}");
        var http = host.Browser();
        var target = new WebhookTarget(new(http.BaseAddress!, "webhooks/hubspot"), Signed.Secret) { SignedUrl = new(Signed.Url) };
        using var sender = new WebhookSender(Acme, [run], target, clock, http);

        await sender.SendAsync(from, from.AddMinutes(3), TestContext.Current.CancellationToken);
        // On a busy machine a request may take too long; it is sent again after a minute.
        clock.Advance(TimeSpan.FromMinutes(2));
        await sender.SendAsync(from, from, TestContext.Current.CancellationToken);
        var counts = sender.Counts;
        (counts.Acknowledged, counts.Forged, counts.ForgedAccepted).ShouldBe((counts.Sent, 24, 0));
        (await host.StoredAsync()).Select(stored => (long)JsonNode.Parse(stored.Event.Raw.Span)!["eventId"]!).Order()
            .ShouldBe(new CrmActivity(Acme, [run]).Between(from, from.AddMinutes(3)).Select(item => item.EventId).Order());
    }
}
