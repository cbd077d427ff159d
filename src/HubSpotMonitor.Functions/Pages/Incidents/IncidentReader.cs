using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.Pages.Charts.Usage;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Incidents;

/// <summary>Reads the page of one incident.</summary>
internal sealed class IncidentReader(DashboardReader dashboard, UsageReport usage, MonitorScope scope, TimeProvider clock, PageReading reading)
{
    /// <returns>The model, or why there is none: both null where no incident has this id.</returns>
    public Task<(IncidentModel? Model, string? Trouble)> ReadAsync(string id, CancellationToken cancellationToken) => reading.TryAsync(
        async token => (await dashboard.FindAlertAsync(id, token) is { } alert ? await FillAsync(alert, token) : null, (string?)null),
        (null, PageReading.NoStore),
        cancellationToken);

    private async Task<IncidentModel> FillAsync(Alert alert, CancellationToken cancellationToken)
    {
        var told = dashboard.ReadDeliveriesAsync(alert, cancellationToken);
        if (scope.Portals.FirstOrDefault(known => known.Id == alert.Portal.Id) is not { Id: > 0 } portal)
        {
            return new()
            {
                Alert = alert,
                Told = await told,
                Story = IncidentStory.Of(alert, null, await told, IncidentStory.WindowOf(alert, clock.GetUtcNow())),
            };
        }

        var now = clock.GetUtcNow();
        var window = IncidentStory.WindowOf(alert, now);
        var view = await dashboard.ReadPortalAsync(portal, now, cancellationToken);
        var around = await usage.ReadAsync(portal.Id, AccountClock.FromName(view.TimeZone), window.From, window.To, cancellationToken);
        return new()
        {
            Alert = alert,
            Portal = view,
            Chart = UsageChart.Of(around, window, Words.Duration(window.Length), PortalClock.Of(view), view.Limit),
            Told = await told,
            Story = IncidentStory.Of(alert, around, await told, window),
        };
    }
}
