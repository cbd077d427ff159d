using HubSpotMonitor.Bus;
using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor;

/// <summary>How the monitor is, with the bus where there is one. Asking the bus takes a round trip for every channel: not for probes.</summary>
public sealed class MonitorHealth(HealthReader health, BusDeadLetters bus, MonitorScope scope)
{
    private const int MostOfEach = 20;

    public async Task<HealthReport> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var checks = CheckBusAsync(cancellationToken);
        var report = await health.ReadAsync(now, cancellationToken);
        return HealthReport.Of([.. report.Checks, .. await checks]);
    }

    private async Task<IReadOnlyList<HealthCheck>> CheckBusAsync(CancellationToken cancellationToken)
    {
        if (!bus.IsOn) return [];
        var (letters, trouble) = await bus.TryReadAsync(scope.Channels, MostOfEach, cancellationToken);
        return [trouble is null ? Judge(letters) : new("bus", HealthStatus.Unhealthy, $"{trouble} No alert is told until it is back.")];
    }

    private static HealthCheck Judge(IReadOnlyList<BusDeadLetter> letters) => letters.Count == 0
        ? new("bus", HealthStatus.Healthy, "Answers, and has put no message aside.")
        : new(
            "bus",
            HealthStatus.Degraded,
            $"{letters.Count} {(letters.Count == 1 ? "message was" : "messages were")} put aside ({string.Join(", ", letters.Select(letter => letter.Channel).Distinct())}). The page of events says why and can send them again.");
}
