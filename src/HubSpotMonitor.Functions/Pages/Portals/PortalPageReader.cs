using System.Collections.Concurrent;
using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.Pages.Charts;
using HubSpotMonitor.Functions.Pages.Charts.Usage;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Portals;

/// <summary>Reads the page of one portal.</summary>
internal sealed class PortalPageReader(DashboardReader dashboard, UsageReport usage, PostureReader posture, TimeProvider clock, PageReading reading)
{
    // Four weeks are 8,000 rows and hardly change within the hour.
    private readonly ConcurrentDictionary<long, (long Hour, HeatMap Map)> _heats = [];

    public Task<PortalModel> ReadAsync(Portal portal, ChartSpan span, CancellationToken cancellationToken)
    {
        var model = new PortalModel { Now = clock.GetUtcNow(), Portal = portal, Span = span };
        return reading.TryAsync(
            token => FillAsync(model, token),
            model with { Trouble = PageReading.NoStore },
            cancellationToken);
    }

    private async Task<PortalModel> FillAsync(PortalModel model, CancellationToken cancellationToken)
    {
        var judged = posture.ReadAsync(model.Portal.Id, cancellationToken);
        var view = await dashboard.ReadPortalAsync(model.Portal, model.Now, cancellationToken);
        var filled = model with { View = view };
        var window = model.Span.Until(model.Now);
        // First, since its four weeks and the day they begin in hold what the chart shows, and are then not read twice.
        var heat = await HeatAsync(filled, cancellationToken);
        var history = usage.ReadAsync(model.Portal.Id, AccountClock.FromName(view.TimeZone), window.From, window.To, cancellationToken);
        await Task.WhenAll(judged, history);
        return filled with
        {
            Posture = (await judged)[0].Report,
            Chart = UsageChart.Of(await history, window, model.Span.Words, filled.Clock, view.Limit),
            Alerts = [.. (await history).Alerts.OrderByDescending(alert => alert.Finding.Since)],
            Heat = heat,
        };
    }

    private async Task<HeatMap> HeatAsync(PortalModel model, CancellationToken cancellationToken)
    {
        var hour = model.Now.UtcTicks / TimeSpan.TicksPerHour;
        if (_heats.TryGetValue(model.Portal.Id, out var known) && known.Hour == hour) return known.Map;
        var counts = await usage.ReadCountsAsync(
            model.Portal.Id, AccountClock.FromName(model.View?.TimeZone).Midnight(model.Now - HeatMap.Length), model.Now, cancellationToken);
        var map = HeatMap.Of(counts, model.Clock);
        _heats[model.Portal.Id] = (hour, map);
        return map;
    }
}
