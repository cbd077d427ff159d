using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Alerting;

/// <summary>Keeps the alerts: state first. What has to be told lies in the alert's row until a sweep has routed it.</summary>
public sealed class AlertDesk(AlertTable alerts, IOptions<AlertingOptions> options)
{
    /// <summary>More incidents than a month of trouble has.</summary>
    private const int LatestClosed = 1000;

    /// <summary>Two findings so close are of one thing.</summary>
    private static readonly TimeSpan Nearness = TimeSpan.FromMinutes(10);

    /// <summary>Opens, updates and resolves one portal's alerts by what the rules say now. Repeating it changes nothing.</summary>
    public async Task ApplyAsync(
        Portal portal,
        AccountClock clock,
        IReadOnlyList<ChartPoint> chart,
        IReadOnlyList<Assessment> assessments,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var context = new AlertContext(portal, clock, chart, options.Value.DashboardUrl) { Trace = Telemetry.Here };
        for (var attempt = 1; !await TryApplyAsync(context, assessments, now, cancellationToken); attempt++)
        {
            if (attempt == Contention.Tries) throw Contention.Lost($"the alerts of {portal}");
        }
    }

    /// <summary>Ends what no rule is asked about any more, and says why.</summary>
    public async Task EndAsync(long portal, Func<Finding, bool> isGone, string why, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(isGone);
        var gone = (await alerts.ReadCurrentAsync(portal, cancellationToken))
            .Where(stored => stored.Alert.State == AlertState.Open && isGone(stored.Alert.Finding));
        foreach (var batch in gone.Chunk(Tables.LargestBatch))
        {
            List<(Alert After, StoredAlert Before)> ended =
            [
                .. batch.Select(
                    stored => (AlertPolicy.Resolve(stored.Alert, AlertContext.Of(stored.Alert, options.Value.DashboardUrl), now, why), stored)),
            ];
            // Somebody wrote one of them meanwhile: the next run ends them.
            if (!await alerts.TryWriteAllAsync(ended, cancellationToken)) continue;
            foreach (var (after, before) in ended) Telemetry.Changed(before.Alert, after);
        }
    }

    /// <summary>The portals that have or lately had an open incident: the others have nothing to tell.</summary>
    public Task<IReadOnlyList<long>> ReadMarkedAsync(CancellationToken cancellationToken) => alerts.ReadMarkedAsync(cancellationToken);

    /// <summary>The latest alert of each rule and subject of one portal: open, or over for a few days.</summary>
    public async Task<IReadOnlyList<Alert>> ReadPresentAsync(long portal, CancellationToken cancellationToken) =>
        [.. (await alerts.ReadCurrentAsync(portal, cancellationToken)).Select(stored => stored.Alert)];

    /// <summary>Whether there is an alert of the same rule and subject, open or over, for the time that a finding speaks of.</summary>
    public async Task<bool> WasToldAsync(long portal, Finding finding, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(finding);
        var all = (await alerts.ReadCurrentAsync(portal, cancellationToken))
            .Select(stored => stored.Alert)
            .Concat(await alerts.ReadClosedAsync(portal, LatestClosed, cancellationToken));
        return all.Any(alert => alert.Finding.Rule == finding.Rule && alert.Finding.Subject == finding.Subject
            && finding.Since >= alert.Finding.Since - Nearness && finding.Since <= (alert.ResolvedAt ?? DateTimeOffset.MaxValue) + Nearness);
    }

    private async Task<bool> TryApplyAsync(
        AlertContext context, IReadOnlyList<Assessment> assessments, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var current = await alerts.ReadCurrentAsync(context.Portal.Id, cancellationToken);
        List<(Alert After, StoredAlert Before)> updates = [];
        // Two of one thing would be two writes of one row, which the store refuses together with all others.
        foreach (var assessment in assessments.DistinctBy(assessment => (assessment.Rule, assessment.Subject)))
        {
            var stored = current.FirstOrDefault(
                stored => stored.Alert.Finding.Rule == assessment.Rule && stored.Alert.Finding.Subject == assessment.Subject);
            var id = Keys.AlertId(context.Portal.Id, assessment.Rule, assessment.Subject, now);
            var next = AlertPolicy.Next(stored?.Alert, assessment, id, context, now);
            if (next is null) continue;
            if (stored?.Alert.Id == next.Id)
            {
                updates.Add((next, stored));
                continue;
            }
            if (!await alerts.TryWriteAsync(next, stored, cancellationToken)) return false;
            Telemetry.Changed(stored?.Alert, next);
        }
        // What goes on is written at every run, however much of it there is.
        foreach (var batch in updates.Chunk(Tables.LargestBatch))
        {
            if (!await alerts.TryWriteAllAsync(batch, cancellationToken)) return false;
            foreach (var (after, before) in batch) Telemetry.Changed(before.Alert, after);
        }
        return true;
    }
}
