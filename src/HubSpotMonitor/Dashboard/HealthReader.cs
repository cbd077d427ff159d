using System.Globalization;
using Azure;
using Azure.Identity;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Dashboard;

/// <summary>How the monitor itself is: store, portals, channels.</summary>
public sealed class HealthReader(
    MonitorScope scope, CheckpointTable checkpoints, DeliveryTable deliveries, ChannelTable states, DeadLetterTable deadLetters)
{
    /// <summary>A health check that hangs is no answer. Shorter than a page waits, so that the page has this answer.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);

    /// <summary>More are not worth counting: look at them.</summary>
    private const int MostDeadLetters = 100;

    /// <summary>Nobody sends more tests in a row.</summary>
    private const int FewTests = 10;

    /// <summary>Never throws for a store that is down: that is one of its answers.</summary>
    public async Task<HealthReport> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var marks = await checkpoints.ReadAllAsync(limit.Token);
            var portals = scope.Portals.Select(portal => CheckPortal(portal, marks.GetValueOrDefault(portal.Id)?.Usage, now));
            var channels = await Task.WhenAll(scope.Channels.Select(channel => CheckChannelAsync(channel, now, limit.Token)));
            return HealthReport.Of(
            [
                new("store", HealthStatus.Healthy, "Answers."),
                .. portals,
                .. channels,
                .. NoChannel(),
                .. await CheckDeadLettersAsync(limit.Token),
            ]);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or AuthenticationFailedException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return HealthReport.Of([new("store", HealthStatus.Unhealthy, $"{StoreTrouble(e)} Nothing is polled, stored or told until it is back.")]);
        }
    }

    private static HealthCheck CheckPortal(Portal portal, UsageCheckpoint? checkpoint, DateTimeOffset now)
    {
        var name = $"portal {portal}";
        if (checkpoint is null) return new(name, HealthStatus.Degraded, "Not polled yet.");
        if (DashboardReader.IsForgotten(checkpoint, now)) return new(name, HealthStatus.Unhealthy, DashboardReader.ReasonOf(checkpoint, now)!);
        return DashboardReader.StateOf(checkpoint, now) switch
        {
            PortalState.Watching => new(
                name,
                HealthStatus.Healthy,
                $"Last poll {Words.DayAndTime(checkpoint.LastPollAt, now, AccountClock.FromName(checkpoint.TimeZone).Offset(checkpoint.LastPollAt))}."),
            PortalState.Blind =>
                new(name, HealthStatus.Degraded, $"Blind since {Utc(checkpoint.FailingSince ?? checkpoint.LastPollAt)}: {checkpoint.Says}")
                {
                    IsBlind = true,
                },
            _ => new(name, HealthStatus.Degraded, checkpoint.Says ?? $"{Words.Spaced(checkpoint.Outcome.ToString())}."),
        };
    }

    private async Task<HealthCheck> CheckChannelAsync(string channel, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var state = await states.ReadAsync(channel, cancellationToken);
        if (state.OpenSince is { } since)
            return new($"channel {channel}", HealthStatus.Degraded, $"Has taken nothing since {Utc(since)} and is only probed: {state.LastError}");
        List<AlertDelivery> given =
        [
            .. (await deliveries.ReadGivenUpAsync(channel, now - ChannelHealth.Window, cancellationToken))
                .Where(delivery => delivery.CountsAgainst(state, now)),
        ];
        if (given is [var lost, ..])
        {
            return new(
                $"channel {channel}",
                HealthStatus.Degraded,
                $"{Words.Count(given.Count)} given up within a day, the newest because: {lost.LastError}");
        }
        var newest = (await deliveries.ReadNewestAsync(channel, FewTests, cancellationToken))
            .FirstOrDefault(delivery => delivery is { State: not DeliveryState.Failed, Message.IsTest: false });
        return newest is { LastError: { } error, State: not DeliveryState.Sent }
            ? new($"channel {channel}", HealthStatus.Degraded, $"A message is not sent yet ({newest.State}): {error}")
            : new(
                $"channel {channel}",
                HealthStatus.Healthy,
                (state.TakenAt ?? newest?.SentAt) is { } taken ? $"Took its last message {Utc(taken)}." : "Has taken no message yet.");
    }

    private async Task<IEnumerable<HealthCheck>> CheckDeadLettersAsync(CancellationToken cancellationToken)
    {
        var letters = await deadLetters.CountAsync(MostDeadLetters, cancellationToken);
        if (letters == 0) return [];
        var count = letters == MostDeadLetters ? $"{MostDeadLetters} or more" : Words.Count(letters);
        return
        [
            new(
                "dead letters",
                HealthStatus.Degraded,
                $"{count} webhook {(letters == 1 ? "event" : "events")} could not be stored. The page of events says why and can try again."),
        ];
    }

    private IEnumerable<HealthCheck> NoChannel()
    {
        if (scope.Channels.Count == 0)
        {
            yield return new(
                "channels",
                HealthStatus.Degraded,
                "No channel is configured: alerts are only on the page. Set Delivery__Email__…, Delivery__Smtp__…, Delivery__Teams__…, Delivery__Slack__… or Delivery__Webhook__….");
        }
    }

    // A channel tells of many accounts, and an outage blinds many, which is told once: by no clock of one.
    private static string Utc(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:d MMM yyyy HH:mm} UTC");

    private static string StoreTrouble(Exception exception) => exception switch
    {
        RequestFailedException { Status: 401 or 403 } or AuthenticationFailedException =>
            "The store refuses us: check the key in Store:ConnectionString, or the identity's role Storage Table Data Contributor.",
        _ => "The store cannot be reached: check Store:ConnectionString or Store:AccountName, and that it runs.",
    };
}
