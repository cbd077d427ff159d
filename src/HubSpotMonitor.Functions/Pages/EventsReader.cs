using HubSpotMonitor.Bus;
using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Detection.Events;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Webhooks;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Functions.Pages;

/// <summary>Reads the page of webhook events.</summary>
internal sealed class EventsReader(
    DashboardReader dashboard,
    EventReport report,
    StreamReport stream,
    IOptions<WebhooksOptions> options,
    BusDeadLetters bus,
    MonitorScope scope,
    TimeProvider clock,
    PageReading reading)
{
    /// <summary>Enough to see what goes on.</summary>
    public const int StreamRows = 100;

    private const int DeadLetters = 50;
    private const int DeadLettersOfEach = 20;

    public Task<EventsModel> ReadAsync(IQueryCollection parameters, CancellationToken cancellationToken)
    {
        var model = new EventsModel { Now = clock.GetUtcNow(), IsOn = options.Value.IsOn, Choice = StreamChoice.Of(parameters, scope.Portals) };
        return reading.TryAsync(
            token => FillAsync(model, token),
            model with
            {
                Trouble = "The store does not answer, so nothing can be shown. HubSpot is told to send its events again; the log holds the reason.",
            },
            cancellationToken);
    }

    private async Task<EventsModel> FillAsync(EventsModel model, CancellationToken cancellationToken)
    {
        var now = model.Now;
        var present = dashboard.ReadPresentAsync(now, cancellationToken);
        var sources = report.ReadRatesAsync(now, cancellationToken);
        var requests = report.ReadIntakeAsync(now.AddDays(-1), now.AddMinutes(1), cancellationToken);
        var events = report.ReadEventOutcomesAsync(now.AddDays(-1), now.AddMinutes(1), cancellationToken);
        var letters = report.ReadDeadLettersAsync(DeadLetters, cancellationToken);
        var happened = model.Choice.Query is { } query
            ? stream.ReadAsync(query, StreamRows, now, cancellationToken)
            : Task.FromResult<(IReadOnlyList<StreamItem> Items, bool IsCut)>(([], false));
        var (busLetters, busTrouble) = await bus.TryReadAsync(scope.Channels, DeadLettersOfEach, cancellationToken);
        await Task.WhenAll(happened, present, sources, requests, events, letters);
        return model with
        {
            Portals = (await present).Portals,
            Alerts = [.. (await present).Alerts.Where(IsOfWebhooks)],
            Sources = await sources,
            Requests =
            [
                .. (await requests)
                    .GroupBy(count => count.Outcome)
                    .Select(same => (same.Key, same.Sum(count => count.Count)))
                    .OrderByDescending(same => same.Item2),
            ],
            Events = await events,
            Stream = (await happened).Items,
            IsStreamCut = (await happened).IsCut,
            DeadLetters = await letters,
            BusDeadLetters = busLetters,
            BusTrouble = busTrouble,
        };
    }

    private static bool IsOfWebhooks(Alert alert) =>
        alert.State == AlertState.Open
        && (alert.Finding.Subject is Subjects.Webhooks or Subjects.Forged or Subjects.WebhookRefused or Subjects.Journal or Subjects.JournalGap
            || alert.Finding.Rule is MassChangeDetector.Rule or AppInstallDetector.Rule);
}
