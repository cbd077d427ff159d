using System.Globalization;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Dashboard;

/// <summary>All that page and API read. Every method reads ranges, never whole tables.</summary>
public sealed class DashboardReader(
    MonitorScope scope, CheckpointTable checkpoints, ReadingTable readings, ModelTable models, AlertTable alerts, DeliveryTable deliveries)
{
    private const int BlindAfter = 2;

    /// <summary>Every configured portal, in the order of the settings.</summary>
    public async Task<IReadOnlyList<PortalView>> ReadPortalsAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await Task.WhenAll(scope.Portals.Select(portal => ReadPortalAsync(portal, now, cancellationToken)));

    /// <summary>Open alerts first, then the newest resolved ones; at most <paramref name="take"/>.</summary>
    public async Task<IReadOnlyList<Alert>> ReadAlertsAsync(int take, CancellationToken cancellationToken)
    {
        var all = await Task.WhenAll(scope.Portals.Append(Portal.Monitor).Select(async portal =>
            (await alerts.ReadCurrentAsync(portal.Id, cancellationToken)).Select(stored => stored.Alert)
                .Concat(await alerts.ReadClosedAsync(portal.Id, take, cancellationToken))));
        return [.. all.SelectMany(portal => portal)
            .OrderBy(alert => alert.State == AlertState.Resolved)
            .ThenByDescending(alert => alert.OpenedAt)
            .Take(take)];
    }

    /// <summary>The newest deliveries; at most <paramref name="take"/>.</summary>
    public async Task<IReadOnlyList<AlertDelivery>> ReadDeliveriesAsync(int take, CancellationToken cancellationToken)
    {
        var all = await Task.WhenAll(scope.Channels.Select(channel => deliveries.ReadNewestAsync(channel, take, cancellationToken)));
        return [.. all.SelectMany(channel => channel)
            .OrderByDescending(delivery => delivery.QueuedAt)
            .ThenBy(delivery => delivery.Channel, StringComparer.Ordinal)
            .Take(take)];
    }

    /// <summary>Readings of one metric and subject with <paramref name="from"/> &lt;= At &lt; <paramref name="to"/>, oldest first.</summary>
    public Task<IReadOnlyList<Reading>> ReadReadingsAsync(
        long portal, string metric, string? subject, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        readings.ReadAsync(portal, metric, subject, from, to, cancellationToken);

    /// <summary>One portal of those that are configured.</summary>
    public async Task<PortalView> ReadPortalAsync(Portal portal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var checkpoint = await checkpoints.ReadAsync(portal.Id, cancellationToken);
        var model = await models.ReadSummaryAsync(portal.Id, cancellationToken);
        var current = await alerts.ReadCurrentAsync(portal.Id, cancellationToken);
        var clock = AccountClock.FromName(checkpoint?.TimeZone);
        return new PortalView
        {
            Id = portal.Id,
            Name = portal.Name,
            State = StateOf(checkpoint),
            StateReason = checkpoint is null ? "Not polled yet: the first poll comes within five minutes." : checkpoint.Says,
            TimeZone = checkpoint?.TimeZone,
            UtcOffset = clock.Offset(now),
            LastGoodPollAt = checkpoint?.LastGoodPollAt,
            // Yesterday's counter says nothing of today.
            UsedToday = checkpoint?.UsedAt >= clock.Midnight(now) ? checkpoint.UsedToday : null,
            Limit = checkpoint?.Limit,
            ResetsAt = checkpoint is null ? null : clock.NextMidnight(now),
            ForecastAtReset = checkpoint?.ForecastAtReset,
            LimitReachedAt = checkpoint?.LimitReachedAt,
            Model = ModelWords(model, checkpoint),
            OpenAlerts = current.Count(stored => stored.Alert.State == AlertState.Open),
            Recent = await readings.ReadAsync(portal.Id, Metric.Calls, now.AddHours(-24), now.AddMilliseconds(1), cancellationToken),
        };
    }

    internal static PortalState StateOf(UsageCheckpoint? checkpoint) => checkpoint switch
    {
        null => PortalState.Waiting,
        { FailedPolls: >= BlindAfter } => PortalState.Blind,
        { FailedPolls: > 0 } or { Outcome: not PollOutcome.Good } => PortalState.Degraded,
        _ => PortalState.Watching,
    };

    private static string ModelWords(ModelSummary? model, UsageCheckpoint? checkpoint) => model is { } live
        ? string.Create(CultureInfo.InvariantCulture, $"Model of {live.Days:0} days, live since {live.LiveSince.UtcDateTime:d MMM yyyy HH:mm} UTC{Error(live)}{Trial(live)}")
        : string.Create(CultureInfo.InvariantCulture, $"Learning since {Words.Duration(TimeSpan.FromDays(checkpoint?.HistoryDays ?? 0))}: fixed thresholds are in force until there are 14 days");

    private static string Error(ModelSummary model) => model.MedianError is { } error ? $"; half hours of the last week were {Words.Percent(error)} off, in the middle" : "";

    private static string Trial(ModelSummary model) => model is { LastTrialAt: { } at, IsLastTrialPromoted: false }
        ? string.Create(CultureInfo.InvariantCulture, $"; a newer one was worse on {at.UtcDateTime:d MMM} and did not go live")
        : "";
}
