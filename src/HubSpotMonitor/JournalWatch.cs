using HubSpotMonitor.Alerting;
using HubSpotMonitor.Detection.Events;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Webhooks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor;

/// <summary>The webhooks journal, from HubSpot's page to the events' rows. Events are stored before the offset that speaks of them.</summary>
public sealed partial class JournalWatch(
    JournalPoller poller, WebhookReceiver receiver, CheckpointTable checkpoints, AlertDesk alerts, IOptions<WebhooksOptions> options,
    ILogger<JournalWatch> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>Each page is a call at HubSpot's API; more would be a burst, and the other work of the run waits. The next pull goes on.</summary>
    private const int MostPages = 50;

    /// <summary>Real time, whatever the clock: what comes after in the run needs the rest of its minute.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>No page is begun after this.</summary>
    private static readonly TimeSpan LastStart = Limit * 0.8;

    private volatile bool _isEnded;

    /// <summary>Stores what is new in the journal, if it is on and its time has come.</summary>
    public async Task PullAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!options.Value.IsJournalOn)
        {
            await EndAlertsAsync(now, cancellationToken);
            return;
        }
        var before = await checkpoints.ReadJournalAsync(cancellationToken);
        // One from the future is of a clock that was wrong.
        if (before is { IsBehind: false } && now >= before.LastPollAt && now - before.LastPollAt < Interval) return;

        var after = await FollowAsync(before, now, cancellationToken);
        await alerts.ApplyAsync(Portal.Monitor, AccountClock.Utc, [], JournalDetector.Assess(after), now, cancellationToken);
        await checkpoints.WriteAsync(after, cancellationToken);
    }

    // Whoever takes the journal out of the settings, as the alert itself proposes, is not to be reminded of it.
    private async Task EndAlertsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_isEnded) return;
        await alerts.ApplyAsync(Portal.Monitor, AccountClock.Utc, [], JournalDetector.Off, now, cancellationToken);
        _isEnded = true;
    }

    private async Task<JournalCheckpoint> FollowAsync(JournalCheckpoint? before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (offset, isForgotten, gap) = (before?.Offset, false, before?.Gap);
        var started = TimeProvider.System.GetTimestamp();
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        for (var pages = 1; ; pages++)
        {
            var poll = await NextAsync(offset, now, linked.Token, cancellationToken);
            // A page that was given just now, or is still the oldest, cannot be forgotten:
            // taken for a gap, it would be read for ever as if nothing were new.
            if (poll.IsGap && (pages > 1 || poll.Page?.Offset == offset))
                poll = new(PollOutcome.Malformed, "HubSpot's journal gives a page and refuses to go on from it.", null);
            if (poll.Outcome != PollOutcome.Good) return JournalCheckpoint.Failed(before, offset, poll.Outcome, poll.Says, now) with { Gap = gap };
            if (poll.IsGap) LogGap(offset);
            isForgotten |= poll.IsGap;
            // An empty journal is read from its beginning, and one that has forgotten the place is as good as empty.
            if (poll.Page is not { } page)
            {
                return JournalCheckpoint.Good(
                    before, poll.IsGap ? JournalPoller.Beginning : offset ?? JournalPoller.Beginning, isAll: true, isForgotten, now);
            }
            await receiver.TakeAsync(page.Events, now, cancellationToken);
            var isSame = page.Offset == offset;
            offset = page.Offset;
            var after = JournalCheckpoint.Good(before, offset, isSame, isForgotten, now);
            await checkpoints.WriteAsync(after, cancellationToken);
            gap = after.Gap;
            if (isSame || pages == MostPages || TimeProvider.System.GetElapsedTime(started) > LastStart) return after;
        }
    }

    private async Task<JournalPoll> NextAsync(string? offset, DateTimeOffset now, CancellationToken limit, CancellationToken cancellationToken)
    {
        try
        {
            return await poller.NextAsync(options.Value.JournalClientId!, options.Value.Secrets[0], offset, now, limit);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(PollOutcome.Unreachable, $"HubSpot's journal took more than {Limit.TotalSeconds:0} seconds.", null);
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "HubSpot's journal no longer knows offset {Offset}; it keeps three days. Reading starts again at its earliest page: what lies between is lost, unless it was pushed.")]
    private partial void LogGap(string? offset);
}
