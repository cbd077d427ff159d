using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Detection.Events;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Webhooks;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Functions.Pages;

/// <summary>Reads the page of webhook events, and still gives one when the store is down: then it says so.</summary>
internal sealed partial class EventsReader(
    DashboardReader dashboard, EventReport report, IOptions<WebhooksOptions> options, TimeProvider clock, ILogger<EventsReader> logger)
{
    private const int DeadLetters = 50;
    private const int Alerts = 100;

    private static readonly TimeSpan patience = TimeSpan.FromSeconds(8);

    public async Task<EventsModel> ReadAsync(CancellationToken cancellationToken)
    {
        // Real time, whatever the clock: it is a person who waits.
        using var limit = new CancellationTokenSource(patience, TimeProvider.System);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var now = clock.GetUtcNow();
        var model = new EventsModel { Now = now, IsOn = options.Value.IsOn };
        try
        {
            var portals = dashboard.ReadPortalsAsync(now, linked.Token);
            var alerts = dashboard.ReadAlertsAsync(Alerts, linked.Token);
            var sources = report.ReadRatesAsync(now, linked.Token);
            var requests = report.ReadIntakeAsync(now.AddDays(-1), now.AddMinutes(1), linked.Token);
            var events = report.ReadEventOutcomesAsync(now.AddDays(-1), now.AddMinutes(1), linked.Token);
            var letters = report.ReadDeadLettersAsync(DeadLetters, linked.Token);
            await Task.WhenAll(portals, alerts, sources, requests, events, letters);
            return model with
            {
                Portals = await portals,
                Alerts = [.. (await alerts).Where(IsOfWebhooks)],
                Sources = await sources,
                Requests = [.. (await requests).GroupBy(count => count.Outcome).Select(same => (same.Key, same.Sum(count => count.Count))).OrderByDescending(same => same.Item2)],
                Events = await events,
                DeadLetters = await letters,
            };
        }
        // The edge of the page: whatever it was, the reader gets a page that says so, and the log the reason.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            ReadFailed(exception);
            return model with { Trouble = "The store does not answer, so nothing can be shown. HubSpot is told to send its events again; the log holds the reason." };
        }
    }

    private static bool IsOfWebhooks(Alert alert) =>
        alert.State == AlertState.Open && (alert.Finding.Subject is "webhooks" or "journal" || alert.Finding.Rule is MassChangeDetector.Rule or AppInstallDetector.Rule);

    [LoggerMessage(LogLevel.Warning, "The page of events could not be filled.")]
    private partial void ReadFailed(Exception exception);
}
