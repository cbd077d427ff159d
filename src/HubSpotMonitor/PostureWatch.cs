using HubSpotMonitor.Alerting;
using HubSpotMonitor.Detection;
using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Posture;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Posture.Registry;
using HubSpotMonitor.Posture.Rules.People;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Webhooks;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor;

/// <summary>Who can get into one portal, from HubSpot's lists and histories to the alerts' rows and the report.</summary>
public sealed class PostureWatch(
    ActivityWatch activity, PortalTokens tokens, ActivityTable events, AccessTable access, CheckpointTable checkpoints, AlertDesk alerts,
    SightingTable sightings, EventMemoryTable webhookMemory, AccessRegistry registry, IOptions<PostureOptions> options,
    IOptions<WebhooksOptions> webhooks)
{
    /// <summary>The fold is put away once a day; what happened since is folded on top at every run.</summary>
    private static readonly TimeSpan FoldEvery = TimeSpan.FromHours(24);

    /// <summary>What was not read for longer is folded without it: all events since are read at every run.</summary>
    private static readonly TimeSpan LongestUnseen = TimeSpan.FromDays(4);

    private const int EventsAtOnce = 5000;

    /// <summary>
    /// The past of some 200,000 events. What takes longer, or does not come to an
    /// end, is judged by what is there: whatever happens now must not wait for it.
    /// </summary>
    private static readonly TimeSpan LongestReading = TimeSpan.FromHours(2);

    /// <summary>One slip of HubSpot's does not end the waiting for the past; trouble that lasts as long as three polls does.</summary>
    private static readonly TimeSpan StuckForGood = TimeSpan.FromMinutes(15);

    /// <summary>Without a good poll for so long, usage counts as not read.</summary>
    private static readonly TimeSpan UsageStale = TimeSpan.FromMinutes(30);

    /// <summary>Reads what is new in the portal's histories, and judges.</summary>
    public async Task PollAsync(PortalOptions portal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        var calls = SentCalls.Count();
        IReadOnlyList<ActivityEvent> added = [];
        try
        {
            added = await activity.PollAsync(portal, await tokens.OfAsync(portal, now, cancellationToken), now, cancellationToken);
        }
        catch (HubSpotException e)
        {
            if (!await IsJudgedAsync(portal.Id, cancellationToken)) return;
            await activity.MissPollAsync(portal, e.Message, now, cancellationToken);
        }
        await JudgeAsync(portal, added, wasPolled: true, calls.Number, now, cancellationToken);
    }

    /// <summary>Asks who has access, and judges.</summary>
    public async Task AuditAsync(PortalOptions portal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        var calls = SentCalls.Count();
        try
        {
            await activity.AuditAsync(portal, await tokens.OfAsync(portal, now, cancellationToken), now, cancellationToken);
        }
        catch (HubSpotException e)
        {
            if (!await IsJudgedAsync(portal.Id, cancellationToken)) return;
            await activity.MissAuditAsync(portal, e.Message, now, cancellationToken);
        }
        await JudgeAsync(portal, [], wasPolled: false, calls.Number, now, cancellationToken);
    }

    /// <summary>Findings on usage, told together with what happened around them.</summary>
    public async Task<IReadOnlyList<Assessment>> ExplainAsync(
        Portal portal, IReadOnlyList<Assessment> assessments, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(assessments);
        var spikes = assessments.Where(assessment => assessment is { Finding: not null } && SpikeStory.Rules.Contains(assessment.Rule)).ToList();
        if (spikes.Count == 0) return assessments;
        var before = await ReadLedgerAsync(portal.Id, cancellationToken);
        var from = spikes.Min(spike => spike.Finding!.Since) - SpikeStory.Reach;
        var around = await events.ReadAsync(portal.Id, null, from, now, cancellationToken).ToListAsync(cancellationToken);
        var open = (await alerts.ReadPresentAsync(portal.Id, cancellationToken)).Where(alert => alert.State == AlertState.Open).ToList();
        return [.. assessments.Select(assessment => spikes.Contains(assessment)
            ? Assessment.Firing(
                SpikeStory.Explain(assessment.Finding!, around, before, options.Value.CountryMemory, ToldAt(assessment.Finding!), now))
            : assessment)];

        DateTimeOffset ToldAt(Finding spike) =>
            open.Find(alert => alert.Finding.Rule == spike.Rule && alert.Finding.Subject == spike.Subject) is { } alert ? AlertedAt(alert) : now;
    }

    // When it last came back: what happened while it was over is part of why it did. Who looked at the key to answer it before that is taken for a
    // thief then; better so than that whoever makes a short burst first may look at any key for the hour after it.
    private static DateTimeOffset AlertedAt(Alert alert) => alert.Reopenings is [.., var last] ? last : alert.OpenedAt;

    // Without a token the rules are asked all the same: else they would go on
    // passing for ever. Only where none was asked yet there is nothing to take back.
    private async Task<bool> IsJudgedAsync(long portal, CancellationToken cancellationToken) =>
        (await checkpoints.ReadOneAsync(portal, cancellationToken))?.Posture is not null;

    private async Task JudgeAsync(
        PortalOptions portal, IReadOnlyList<ActivityEvent> added, bool wasPolled, int calls, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var feeds = await checkpoints.ReadActivityAsync(portal.Id, cancellationToken);
        var before = await FoldAsync(portal.Id, feeds, added, now, cancellationToken);
        var recent = await events.ReadAsync(portal.Id, null, before.FoldedUntil, now.AddTicks(1), cancellationToken).ToListAsync(cancellationToken);
        var snapshot = await access.ReadAsync(portal.Id, cancellationToken) ?? new() { Portal = portal.Id, At = now, Sources = [] };
        var present = await alerts.ReadPresentAsync(portal.Id, cancellationToken);
        var open = present.Where(alert => alert.State == AlertState.Open).ToList();
        var marks = await checkpoints.ReadOneAsync(portal.Id, cancellationToken);
        var usage = marks?.Usage;
        var clock = AccountClock.FromName(usage?.TimeZone);
        var writers = await webhookMemory.ReadProfilesAsync(portal.Id, cancellationToken);
        var evidence = PostureEvidence.Gather(
            portal.Portal, clock, options.Value, registry, before, recent, snapshot, writers, Sources(feeds, usage, now), now);
        evidence = evidence with
        {
            Secrets = [.. evidence.Secrets, .. await sightings.ReadAsync(portal.Id, now - PostureEvidence.EventWindow, cancellationToken)],
            HasSecurityHistory = feeds.Any(feed => feed is { Feed: ActivityFeed.Security, HasHistory: true }),
            NewsFrom = feeds.Where(feed => feed.NewsFrom(now) is not null).ToDictionary(feed => feed.Feed, feed => feed.NewsFrom(now)!.Value),
            Usage =
            [
                .. present
                    .Where(alert => SpikeStory.Rules.Contains(alert.Finding.Rule)
                        && (alert.ResolvedAt is not { } ended || ended > now - PostureEvidence.EventWindow))
                    .Select(alert => new UsageTrouble(alert.Finding.Rule, alert.Finding.Since, AlertedAt(alert), alert.Severity)),
            ],
        };
        var results = RuleCatalog.EvaluateAll(evidence);
        // Only just after the histories were asked: after an outage usage may be well again a moment before them.
        var sight = wasPolled ? FeedDetector.Assess(feeds, usage, now) : [];
        await alerts.ApplyAsync(portal.Portal, clock, [], [.. Verdicts.Of(results, open, options.Value.OffRules), .. sight], now, cancellationToken);
        var report = ReportOf(evidence, results);
        await access.WriteAsync(report, cancellationToken);
        await checkpoints.WriteAsync(portal.Id, PostureScore.Of(report, CallTally.Add(marks?.Posture?.Calls, calls, now)), cancellationToken);
    }

    /// <summary>The fold until two to three days ago: old enough for what HubSpot shows late, and against it what came since is new.</summary>
    private async Task<AccessLedger> FoldAsync(
        long portal, IReadOnlyList<ActivityCheckpoint> feeds, IReadOnlyList<ActivityEvent> added, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var ledger = await ReadLedgerAsync(portal, cancellationToken);
        var until = FoldUntil(feeds, now);
        var late = added.Where(item => item.At < ledger.FoldedUntil).ToList();
        var next = late.Count == 0 ? ledger : AccessLedger.Fold(ledger, late, ledger.FoldedUntil);
        if (ledger.IsOutdated) next = await FoldAnewAsync(next, cancellationToken);
        if (ledger.FoldedUntil <= until - FoldEvery) next = await FoldStoredAsync(next, until, cancellationToken);
        // While the past is still being read it is folded anew at every run: a crash between its pages then keeps none of it out. The audit log comes
        // on top, run by run: what one stored that died before it could judge stays out. That is accepted, since of this log the ledger takes in only
        // when people were seen. A past that HubSpot goes on refusing is not waited for: there would never be a ledger.
        var isHistoryRead = !feeds.Any(feed => feed is { Access: SourceAccess.Read, HasHistory: false, Feed: not ActivityFeed.Audit }
            && !(now - feed.PastTroubleSince >= StuckForGood));
        if (!ReferenceEquals(next, ledger) && isHistoryRead) await access.WriteLedgerAsync(portal, next.Save(), now, cancellationToken);
        return next;
    }

    // Against what was folded an event is new: what is yet to be read, or was read just now, must not lie in it.
    private static DateTimeOffset FoldUntil(IReadOnlyList<ActivityCheckpoint> feeds, DateTimeOffset now)
    {
        var readTo = feeds.Where(feed => feed is { HasHistory: true, Feed: not ActivityFeed.Audit }).Min(feed => feed.NewsFrom(now) ?? feed.ReadTo);
        var seen = readTo is { } first && first < now ? first : now;
        return (seen > now - LongestUnseen ? seen : now - LongestUnseen) - PostureEvidence.RecentWindow;
    }

    // On top of what is known of people and guards, which may be older than what is stored. People's hours stay as they were: they would count twice.
    private async Task<AccessLedger> FoldAnewAsync(AccessLedger ledger, CancellationToken cancellationToken)
    {
        var anew = await FoldStoredAsync(
            AccessLedger.Empty(ledger.Portal) with { Users = ledger.Users, Guards = ledger.Guards }, ledger.FoldedUntil, cancellationToken);
        var users = anew.Users.ToDictionary(
            one => one.Key,
            one => ledger.Users.TryGetValue(one.Key, out var was) ? one.Value with { Hours = was.Hours } : one.Value,
            StringComparer.Ordinal);
        return ledger with { Users = users, Guards = anew.Guards, IsOutdated = false };
    }

    // In parts, since the first time it is all there is.
    private async Task<AccessLedger> FoldStoredAsync(AccessLedger ledger, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var next = ledger;
        await foreach (var part in events.ReadAsync(ledger.Portal, null, ledger.FoldedUntil, until, cancellationToken)
            .Chunk(EventsAtOnce)
            .WithCancellation(cancellationToken))
        {
            next = AccessLedger.Fold(next, part, until);
        }
        return next with { FoldedUntil = until };
    }

    private async Task<AccessLedger> ReadLedgerAsync(long portal, CancellationToken cancellationToken) =>
        await access.ReadLedgerAsync(portal, cancellationToken) is { } saved
            ? AccessLedger.Load(saved) ?? AccessLedger.Empty(portal)
            : AccessLedger.Empty(portal);

    private List<SourceState> Sources(IReadOnlyList<ActivityCheckpoint> feeds, UsageCheckpoint? usage, DateTimeOffset now)
    {
        List<SourceState> sources =
        [
            .. feeds.Select(feed => StateOf(feed, now)),
            new(AccessSource.Webhooks, webhooks.Value.IsOn ? SourceAccess.Read : SourceAccess.NotSetUp, null, now),
        ];
        if (usage is null) return sources;
        var isRead = now - usage.LastGoodPollAt < UsageStale;
        sources.Add(new(AccessSource.Usage, isRead ? SourceAccess.Read : SourceAccess.Failed, isRead ? null : usage.Says, usage.LastPollAt));
        return sources;
    }

    // Half of its logins make a person's usual country a new one, and who logged in last month somebody who never did. Half of the security activity
    // makes who exports every month a newcomer; of that not more can be asked for than HubSpot tells, and a past that it refuses for good is not
    // waited for.
    private static SourceState StateOf(ActivityCheckpoint feed, DateTimeOffset now) => feed switch
    {
        { Feed: ActivityFeed.Login, Access: SourceAccess.Read, HasHistory: false } => StillRead(feed, "login history"),
        { Feed: ActivityFeed.Security, Access: SourceAccess.Read, HasHistory: false } when (feed.Far ?? feed.Near) is { } walk
            && !(now - walk.StuckSince >= StuckForGood) && now - walk.To < LongestReading => StillRead(feed, "security activity"),
        _ => feed.State,
    };

    private static SourceState StillRead(ActivityCheckpoint feed, string history) =>
        feed.State with { Access = SourceAccess.Unknown, Says = $"The past of the {history} is still being read." };

    private static PostureReport ReportOf(PostureEvidence evidence, IReadOnlyList<RuleResult> results) => new()
    {
        Portal = evidence.Portal.Id,
        At = evidence.Now,
        Credentials = evidence.Inventory,
        Results = results,
        Sources =
        [
            .. evidence.Sources.GroupBy(state => state.Source).Select(states => states.MaxBy(state => state.At)!).OrderBy(state => state.Source),
        ],
        Gaps = Coverage.GapsOf(results, evidence.Sources),
        Users = evidence.Snapshot.Users?.Count,
        SuperAdmins = evidence.Snapshot.Users?.Count(user => user.SuperAdmin && !Staff.IsDeactivated(evidence, user)),
    };
}
