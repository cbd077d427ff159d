using System.Globalization;
using System.Runtime.CompilerServices;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Dashboard;

/// <summary>
/// All portals, in the order of the settings, and their alerts: the open ones first, then
/// those that ended within a week and were the last of their rule and subject; newest first.
/// </summary>
public sealed record PresentState(IReadOnlyList<PortalView> Portals, IReadOnlyList<Alert> Alerts);

/// <summary>All that page and API read. Every method reads ranges, never whole tables.</summary>
public sealed class DashboardReader(
    MonitorScope scope, CheckpointTable checkpoints, ReadingTable readings, ModelTable models, AlertTable alerts, DeliveryTable deliveries)
{
    /// <summary>
    /// So many accounts are exported at once: one after the other a thousand would take minutes, and all at once would hold what each has.
    /// </summary>
    private const int ExportedAtOnce = 16;

    /// <summary>Three polls: after that the schedule itself must have stopped.</summary>
    private static readonly TimeSpan PollsMissedAfter = TimeSpan.FromMinutes(16);

    /// <summary>A clock may be set back by less than a poll: the next one comes later than the last, and all is well.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(4);

    /// <summary>From so many days of history a model is fitted, in the night that follows.</summary>
    private const int EnoughDays = 14;

    /// <summary>How things stand now. As many requests for a thousand calm portals as for one; one more for each that has an incident.</summary>
    public async Task<PresentState> ReadPresentAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var summaries = models.ReadSummariesAsync(cancellationToken);
        var present = ReadPresentAlertsAsync(cancellationToken);
        var marks = await checkpoints.ReadAllAsync(cancellationToken);
        var live = await summaries;
        var open = (await present).Where(alert => alert.State == AlertState.Open).ToLookup(alert => alert.Portal.Id);
        return new(
            [.. scope.Portals.Select(portal =>
                ViewOf(portal, marks.GetValueOrDefault(portal.Id), live.GetValueOrDefault(portal.Id), [.. open[portal.Id]], now))],
            await present);
    }

    /// <summary>
    /// Alerts of one account or of all, in one state or in both: open ones first, the worst
    /// before all others, then the newest resolved ones; at most <paramref name="take"/>.
    /// </summary>
    public async Task<IReadOnlyList<Alert>> ReadAlertsAsync(int take, long? only, AlertState? state, CancellationToken cancellationToken)
    {
        var all = await Task.WhenAll(PortalsOf(only).Select(async portal =>
            (await alerts.ReadCurrentAsync(portal.Id, cancellationToken)).Select(stored => stored.Alert)
                .Concat(state == AlertState.Open ? [] : await alerts.ReadClosedAsync(portal.Id, take, cancellationToken))));
        return [.. all.SelectMany(portal => portal)
            // What is put among those that are over meanwhile is met twice; its present row comes first.
            .DistinctBy(alert => alert.Id)
            .Where(alert => state is null || alert.State == state)
            .OrderBy(alert => alert.State == AlertState.Resolved)
            // How bad it was counts while it is open.
            .ThenByDescending(alert => alert.State == AlertState.Open ? alert.Severity : Severity.Info)
            .ThenByDescending(alert => alert.OpenedAt)
            .Take(take)];
    }

    /// <summary>
    /// Alerts of one account or of all that fired at or after <paramref name="from"/> and opened before <paramref name="to"/>: account by account,
    /// and of each in the order in which they opened. There may be many.
    /// </summary>
    public async IAsyncEnumerable<Alert> ReadFiredAsync(
        long? only, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var some in PortalsOf(only).Chunk(ExportedAtOnce))
        {
            var fired = await Task.WhenAll(some.Select(portal => ReadFiredOfAsync(portal.Id, from, to, cancellationToken)));
            foreach (var alert in fired.SelectMany(account => account)) yield return alert;
        }
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

    /// <summary>The messages of one incident by every channel, oldest first.</summary>
    public async Task<IReadOnlyList<AlertDelivery>> ReadDeliveriesAsync(Alert alert, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var until = alert.Decisions.Select(decision => decision.At).Append(alert.OpenedAt).Max();
        var all = await Task.WhenAll(
            scope.Channels.Select(channel => deliveries.ReadOfAsync(channel, alert.Portal.Id, alert.OpenedAt, until.AddTicks(1), cancellationToken)));
        return
        [
            .. all
                .SelectMany(channel => channel)
                .Where(delivery => delivery.Message.AlertId == alert.Id)
                .OrderBy(delivery => delivery.QueuedAt)
                .ThenBy(delivery => delivery.Channel, StringComparer.Ordinal),
        ];
    }

    /// <summary>An incident of any account, present or over; null: there is none with this id.</summary>
    public Task<Alert?> FindAlertAsync(string id, CancellationToken cancellationToken) => alerts.FindAsync(id, cancellationToken);

    /// <summary>Readings of one metric and subject with <paramref name="from"/> &lt;= At &lt; <paramref name="to"/>, oldest first.</summary>
    public Task<IReadOnlyList<Reading>> ReadReadingsAsync(
        long portal, string metric, string? subject, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        readings.ReadAsync(portal, metric, subject, from, to, cancellationToken);

    /// <summary>One portal of those that are configured.</summary>
    public async Task<PortalView> ReadPortalAsync(Portal portal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var marks = await checkpoints.ReadOneAsync(portal.Id, cancellationToken);
        var model = await models.ReadSummaryAsync(portal.Id, cancellationToken);
        var current = await alerts.ReadCurrentAsync(portal.Id, cancellationToken);
        return ViewOf(portal, marks, model, [.. current.Select(stored => stored.Alert).Where(alert => alert.State == AlertState.Open)], now);
    }

    private async Task<IReadOnlyList<Alert>> ReadFiredOfAsync(
        long portal, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        // Before those that are over: what is put there meanwhile is then met twice, and the other way round nowhere.
        var present = await alerts.ReadCurrentAsync(portal, cancellationToken);
        // To the very first: they lie by when they opened, and one that opened years ago may have fired until yesterday.
        var over = await alerts.ReadClosedBeforeAsync(portal, to, cancellationToken)
            .Where(alert => alert.LastFiredAt >= from)
            .ToListAsync(cancellationToken);
        return [.. present.Select(stored => stored.Alert).Where(alert => alert.LastFiredAt >= from && alert.OpenedAt < to)
            .Concat(over).DistinctBy(alert => alert.Id).OrderBy(alert => alert.OpenedAt)];
    }

    // Those without a mark had no incident for a week.
    private async Task<IReadOnlyList<Alert>> ReadPresentAlertsAsync(CancellationToken cancellationToken)
    {
        var marked = (await alerts.ReadMarkedAsync(cancellationToken)).Intersect(scope.Portals.Append(Portal.Monitor).Select(portal => portal.Id));
        var all = await Task.WhenAll(marked.Select(portal => alerts.ReadCurrentAsync(portal, cancellationToken)));
        return [.. all.SelectMany(portal => portal).Select(stored => stored.Alert)
            .OrderBy(alert => alert.State == AlertState.Resolved).ThenByDescending(alert => alert.OpenedAt)];
    }

    private IEnumerable<Portal> PortalsOf(long? only) => scope.Portals.Append(Portal.Monitor).Where(portal => only is null || portal.Id == only);

    private static PortalView ViewOf(Portal portal, PortalMarks? marks, ModelSummary? model, IReadOnlyList<Alert> open, DateTimeOffset now)
    {
        var checkpoint = marks?.Usage;
        var clock = AccountClock.FromName(checkpoint?.TimeZone);
        // Yesterday's counter says nothing of today, nor does what it led to expect.
        var today = checkpoint?.UsedAt >= clock.Midnight(now) ? checkpoint : null;
        return new()
        {
            Id = portal.Id,
            Name = portal.Name,
            State = StateOf(checkpoint, now),
            StateReason = ReasonOf(checkpoint, now),
            TimeZone = checkpoint?.TimeZone,
            UtcOffset = clock.Offset(now),
            LastGoodPollAt = checkpoint?.LastGoodPollAt,
            UsedToday = today?.UsedToday,
            Limit = checkpoint?.Limit,
            ResetsAt = checkpoint is null ? null : clock.NextMidnight(now),
            ForecastAtReset = today?.ForecastAtReset,
            LimitReachedAt = today?.LimitReachedAt,
            Model = ModelWords(model, checkpoint),
            OpenAlerts = open.Count,
            Worst = open.Count == 0 ? null : open.Max(alert => alert.Severity),
            Hours = checkpoint?.Hours ?? [],
            Posture = marks?.Posture,
            OwnCallsYesterday = OwnCalls(marks, Yesterday(now)),
            OwnCallsToday = OwnCalls(marks, Today(now)) ?? 0,
        };
    }

    private static DateOnly Today(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime);

    private static DateOnly Yesterday(DateTimeOffset now) => Today(now).AddDays(-1);

    private static int? OwnCalls(PortalMarks? marks, DateOnly day) =>
        OwnCalls(marks?.Usage?.Calls, day) is { } usage ? usage + (OwnCalls(marks?.Posture?.Calls, day) ?? 0) : null;

    private static int? OwnCalls(CallTally? tally, DateOnly day) => tally switch
    {
        { Calls: var calls } when tally.Day == day => calls,
        { DayBefore: { } calls } when tally.Day.AddDays(-1) == day => calls,
        _ => null,
    };

    /// <summary>
    /// Nothing polls it any more, however well its last poll went: it is long ago, or of a
    /// time that has not come yet, since the clock was set back and no poll has noticed.
    /// </summary>
    internal static bool IsForgotten(UsageCheckpoint checkpoint, DateTimeOffset now) =>
        now - checkpoint.LastPollAt > PollsMissedAfter || (checkpoint.LastPollAt - now > ClockSlack && checkpoint.Outcome != PollOutcome.ClockWrong);

    internal static PortalState StateOf(UsageCheckpoint? checkpoint, DateTimeOffset now) => checkpoint switch
    {
        null => PortalState.Waiting,
        { FailedPolls: >= UsageCheckpoint.BlindAfter } => PortalState.Blind,
        { } polled when IsForgotten(polled, now) => PortalState.Blind,
        { FailedPolls: > 0 } or { Outcome: not PollOutcome.Good } => PortalState.Degraded,
        _ => PortalState.Watching,
    };

    // The time and not how long ago it was: the page stays the same, and is not sent again every minute.
    internal static string? ReasonOf(UsageCheckpoint? checkpoint, DateTimeOffset now) => checkpoint switch
    {
        null => "Not polled yet: the first poll comes within five minutes.",
        { } polled when IsForgotten(polled, now) && polled.LastPollAt > now => "The last poll is of a later time than now: was the clock set back?",
        { } polled when IsForgotten(polled, now) => string.Create(
            CultureInfo.InvariantCulture,
            $"Not polled since {polled.LastPollAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC: does the timer run?"),
        { Says: var says } => says,
    };

    private static string ModelWords(ModelSummary? model, UsageCheckpoint? checkpoint) => model is { } live
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"Model of {live.Days:0} days, live since {live.LiveSince.UtcDateTime:d MMM yyyy HH:mm} UTC{Error(live)}{Trial(live)}")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"Learning since {Words.Duration(TimeSpan.FromDays(checkpoint?.HistoryDays ?? 0))}: fixed thresholds are in force until {EnoughDays} days are counted");

    private static string Error(ModelSummary model) =>
        model.MedianError is { } error ? $"; half hours of the last week were {Words.Percent(error)} off, in the middle" : "";

    private static string Trial(ModelSummary model) => model is { LastTrialAt: { } at, IsLastTrialPromoted: false }
        ? string.Create(CultureInfo.InvariantCulture, $"; a newer one was worse on {at.UtcDateTime:d MMM} and did not go live")
        : "";
}
