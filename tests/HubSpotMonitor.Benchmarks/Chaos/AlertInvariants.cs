using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Benchmarks.Chaos;

/// <summary>
/// What must hold of alerts and their messages: every transition is decided, and what was decided arrived or was given up with a reason.
/// </summary>
internal sealed class AlertInvariants(Tables tables)
{
    // An alert keeps its latest 20 decisions.
    private const int DecisionsKept = 20;
    private const int All = 1000;

    private static readonly string[] Channels = ["email", "teams"];

    public async Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken)
    {
        var (alerts, deliveries) = (await ReadAlertsAsync(cancellationToken), await ReadDeliveriesAsync(cancellationToken));
        var known = deliveries.ToDictionary(delivery => (delivery.Channel, delivery.Message.Id));
        List<(string Channel, string Id)> wanted = [.. alerts.SelectMany(Wanted)];
        return
        [
            .. Invariants.Broken("alerts: still in the outbox of",
                alerts.Where(alert => alert.Outbox.Count > 0 || alert.Unpublished.Count > 0).Select(Text)),
            .. Invariants.Broken("alerts: a transition was never decided:", alerts.SelectMany(Undecided)),
            .. Invariants.Broken("alerts: decided, but never handed to its channel:",
                wanted.Where(one => !known.ContainsKey(one)).Select(one => $"{one.Id} by {one.Channel}")),
            .. Invariants.Broken("alerts: neither sent nor given up:", deliveries.Where(IsOpen).Select(Text)),
            .. Invariants.Broken("alerts: given up without a reason:", deliveries.Where(IsSilentlyGivenUp).Select(Text)),
        ];
    }

    /// <summary>Nothing is sent that was not written down as begun, and two hosts alone make nobody begin what another is at.</summary>
    /// <param name="arrived">How many messages the channels took.</param>
    /// <param name="twoHosts">When there were two hosts and nothing else was wrong.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<IReadOnlyList<string>> CheckSentOnceAsync(
        int arrived, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> twoHosts, CancellationToken cancellationToken)
    {
        var deliveries = await ReadDeliveriesAsync(cancellationToken);
        var begun = deliveries.Sum(delivery => delivery.Begun);
        return
        [
            .. arrived > begun ? [$"alerts: {arrived} messages arrived, but only {begun} were begun"] : Array.Empty<string>(),
            .. Invariants.Broken("alerts: sent twice by two hosts:", deliveries
                .Where(delivery => delivery.Begun > delivery.Attempts
                    && twoHosts.Any(span => delivery.QueuedAt >= span.From && delivery.QueuedAt < span.To))
                .Select(Text)),
        ];
    }

    /// <summary>What there was to tell, for the summary.</summary>
    public async Task<string> SummaryAsync(CancellationToken cancellationToken)
    {
        var (alerts, deliveries) = (await ReadAlertsAsync(cancellationToken), await ReadDeliveriesAsync(cancellationToken));
        return $"{alerts.Count} alerts with {alerts.Sum(alert => alert.Transitions)} transitions; "
            + $"deliveries: {deliveries.Count(delivery => delivery.State == DeliveryState.Sent)} sent, "
            + $"{deliveries.Count(delivery => delivery.State == DeliveryState.Failed)} given up, {deliveries.Count(delivery => delivery.Begun > delivery.Attempts)} begun more than once by a crash";
    }

    private async Task<IReadOnlyList<Alert>> ReadAlertsAsync(CancellationToken cancellationToken)
    {
        var table = new AlertTable(tables);
        List<Alert> alerts = [];
        foreach (var portal in (long[])[ChaosWorld.Account.Id, Portal.Monitor.Id])
        {
            alerts.AddRange((await table.ReadCurrentAsync(portal, cancellationToken)).Select(stored => stored.Alert));
            alerts.AddRange(await table.ReadClosedAsync(portal, All, cancellationToken));
        }
        return alerts;
    }

    private async Task<IReadOnlyList<AlertDelivery>> ReadDeliveriesAsync(CancellationToken cancellationToken)
    {
        List<AlertDelivery> deliveries = [];
        foreach (var channel in Channels) deliveries.AddRange(await new DeliveryTable(tables).ReadNewestAsync(channel, All, cancellationToken));
        return deliveries;
    }

    // What is found together is told in the message of the worst.
    private static IEnumerable<(string Channel, string Id)> Wanted(Alert alert) => alert.Decisions
        .Where(decision => decision.Verdict == Verdict.Send && !decision.Reason.StartsWith("Told in", StringComparison.Ordinal))
        .SelectMany(decision => decision.Channels.Select(channel => (channel, decision.MessageId)));

    private static IEnumerable<string> Undecided(Alert alert) => alert.Decisions.Count >= DecisionsKept
        ? []
        : Enumerable.Range(1, alert.Transitions).Select(number => $"{alert.Id}-{number}")
            .Where(id => alert.Decisions.LastOrDefault(decision => decision.MessageId == id) is null or { Verdict: Verdict.Hold })
            .Select(id => $"{id} ({alert.Finding.Rule})");

    private static bool IsOpen(AlertDelivery delivery) => delivery.State is DeliveryState.Queued or DeliveryState.Sending;

    private static bool IsSilentlyGivenUp(AlertDelivery delivery) =>
        delivery.State == DeliveryState.Failed && (delivery.FailedAt is null || string.IsNullOrEmpty(delivery.LastError));

    private static string Text(Alert alert) => $"{alert.Id} ({alert.Finding.Rule})";

    private static string Text(AlertDelivery delivery) =>
        $"{delivery.Message.Id} by {delivery.Channel}, {delivery.State}, tried {delivery.Attempts} times";
}
