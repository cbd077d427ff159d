using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.Hosting;

namespace HubSpotMonitor.Functions.Pages.Health;

/// <summary>Reads the page about the monitor itself.</summary>
internal sealed class HealthPageReader(MonitorHealth health, DashboardReader dashboard, TimeProvider clock, PageReading reading)
{
    public static async Task<IResult> AnswerAsync(HealthPageReader reader, PageRenderer renderer, CancellationToken cancellationToken) =>
        Tagged.Html(await renderer.RenderAsync<HealthPage>(new() { [nameof(HealthPage.Model)] = await reader.ReadAsync(cancellationToken) }));

    private async Task<HealthModel> ReadAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var model = new HealthModel { Now = now };
        var checks = reading.TryAsync(
            async token => (await health.ReadAsync(now, token)).Checks,
            [new HealthCheck("health", HealthStatus.Unhealthy, "The monitor could not examine itself; the log holds the reason.")],
            cancellationToken);
        var filled = await reading.TryAsync(
            async token => model with { Portals = (await dashboard.ReadPresentAsync(now, token)).Portals },
            model with { Trouble = PageReading.NoStore },
            cancellationToken);
        return filled with { Checks = await checks };
    }
}
