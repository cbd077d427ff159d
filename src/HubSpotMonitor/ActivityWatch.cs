using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor;

/// <summary>
/// One portal's activity and who has access to it, from HubSpot's pages to the rows. Events are written before the checkpoint that speaks of them.
/// </summary>
public sealed partial class ActivityWatch(
    ActivityPoller poller, AccessPoller access, GrantWatch grants, ActivityTable activity, AccessTable snapshots, CheckpointTable checkpoints,
    ILogger<ActivityWatch> logger)
{
    /// <summary>
    /// Of one walk in one run: at HubSpot's usual pace some ten seconds, and a tenth of what it allows in that time. The next run goes on.
    /// </summary>
    internal const int MostPages = 40;

    /// <summary>Half a million lines of the audit log; a list that is longer than this does not end.</summary>
    internal const int MostPagesOfWalk = 5_000;

    private static readonly AccessSource[] Histories = [.. Enum.GetValues<ActivityFeed>().Select(ActivityCheckpoint.SourceOf)];

    /// <summary>A cursor at which HubSpot has trouble for so long leads nowhere any more.</summary>
    private static readonly TimeSpan StartOverAfter = TimeSpan.FromHours(1);

    /// <summary>No page is begun after this share of the time.</summary>
    private const double LastStart = 0.8;

    /// <summary>Real time, whatever the clock: a run has four minutes for all portals, sixteen at once.</summary>
    internal TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(40);

    /// <summary>Reads what is new in the histories whose time has come, and stores it.</summary>
    /// <returns>The events that were not stored before, by time, id and feed.</returns>
    public async Task<IReadOnlyList<ActivityEvent>> PollAsync(
        PortalOptions options, string token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var known = await checkpoints.ReadActivityAsync(options.Id, cancellationToken);
        var started = TimeProvider.System.GetTimestamp();
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        List<ActivityEvent> added = [];
        // The one that was not asked for the longest first: where HubSpot is slow, no history takes all the time of every run.
        foreach (var (feed, before) in Enum.GetValues<ActivityFeed>()
            .Select(feed => (feed, known.FirstOrDefault(checkpoint => checkpoint.Feed == feed)))
            .OrderBy(one => one.Item2?.LastTriedAt))
        {
            if (!ActivityRhythm.IsDue(before, now)) continue;
            // It is due again in the next run; that it failed would not be true.
            if (limit.IsCancellationRequested) break;
            var run = new FeedRun(options, token, now, started, before ?? new() { Portal = options.Id, Feed = feed }, linked.Token);
            await ReadFeedAsync(run, cancellationToken);
            added.AddRange(run.New);
        }
        return [.. added.OrderBy(item => item.At).ThenBy(item => item.Id, StringComparer.Ordinal).ThenBy(item => item.Feed)];
    }

    /// <summary>
    /// Writes down that nothing opened the portal, as after a poll that failed: the
    /// histories whose time has come could not be read, and what was read before stays.
    /// </summary>
    public async Task MissPollAsync(PortalOptions options, string why, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var feed in (await checkpoints.ReadActivityAsync(options.Id, cancellationToken)).Where(feed => ActivityRhythm.IsDue(feed, now)))
            await checkpoints.WriteAsync(feed.AfterRefusal(SourceAccess.Failed, why, now), cancellationToken);
    }

    /// <summary>Asks who has access, and stores the answer as the latest.</summary>
    public async Task<AccessSnapshot> AuditAsync(PortalOptions options, string token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var before = await snapshots.ReadAsync(options.Id, cancellationToken);
        var snapshot = await access.PollAsync(options, token, before, now, cancellationToken);
        // What a grant may do HubSpot tells its app only, not whoever has the access token.
        return await KeepAsync(
            options, snapshot with { Own = await grants.OwnAsync(options, now, cancellationToken) ?? snapshot.Own }, before, cancellationToken);
    }

    /// <summary>
    /// Stores that nothing opened the portal, as after an audit that failed. Where there was none yet, none of its sources was read anyway.
    /// </summary>
    public async Task MissAuditAsync(PortalOptions options, string why, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (await snapshots.ReadAsync(options.Id, cancellationToken) is not { } before) return;
        var missed = before.Sources
            .Where(state => !Histories.Contains(state.Source))
            .Select(state => new SourceState(state.Source, SourceAccess.Failed, why, now));
        await KeepAsync(options, AdminList.Compare(before, before with { At = now, Users = null, Sources = [.. missed] }), before, cancellationToken);
    }

    /// <summary>Adds how the histories stand, stores all of it as the latest, and logs what cannot be read any more.</summary>
    private async Task<AccessSnapshot> KeepAsync(
        PortalOptions options, AccessSnapshot asked, AccessSnapshot? before, CancellationToken cancellationToken)
    {
        var feeds = await checkpoints.ReadActivityAsync(options.Id, cancellationToken);
        List<SourceState> sources = [.. asked.Sources, .. Enum.GetValues<ActivityFeed>()
            .Select(feed => (feeds.FirstOrDefault(checkpoint => checkpoint.Feed == feed) ?? new() { Portal = options.Id, Feed = feed }).State)];
        var snapshot = asked with { Sources = sources };
        await snapshots.WriteAsync(snapshot, cancellationToken);
        foreach (var state in sources.Where(state =>
            state.Access is SourceAccess.Denied or SourceAccess.Failed
            && state != before?.Sources.FirstOrDefault(known => known.Source == state.Source)))
        {
            LogNotRead(state.Source, options.Portal, state.Says);
        }
        return snapshot;
    }

    // The newest first: what happened a minute ago must not wait for what happened last year.
    private async Task ReadFeedAsync(FeedRun run, CancellationToken cancellationToken)
    {
        try
        {
            if (!await WalkAsync(run, ActivityRhythm.Near(run.Checkpoint, run.Now), cancellationToken)) return;
            run.Stretch = Stretch.Far;
            if (ActivityRhythm.Far(run.Checkpoint, run.Now) is { } far) await WalkAsync(run, far, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await SaveAsync(
                run,
                run.AfterTrouble(SourceAccess.Failed, $"HubSpot's pages took more than {Limit.TotalSeconds:0} seconds; the next run goes on."),
                cancellationToken);
        }
    }

    /// <returns>Whether it came to its end.</returns>
    private async Task<bool> WalkAsync(FeedRun run, ActivityWalk walk, CancellationToken cancellationToken)
    {
        var pages = 0;
        var feed = run.Checkpoint.Feed;
        await foreach (var page in poller.ReadAsync(run.Options, feed, walk, run.Token, run.Now, run.Limit))
        {
            // A ledger that was put away while this history was not to be had lacks all of it. It is folded again from what is stored, and what is
            // older than that is given up: for logins too, whose pages may come over several runs, of which each folds its own only. Of the audit log
            // it takes in only when people are seen, on top of what it knows: that is no reason to give up what is older than the stored events.
            var isHistoryMissing = page.Access == SourceAccess.Read && feed != ActivityFeed.Audit && !run.Checkpoint.HasHistory;
            if (isHistoryMissing && pages == 0 && run.Checkpoint.ReadTo is null)
                await snapshots.ForgetLedgerAsync(run.Options.Id, cancellationToken);
            var added = await activity.AddAsync(page.Events, cancellationToken);
            run.New.AddRange(added);
            run.Checkpoint = run.Checkpoint with
            {
                Unreadable = run.Checkpoint.Unreadable + page.Unreadable,
                Impossible = run.Checkpoint.Impossible + page.Impossible,
            };
            if (page.Access != SourceAccess.Read)
            {
                await SaveAsync(run, Refused(run, page), cancellationToken);
                return false;
            }

            walk = walk.Read(page.Events, page.After, run.Checkpoint.NewestId);
            // Newest first as far as is known, so one page without anything new is
            // followed by others; but only the newest known event proves that it is so.
            var isKnown = feed == ActivityFeed.Login && run.Stretch == Stretch.Near && walk.HasMetKnown && added.Count == 0 && page.Events.Count > 0;
            var isOver = page.After is null || isKnown;
            var isGivenUp = !isOver && walk.Pages >= MostPagesOfWalk;
            // Once more when the past has come to its end: where HubSpot refuses it for long, a ledger is kept meanwhile.
            if (isHistoryMissing && run.Stretch == Stretch.Far && (isOver || isGivenUp))
                await snapshots.ForgetLedgerAsync(run.Options.Id, cancellationToken);
            if (isGivenUp) return await GiveUpAsync(run, walk, cancellationToken);
            var after = isOver
                ? run.Checkpoint.AfterWalk(run.Stretch, walk, page.After is null, run.Now)
                : run.Checkpoint.AfterPage(run.Stretch, walk, run.Now);
            await SaveAsync(run, after, cancellationToken);
            if (isOver) return true;
            if (++pages == MostPages || TimeProvider.System.GetElapsedTime(run.Started) > LastStart * Limit) break;
        }
        var says = $"It has more pages than are read in one run; {walk.Pages} are read, and the next run goes on.";
        await SaveAsync(run, run.Checkpoint with { Says = says }, cancellationToken);
        return false;
    }

    private static ActivityCheckpoint Refused(FeedRun run, ActivityPage page)
    {
        var walk = run.Stretch == Stretch.Far ? run.Checkpoint.Far : run.Checkpoint.Near;
        DateTimeOffset? stuck = page.MayStartOver ? walk?.StuckSince ?? run.Now : null;
        var mustStartOver = page.MustStartOver || run.Now - stuck >= StartOverAfter;
        var next = mustStartOver || walk is null ? null : walk with { StuckSince = stuck };
        var after = run.AfterTrouble(page.Access, page.Says);
        return run.Stretch == Stretch.Far ? after with { Far = next } : after with { Near = next };
    }

    // A list without an end would cost the account's calls for ever. Of the past what is read must do: the newest does not wait for it.
    private async Task<bool> GiveUpAsync(FeedRun run, ActivityWalk walk, CancellationToken cancellationToken)
    {
        var after = run.Stretch == Stretch.Far
            ? run.Checkpoint.AfterWalk(run.Stretch, walk, reachesEnd: false, run.Now) with
            {
                Says = $"HubSpot's pages of the past do not end: {walk.Pages} of them are read, and the rest is left out.",
            }
            : run.Checkpoint.AfterRefusal(
                SourceAccess.Failed,
                $"HubSpot's pages do not end: after {walk.Pages} of them reading begins again in six hours at what was read before.",
                run.Now) with
            {
                Near = null,
                AskAgainAt = run.Now + ActivityCheckpoint.AskAgainAfter,
            };
        await SaveAsync(run, after, cancellationToken);
        return false;
    }

    private async Task SaveAsync(FeedRun run, ActivityCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        run.Checkpoint = checkpoint;
        await checkpoints.WriteAsync(checkpoint, cancellationToken);
    }

    /// <summary>What one run over one history has at hand.</summary>
    private sealed class FeedRun(
        PortalOptions options, string token, DateTimeOffset now, long started, ActivityCheckpoint checkpoint, CancellationToken limit)
    {
        public PortalOptions Options => options;

        public string Token => token;

        public DateTimeOffset Now => now;

        public long Started => started;

        public CancellationToken Limit => limit;

        public ActivityCheckpoint Checkpoint { get; set; } = checkpoint;

        /// <summary>What is being read: the newest first.</summary>
        public Stretch Stretch { get; set; }

        public List<ActivityEvent> New { get; } = [];

        // Before the past the newest was read in the same run, so that the rules can judge: only the sentence tells of trouble with the past.
        public ActivityCheckpoint AfterTrouble(SourceAccess access, string? says) =>
            Stretch == Stretch.Far
                ? Checkpoint with { Says = says, PastTroubleSince = Checkpoint.HasHistory ? null : Checkpoint.PastTroubleSince ?? now }
                : Checkpoint.AfterRefusal(access, says, now);
    }

    [LoggerMessage(LogLevel.Warning, "Cannot read {Source} of {Portal}: {Says}")]
    private partial void LogNotRead(AccessSource source, Portal portal, string? says);
}
