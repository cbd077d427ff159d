using System.Globalization;
using HubSpotMonitor.Alerting;
using HubSpotMonitor.Alerting.Digests;
using HubSpotMonitor.Alerting.Routing;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Posture;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor;

/// <summary>Gathers what a portal's digest tells and queues it, once for each time that is due. What posture knows joins here.</summary>
public sealed class DigestRound(
    AlertTable alerts, CheckpointTable checkpoints, ReadingTable readings, FeedbackTable feedback, DeliveryTable deliveries, AccessTable access,
    DeliveryDesk desk, IAlertBus bus, IOptions<AlertingOptions> options, IOptions<PostureOptions> rules)
{
    /// <summary>More than a week of trouble has.</summary>
    private const int LatestClosed = 1000;
    private const int MostKeys = 5;

    public async Task QueueAsync(Portal portal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await checkpoints.ReadAsync(portal.Id, cancellationToken) is not { } usage) return;
        var clock = AccountClock.FromName(usage.TimeZone);
        if (DigestSchedule.LastDue(options.Value, clock, now) is not { } due) return;
        var last = await checkpoints.ReadDigestAsync(portal.Id, cancellationToken);
        if (last?.To >= due) return;
        // The first one tells of the time since the monitor began to count, and of no time before.
        var from = last?.To ?? usage.PollsSince ?? due;
        if (from < due)
        {
            var facts = await GatherAsync(portal, clock, from, due, cancellationToken);
            var message = DigestWriter.Write(facts with { Polls = Polls(usage, last, now) });
            var situation = new Situation { Now = now, Options = options.Value, Channels = [.. desk.Channels] };
            await bus.PublishAsync([new(message, Routes.OfDigest(portal.Id, situation))], now, cancellationToken);
        }
        // Last: a crash before it writes the same digest again, and the bus knows it by its id.
        await checkpoints.WriteAsync(new DigestCheckpoint(portal.Id, due, usage.Polls, usage.GoodPolls, now), cancellationToken);
    }

    private async Task<DigestFacts> GatherAsync(
        Portal portal, AccountClock clock, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var since = from - (to - from);
        var known = (await alerts.ReadCurrentAsync(portal.Id, cancellationToken))
            .Select(stored => stored.Alert)
            .Concat(await alerts.ReadClosedAsync(portal.Id, LatestClosed, cancellationToken));
        var said = await feedback.ReadAsync(portal.Id, from.AddDays(-30), cancellationToken);
        var messages = await Task.WhenAll(desk.Channels.Select(channel => deliveries.ReadOfAsync(channel, portal.Id, from, to, cancellationToken)));
        var sent = messages.SelectMany(channel => channel).Where(delivery => delivery.Message.Transition != Transition.Digest).ToList();
        var posture = await access.ReadReportAsync(portal.Id, cancellationToken);
        return new()
        {
            Credentials = posture is null ? [] : [.. OldestKeys(posture, to)],
            Gaps = [.. posture?.Gaps.Select(gap => gap.Says) ?? []],
            Portal = portal,
            Clock = clock,
            From = from,
            To = to,
            DashboardUrl = options.Value.DashboardUrl,
            Calls = WeeksOfCalls.Of(
                await WeekAsync(portal, to, cancellationToken), await WeekAsync(portal, to - WeeksOfCalls.Apart, cancellationToken)),
            Alerts = [.. known.Where(alert => alert.OpenedAt < to && (alert.State == AlertState.Open || alert.ResolvedAt >= since))],
            MessagesSent = sent.Count(delivery => delivery.State == DeliveryState.Sent),
            MessagesFailed = sent.Count(delivery => delivery is { State: DeliveryState.Failed, LastError: not AlertDelivery.Overtaken }),
            Feedback = [.. said.Where(feedback => feedback.At >= from && feedback.At < to && !feedback.IsWithdrawn)],
        };
    }

    private Task<IReadOnlyList<Reading>> WeekAsync(Portal portal, DateTimeOffset to, CancellationToken cancellationToken) =>
        readings.ReadAsync(portal.Id, Metric.Calls, to - WeeksOfCalls.Week, to, cancellationToken);

    private IEnumerable<string> OldestKeys(PostureReport posture, DateTimeOffset at) => posture.Credentials
        .Where(key => key.Status == CredentialStatus.Active && key.Kind != CredentialKind.OAuthGrant)
        .Select(key => (Key: key, Due: key.DueAt(rules.Value.KeyAgeLimit)))
        .Where(one => one.Due is not null)
        .OrderBy(one => one.Due).ThenBy(one => one.Key.Id, StringComparer.Ordinal).Take(MostKeys)
        .Select(one => string.Create(CultureInfo.InvariantCulture,
            $"{one.Key.Name}: {(at - one.Key.SecretSince!.Value).Days} days old, rotation {(one.Due < at ? "was due" : "due")} {one.Due!.Value.UtcDateTime:d MMM yyyy}, owner {one.Key.Owner ?? "not named"}"));

    // The polls since the last digest was counted, held against those that the schedule asked for in that time.
    private static PollShare Polls(UsageCheckpoint usage, DigestCheckpoint? last, DateTimeOffset now)
    {
        var since = last?.CountedAt ?? usage.PollsSince ?? now;
        return new(usage.GoodPolls - (last?.GoodPolls ?? 0), Math.Max(1, (long)Math.Round((now - since) / Pipeline.PollEvery)));
    }
}
