using HubSpotMonitor.Alerting;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor;

/// <summary>How what alerts have to tell gets to the bus.</summary>
public sealed partial class Pipeline
{
    /// <summary>What was polled within it is not gone: a host with the settings before or after these may be at work beside this one.</summary>
    private static readonly TimeSpan GoneAfter = TimeSpan.FromHours(1);

    /// <summary>
    /// Real time, whatever the clock: a run has four minutes, and a bus that does not answer must leave time to send what waits already.
    /// </summary>
    private static readonly TimeSpan PublishLimit = TimeSpan.FromMinutes(1.5);

    /// <summary>Reminds, escalates, ends snoozes, publishes what is due or what a crash left unpublished, and delivers it.</summary>
    /// <exception cref="AggregateException">It failed at some portals; the others were served.</exception>
    public async Task SweepAlertsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(PublishLimit, TimeProvider.System);
        await SweepAlertsAsync(now, limit.Token, cancellationToken);
    }

    internal Task SweepAlertsAsync(DateTimeOffset now, CancellationToken publishLimit, CancellationToken cancellationToken) => OneAfterTheOtherAsync(
        cancellationToken,
        () => PublishAsync(new(now), publishLimit, cancellationToken),
        () => deliveries.DeliverDueAsync(now, cancellationToken),
        () => WatchChannelsAsync(now, cancellationToken));

    private async Task PublishAsync(SweepRound round, CancellationToken limit, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit, cancellationToken);
        var stop = linked.Token;
        try
        {
            // Read once, for whoever needs it.
            var marked = alerts.ReadMarkedAsync(stop);
            // The monitor's own first: that messages do not arrive must not wait behind those that do not.
            await OneAfterTheOtherAsync(
                stop,
                () => WatchOutageAsync(marked, round.Now, stop),
                () => publisher.PublishAsync(Portal.Monitor.Id, round, stop),
                () => PublishMarkedAsync(marked, round, stop));
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"Not all that is to be told was handed over within {PublishLimit.TotalSeconds:0} s: the bus or the store is slow. The rest goes with the next run.",
                e);
        }
    }

    // Before anything is told of each account: what most of them have in common is told once. Where few have an incident, nobody need be asked.
    private async Task WatchOutageAsync(Task<IReadOnlyList<long>> reading, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_portals.Count <= OutageDetector.Few) return;
        var outage = (await reading).Count <= OutageDetector.Few ? OutageDetector.Over : await AssessOutageAsync(cancellationToken);
        await alerts.ApplyAsync(Portal.Monitor, AccountClock.Utc, [], [outage], now, cancellationToken);
    }

    private async Task<Assessment> AssessOutageAsync(CancellationToken cancellationToken)
    {
        var over = OutageDetector.Over;
        var isOpen = (await alerts.ReadPresentAsync(Portal.Monitor.Id, cancellationToken))
            .Any(alert => alert.State == AlertState.Open && alert.Finding.Rule == over.Rule && alert.Finding.Subject == over.Subject);
        var marks = await checkpoints.ReadAllAsync(cancellationToken);
        return OutageDetector.Assess([.. _portals.Select(portal => marks.GetValueOrDefault(portal.Id)?.Usage)], isOpen);
    }

    private async Task PublishMarkedAsync(Task<IReadOnlyList<long>> reading, SweepRound round, CancellationToken cancellationToken)
    {
        var marked = await reading;
        await ForEachPortalAsync(
            [.. InTurn(round.Now, SweepEvery).Where(portal => marked.Contains(portal.Id))],
            portal => publisher.PublishAsync(portal.Id, round, cancellationToken),
            "publish alerts of",
            cancellationToken);
        foreach (var gone in marked.Where(id => id != Portal.Monitor.Id && _portals.All(portal => portal.Id != id)))
            await PublishGoneAsync(gone, round, cancellationToken);
    }

    // No rule is asked about it any more: left open, its alerts would be told as forgotten once it is put back.
    private async Task PublishGoneAsync(long portal, SweepRound round, CancellationToken cancellationToken)
    {
        if (await checkpoints.ReadAsync(portal, cancellationToken) is not { } polled || (round.Now - polled.LastPollAt).Duration() < GoneAfter)
            return;
        await alerts.EndAsync(portal, _ => true, "The account was taken out of the settings.", round.Now, cancellationToken);
        await publisher.PublishAsync(portal, round, cancellationToken);
    }
}
