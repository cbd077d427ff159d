using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Alerting.Silences;

/// <summary>A silence or window was made, or sentences say why not.</summary>
public sealed record SilenceAnswer<T>(T? Made, IReadOnlyList<string> Wrong)
    where T : class;

/// <summary>Makes and ends silences and maintenance windows.</summary>
public sealed class SilenceDesk(SilenceTable table, MonitorScope scope)
{
    public async Task<SilenceAnswer<Silence>> SilenceAsync(SilenceRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Wrong(now).Concat(Known.Wrong(scope, request.Portal, request.Rule)).ToList() is { Count: > 0 } wrong) return new(null, wrong);
        var silence = request.ToSilence(now);
        await table.WriteAsync(silence, cancellationToken);
        return new(silence, []);
    }

    public async Task<SilenceAnswer<MaintenanceWindow>> PlanAsync(WindowRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Wrong(now).Concat(Known.Wrong(scope, request.Portal, null)).ToList() is { Count: > 0 } wrong) return new(null, wrong);
        var window = request.ToWindow(now);
        await table.WriteAsync(window, cancellationToken);
        return new(window, []);
    }

    /// <summary>Those that are in force or will be, and those that ended in the last week.</summary>
    public async Task<(IReadOnlyList<Silence> Silences, IReadOnlyList<MaintenanceWindow> Windows)> ReadAsync(
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        var shown = now.AddDays(-7);
        return ([.. (await table.ReadSilencesAsync(cancellationToken)).Where(silence => silence.Until > shown)],
            [.. (await table.ReadWindowsAsync(cancellationToken)).Where(window => window.Until > shown)]);
    }

    /// <summary>Ends one before its time. What it kept back and still holds is told with the next sweep.</summary>
    /// <returns>What was ended, in words; null: there was none with this id.</returns>
    public async Task<string?> EndAsync(string id, CancellationToken cancellationToken)
    {
        if (!Keys.IsId(id)) return null;
        var silence = (await table.ReadSilencesAsync(cancellationToken)).FirstOrDefault(one => one.Id == id);
        var window = (await table.ReadWindowsAsync(cancellationToken)).FirstOrDefault(one => one.Id == id);
        await table.RemoveAsync(id, cancellationToken);
        if (silence is not null) return Say(silence);
        return window is null ? null : Say(window);
    }

    private static string Say(Silence silence) =>
        $"the silence of {silence.Author} about {About(silence.Portal)}, {silence.Rule ?? "every rule"}{(silence.SubjectPrefix is { } subject ? $" on {subject}…" : "")}, until {silence.Until.UtcDateTime:u}";

    private static string Say(MaintenanceWindow window) =>
        $"the maintenance window of {window.Author} about {About(window.Portal)}, {window.Cron} {window.TimeZone}, until {window.Until.UtcDateTime:u}";

    private static string About(long? portal) => portal is null ? "every account" : $"account {portal}";
}
