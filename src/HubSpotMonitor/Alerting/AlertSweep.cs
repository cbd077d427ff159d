using HubSpotMonitor.Alerting.Acts;
using HubSpotMonitor.Alerting.Routing;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Alerting;

/// <summary>One run over the alerts of any number of portals, one after the other.</summary>
public sealed class SweepRound(DateTimeOffset now)
{
    public DateTimeOffset Now { get; } = now;

    /// <summary>One portal waited for the bus in vain: the others keep what they have, and need not wait as long.</summary>
    internal bool IsBusAway { get; set; }

    /// <summary>The monitor's own incidents, which are swept first; null: they were not.</summary>
    internal IReadOnlyList<Alert>? OfMonitor { get; set; }

    /// <summary>Null: no portal needed it yet.</summary>
    internal Situation? Situation { get; set; }
}

/// <summary>
/// One run over a portal's alerts: what time makes of them, then what goes out now. The decision and what it sends are written in one
/// transaction, so that a crash neither loses a message nor decides it anew.
/// </summary>
public sealed class AlertSweep(
    AlertTable alerts, SilenceTable silences, DeliveryTable deliveries, LinkKeyRing keys, MonitorScope scope, IOptions<AlertingOptions> options)
{
    /// <summary>Decides what goes out now.</summary>
    /// <param name="portal">Of which portal.</param>
    /// <param name="round">The run that this is part of: what all portals share is read once, by the first that needs it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What the bus does not have yet, oldest first: also what a crash left.</returns>
    public async Task<IReadOnlyList<Parcel>> SweepAsync(long portal, SweepRound round, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(round);
        for (var attempt = 1; attempt <= Contention.Tries; attempt++)
        {
            var stored = await alerts.ReadCurrentAsync(portal, cancellationToken);
            var before = stored.Select(alert => alert.Alert).ToList();
            if (portal == Portal.Monitor.Id) round.OfMonitor = before;
            if (!stored.Any(IsOfInterest)) return [];
            var situation = round.Situation ??= await ReadSituationAsync(round, cancellationToken);
            var cared = Care(before, situation);
            var after = Router.Route(cared, situation);
            // So many changes do not fit into one transaction: what time made of them first, the rest with the next run.
            if (Changes(stored, after).Count > Tables.LargestBatch) after = cared;
            if (!await alerts.TryWriteAllAsync([.. Changes(stored, after).Take(Tables.LargestBatch)], cancellationToken)) continue;
            var handed = before.SelectMany(alert => alert.Outbox).Select(parcel => parcel.Message.Id).ToHashSet();
            List<Parcel> outgoing = [.. after.SelectMany(alert => alert.Outbox).OrderBy(parcel => parcel.Message.At)];
            round.Situation = situation.After(outgoing.Where(parcel => !handed.Contains(parcel.Message.Id)));
            return outgoing;
        }
        throw Contention.Lost($"the alerts of portal {portal}");
    }

    /// <summary>Takes parcels that the bus has out of their alerts' rows.</summary>
    public async Task CloseAsync(long portal, IReadOnlyList<Parcel> handedOver, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(handedOver);
        if (handedOver.Count == 0) return;
        var ids = handedOver.Select(parcel => parcel.Message.Id).ToHashSet();
        foreach (var stored in await alerts.ReadCurrentAsync(portal, cancellationToken))
        {
            List<Parcel> left = [.. stored.Alert.Outbox.Where(parcel => !ids.Contains(parcel.Message.Id))];
            // Whoever wrote in between will hand them over again; the bus knows them by their ids.
            if (left.Count < stored.Alert.Outbox.Count) await alerts.TryWriteAsync(stored.Alert with { Outbox = left }, stored, cancellationToken);
        }
    }

    /// <summary>Pure: what time makes of the alerts of one portal.</summary>
    internal static IReadOnlyList<Alert> Care(IReadOnlyList<Alert> before, Situation situation)
    {
        IReadOnlyList<Alert> reminded = [.. before.Select(alert => Reminders.Next(alert, situation.Options, situation.Now))];
        return [.. reminded.Select(alert => Spare(Router.Recall(alert, reminded, situation), situation.Now))];
    }

    // It was to be told to more people since nobody had taken it, and before it was told somebody did, or it was over: the others never heard of it,
    // and neither is its end news to them. A rise of its severity is another matter.
    private static Alert Spare(Alert alert, DateTimeOffset now)
    {
        var spared = alert.Unpublished.FirstOrDefault(message => message.Transition == Transition.Escalated && message.At == alert.EscalatedAt);
        if (spared is null || alert.Stage == AlertStage.Open) return alert;
        var noted = new AlertDecision(
            now, spared.Id, spared.Transition, Verdict.Mute, [], "It was taken meanwhile, or is over: nobody else needs to be told.");
        return (alert with { EscalatedAt = null, RemindedAt = now, Unpublished = [.. alert.Unpublished.Where(message => message != spared)] })
            .With(noted);
    }

    private static bool IsOfInterest(StoredAlert stored) =>
        stored.Alert is { State: AlertState.Open } or { Unpublished.Count: > 0 } or { Outbox.Count: > 0 };

    private static List<(Alert After, StoredAlert Before)> Changes(IReadOnlyList<StoredAlert> stored, IReadOnlyList<Alert> after) =>
        [.. stored.Zip(after, (before, next) => (After: next, Before: before)).Where(change => !ReferenceEquals(change.After, change.Before.Alert))];

    private async Task<Situation> ReadSituationAsync(SweepRound round, CancellationToken cancellationToken)
    {
        var now = round.Now;
        var key = (await keys.ReadAsync(now, cancellationToken))[0];
        return new()
        {
            Now = now,
            Options = options.Value,
            Channels = scope.Channels,
            Portals = [.. scope.Portals.Select(portal => portal.Id)],
            Silences = await silences.ReadSilencesAsync(cancellationToken),
            Windows = await silences.ReadWindowsAsync(cancellationToken),
            OfMonitor = round.OfMonitor ?? [.. (await alerts.ReadCurrentAsync(Portal.Monitor.Id, cancellationToken)).Select(stored => stored.Alert)],
            Traffic = await ReadTrafficAsync(now, cancellationToken),
            Sign = message => ActLinks.Of(message, key, options.Value.DashboardUrl, now),
        };
    }

    private async Task<IReadOnlyDictionary<string, ChannelTraffic>> ReadTrafficAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        Dictionary<string, ChannelTraffic> traffic = [];
        foreach (var channel in scope.Channels)
        {
            // Twice the cap, since what is exempt from it lies among them.
            var newest = await deliveries.ReadNewestAsync(channel, 2 * options.Value.MessagesPerHour, cancellationToken);
            traffic[channel] = new(newest.Count(delivery => delivery.QueuedAt > now.AddHours(-1) && Situation.Counts(delivery.Message)));
        }
        return traffic;
    }
}
