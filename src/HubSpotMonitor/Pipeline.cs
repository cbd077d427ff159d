using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using HubSpotMonitor.Alerting;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor;

/// <summary>The order of the stops. Every method is one run of one function; <c>now</c> is taken once and passed down.</summary>
public sealed partial class Pipeline(
    IOptions<PortalsOptions> portals, UsageWatch usage, PostureWatch posture, EventWatch events, RateWatch rates, JournalWatch journal,
    GrantWatch grants, AlertDesk alerts, Publisher publisher, DigestRound digests, DeliveryDesk deliveries, Retention retention, FanOut fanOut,
    CheckpointTable checkpoints, ILogger<Pipeline> logger)
{
    /// <summary>Waiting for HubSpot is most of a poll; more at once would press on the store.</summary>
    private const int PortalsAtOnce = 16;

    /// <summary>How often <c>PollUsage</c> and <c>PollActivity</c> run, as their function.json files say.</summary>
    internal static readonly TimeSpan PollEvery = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan AuditEvery = TimeSpan.FromHours(1);

    private static readonly TimeSpan PruneEvery = TimeSpan.FromDays(1);

    private readonly IList<PortalOptions> _portals = portals.Value.Portals;

    /// <summary>Asks every portal for its usage, stores and judges the answers, raises alerts and delivers what is due.</summary>
    /// <exception cref="AggregateException">The monitor itself failed at some portals; the others were served.</exception>
    public Task PollUsageAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        Telemetry.Watches(_portals.Count);
        return OneAfterTheOtherAsync(
            cancellationToken,
            () => fanOut.IsFor(_portals.Count)
                ? fanOut.OrderAsync(PollKind.Usage, _portals.Select(portal => portal.Id), now, cancellationToken)
                : ForEachPortalAsync(
                    InTurn(now, PollEvery),
                    portal => PollUsageOfAsync(portal, now, cancellationToken),
                    "poll",
                    cancellationToken,
                    Telemetry.PollSpan),
            () => SweepAlertsAsync(now, cancellationToken));
    }

    /// <summary>Fits every portal's model anew from its stored readings.</summary>
    /// <exception cref="AggregateException">It failed at some portals; the others have their models.</exception>
    public Task TrainModelsAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        ForEachPortalAsync(
            async portal => LogModel(portal.Portal, await usage.TrainAsync(portal, now, cancellationToken)), "train", cancellationToken);

    /// <summary>Sends the digests that are due by the portals' own clocks.</summary>
    /// <exception cref="AggregateException">It failed at some portals; the others have theirs.</exception>
    public Task SendDigestAsync(DateTimeOffset now, CancellationToken cancellationToken) => OneAfterTheOtherAsync(
        cancellationToken,
        () => ForEachPortalAsync(portal => digests.QueueAsync(portal.Portal, now, cancellationToken), "write the digest of", cancellationToken),
        () => deliveries.DeliverDueAsync(now, cancellationToken));

    /// <summary>Fetches what the journal has, turns what webhooks brought since the last run into readings and judges it.</summary>
    /// <exception cref="AggregateException">It failed at some portals or at the journal; the others were served.</exception>
    public Task WatchEventsAsync(DateTimeOffset now, CancellationToken cancellationToken) => OneAfterTheOtherAsync(
        cancellationToken,
        () => journal.PullAsync(now, cancellationToken),
        () => WatchChangedAsync(now, cancellationToken),
        () => events.WatchIntakeAsync(now, cancellationToken),
        // After what is done in a moment: a past that is learned anew takes its time.
        () => ForEachPortalAsync(portal => rates.WatchAppsAsync(portal, now, cancellationToken), "judge the apps of", cancellationToken),
        () => SweepAlertsAsync(now, cancellationToken));

    /// <summary>Reads what is new in every portal's security activity, logins and audit log.</summary>
    /// <exception cref="AggregateException">The monitor itself failed at some portals; the others were served.</exception>
    public Task PollActivityAsync(DateTimeOffset now, CancellationToken cancellationToken) => OneAfterTheOtherAsync(
        cancellationToken,
        () => fanOut.IsFor(_portals.Count)
            ? fanOut.OrderAsync(PollKind.Activity, _portals.Select(portal => portal.Id), now, cancellationToken)
            : ForEachPortalAsync(
                InTurn(now, PollEvery),
                portal => PollActivityOfAsync(portal, now, cancellationToken),
                "poll the activity of",
                cancellationToken,
                Telemetry.ActivitySpan),
        () => SweepAlertsAsync(now, cancellationToken));

    /// <summary>Asks who has access to every portal, and with what.</summary>
    /// <exception cref="AggregateException">The monitor itself failed at some portals; the others were served.</exception>
    public Task AuditAccessAsync(DateTimeOffset now, CancellationToken cancellationToken) => OneAfterTheOtherAsync(
        cancellationToken,
        () => ForEachPortalAsync(
            InTurn(now, AuditEvery),
            portal => posture.AuditAsync(portal, now, cancellationToken),
            "audit who has access to",
            cancellationToken,
            Telemetry.AuditSpan),
        () => SweepAlertsAsync(now, cancellationToken));

    /// <summary>Runs stored webhook events through counting and detection again, without telling anybody twice.</summary>
    /// <exception cref="AggregateException">It failed at some portals; the others were served.</exception>
    public async Task<EventReplay> ReplayEventsAsync(DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ConcurrentBag<EventReplay> replays = [];
        await OneAfterTheOtherAsync(
            cancellationToken,
            () => ForEachPortalAsync(
                async portal => replays.Add(await events.ReplayAsync(portal.Portal, from, to, now, cancellationToken)),
                "replay the events of",
                cancellationToken),
            () => SweepAlertsAsync(now, cancellationToken));
        return new(replays.Sum(replay => replay.Events), replays.Sum(replay => replay.Raised), replays.Sum(replay => replay.AlreadyTold));
    }

    /// <summary>Asks HubSpot what the grants of the accounts that are connected by OAuth still may do.</summary>
    /// <exception cref="AggregateException">It failed at some portals; the others were served.</exception>
    public Task InspectGrantsAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        ForEachPortalAsync(portal => grants.InspectAsync(portal, now, cancellationToken), "inspect the grant of", cancellationToken);

    /// <summary>Deletes what is older than the settings want it kept.</summary>
    /// <exception cref="AggregateException">It failed at some portals; the others were served.</exception>
    public Task PruneTablesAsync(DateTimeOffset now, CancellationToken cancellationToken) => OneAfterTheOtherAsync(
        cancellationToken,
        () => retention.PruneSharedAsync(now, cancellationToken),
        () => ForEachPortalAsync(
            InTurn(now, PruneEvery),
            portal => retention.PrunePortalAsync(portal.Id, now, cancellationToken),
            "prune the tables of",
            cancellationToken));

    /// <summary>Takes readings measured elsewhere, so that a model can learn from the past. Repeatable.</summary>
    /// <param name="readings">Of portals in the settings only: see <see cref="Watches"/>.</param>
    /// <param name="now">The time of this run.</param>
    /// <param name="cancellationToken">Stops it between two portals.</param>
    public async Task ImportReadingsAsync(IReadOnlyList<Reading> readings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var group in readings.GroupBy(reading => reading.Portal))
        {
            var options = _portals.First(portal => portal.Id == group.Key);
            LogModel(options.Portal, await usage.ImportAsync(options, [.. group], now, cancellationToken));
        }
    }

    /// <summary>Whether all readings are of portals in the settings; if not, the first that is not.</summary>
    public bool Watches(IReadOnlyList<Reading> readings, out long unknown)
    {
        unknown = readings.Select(reading => reading.Portal).FirstOrDefault(id => _portals.All(portal => portal.Id != id));
        return unknown == 0;
    }

    private async Task WatchChannelsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await alerts.EndAsync(
            Portal.Monitor.Id,
            finding => finding.Rule == FailingDelivery.Rule && !deliveries.Channels.Contains(finding.Subject),
            "The channel was taken out of the settings.",
            now,
            cancellationToken);
        var channels = (await deliveries.ReadHealthAsync(now, cancellationToken)).Select(health => FailingDelivery.Assess(health, now));
        // So few accounts are told one by one; there may have been more.
        List<Assessment> outage = _portals.Count <= OutageDetector.Few ? [OutageDetector.Over] : [];
        await alerts.ApplyAsync(Portal.Monitor, AccountClock.Utc, [], [.. channels, .. outage], now, cancellationToken);
    }

    private async Task WatchChangedAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var changed = await events.ReadChangedAsync(cancellationToken);
        await ForEachPortalAsync(
            portal => events.WatchAsync(portal.Portal, changed[portal.Id], now, cancellationToken), "watch the events of", cancellationToken);
    }

    private void LogModel(Portal portal, CountDetector detector)
    {
        if (detector.History < CountDetector.Warmup) LogLearning(portal);
        else LogTrained(portal, detector.Known.TotalDays);
    }

    // A step's trouble keeps no later step from running: what is written down is told also while one account's rows cannot be read.
    private static async Task OneAfterTheOtherAsync(CancellationToken cancellationToken, params IReadOnlyList<Func<Task>> steps)
    {
        List<ExceptionDispatchInfo> failures = [];
        foreach (var step in steps)
        {
            try
            {
                await step();
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                failures.Add(ExceptionDispatchInfo.Capture(e));
            }
        }
        if (failures is [var only]) only.Throw();
        if (failures.Count > 0)
            throw new AggregateException($"{failures.Count} steps of {steps.Count} failed.", failures.Select(failure => failure.SourceException));
    }

    // Where HubSpot hangs, a run ends before all had their turn: each begins with
    // others, so that none is left out for long and every one is told to be blind.
    private List<PortalOptions> InTurn(DateTimeOffset now, TimeSpan every)
    {
        var first = (int)(now.UtcTicks / every.Ticks * PortalsAtOnce % Math.Max(1, _portals.Count));
        return [.. _portals.Skip(first), .. _portals.Take(first)];
    }

    // One portal's trouble is kept to that portal; at the end it is told, so that the run counts as failed.
    private Task ForEachPortalAsync(Func<PortalOptions, Task> act, string verb, CancellationToken cancellationToken, string? spanName = null) =>
        ForEachPortalAsync(_portals, act, verb, cancellationToken, spanName);

    private async Task ForEachPortalAsync(
        IList<PortalOptions> some, Func<PortalOptions, Task> act, string verb, CancellationToken cancellationToken, string? spanName = null)
    {
        ConcurrentBag<Exception> failures = [];
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = PortalsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(some, atOnce, async (portal, _) =>
        {
            // What runs every minute has none of its own: it would be most of what is told, and tell little.
            using var span = spanName is null ? null : Telemetry.OfPortal(spanName, portal.Portal);
            try
            {
                await act(portal);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                Telemetry.Failed(span, e);
                LogFailed(e, verb, portal.Portal);
                failures.Add(e);
            }
        });
        if (!failures.IsEmpty) throw new AggregateException($"{failures.Count} of {some.Count} portals failed.", failures);
    }

    [LoggerMessage(LogLevel.Error, "Could not {Verb} {Portal}.")]
    private partial void LogFailed(Exception exception, string verb, Portal portal);

    [LoggerMessage(LogLevel.Information, "The model of {Portal} rests on {Days:0.#} days.")]
    private partial void LogTrained(Portal portal, double days);

    [LoggerMessage(LogLevel.Information, "Too little history of {Portal} for a model yet; fixed thresholds are in force.")]
    private partial void LogLearning(Portal portal);
}
