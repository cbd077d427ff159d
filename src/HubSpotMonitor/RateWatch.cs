using System.Collections.Concurrent;
using HubSpotMonitor.Alerting;
using HubSpotMonitor.Detection.Events;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor;

/// <summary>How often things happen at a portal, judged by its own weeks: the webhook events of each app, logins, exports.</summary>
public sealed class RateWatch(
    EventTable events, EventMemoryTable memory, ActivityTable activity, CheckpointTable checkpoints, DetectorStore detectors, ReadingTable readings,
    AlertDesk alerts)
{
    /// <summary>An account has some fifteen apps; a state is 20 KB. Those that were active last come first.</summary>
    private const int MostApps = 50;

    /// <summary>A batch is repeated after a minute at most when all is well; what comes later is counted, but not judged by this watch.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>HubSpot shows some of its histories minutes late, and they are read every quarter of an hour.</summary>
    private static readonly TimeSpan ActivityPatience = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan LearnFrom = TimeSpan.FromDays(28);

    /// <summary>So much is read, judged and put away at a time: a run that is stopped at its limit has not learned in vain.</summary>
    private static readonly TimeSpan Stretch = TimeSpan.FromDays(1);

    /// <summary>Of a past that is learned at once, what ended longer ago is history.</summary>
    private static readonly TimeSpan StillNews = TimeSpan.FromHours(2);

    // Spares the store a read each minute; a new process reads once and finds the same.
    private readonly ConcurrentDictionary<long, DateTimeOffset> _judged = [];
    private readonly ConcurrentDictionary<long, DateTimeOffset> _judgedActivity = [];

    /// <summary>Judges the steps that are over since the last run. Repeating it changes nothing.</summary>
    public async Task WatchAppsAsync(PortalOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var until = RateSeries.OfApp(ChangeSource.Unknown).CompleteUntil(now, Patience);
        if (_judged.TryGetValue(options.Id, out var judged) && judged >= until) return;
        var clock = await checkpoints.ReadClockAsync(options.Id, cancellationToken);
        var left = await ReadAppsAsync(options, clock, until, now, cancellationToken);
        while (left.Count > 0)
        {
            var from = left.Min(app => app.From);
            var to = EndOfStretch(from, until);
            var counts = (await events.ReadCountsAsync(options.Id, from, to, cancellationToken)).ToLookup(count => count.Source);
            List<WatchedSeries> further = [];
            foreach (var app in left)
            {
                var counted = counts[app.Series.Subject!].Select(count => (count.Minute, count.Count));
                var after = app.From >= to ? app : await JudgeAsync(options, clock, app, counted, to, to == until, now, cancellationToken);
                if (after is not null && after.From < until) further.Add(after);
            }
            left = further;
        }
        _judged[options.Id] = until;
    }

    /// <summary>Judges the hours that are over since the last run, of logins and of exports. Repeating it changes nothing.</summary>
    public async Task WatchActivityAsync(PortalOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var until = RateSeries.Logins.CompleteUntil(now, ActivityPatience);
        if (_judgedActivity.TryGetValue(options.Id, out var judged) && judged >= until) return;
        var clock = await checkpoints.ReadClockAsync(options.Id, cancellationToken);
        // Before a history is read to its end, and while it is not read at all, hours would count as empty that are not; they are judged when it is.
        var whole = (await checkpoints.ReadActivityAsync(options.Id, cancellationToken))
            .Where(feed => feed is { HasHistory: true, Access: SourceAccess.Read } && feed.ReadTo >= until).Select(feed => feed.Feed).ToHashSet();
        if (whole.Contains(ActivityFeed.Login))
            await WatchFeedAsync(options, clock, RateSeries.Logins, ActivityFeed.Login, _ => true, until, now, cancellationToken);
        if (whole.Contains(ActivityFeed.Security))
        {
            await WatchFeedAsync(
                options, clock, RateSeries.Exports, ActivityFeed.Security, ActivityEvent.ExportTypes.Contains, until, now, cancellationToken);
        }
        // What lags is looked at again at the next run.
        if (whole.Contains(ActivityFeed.Login) && whole.Contains(ActivityFeed.Security)) _judgedActivity[options.Id] = until;
    }

    private async Task WatchFeedAsync(
        PortalOptions options, AccountClock clock, RateSeries series, ActivityFeed feed, Func<string, bool> counts, DateTimeOffset until,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        var watched = await ReadSeriesAsync(options, clock, series, now - LearnFrom, now, cancellationToken);
        while (watched is not null && watched.From < until)
        {
            var to = EndOfStretch(watched.From, until);
            var events = await activity.ReadAsync(options.Id, feed, watched.From, to, cancellationToken).ToListAsync(cancellationToken);
            watched = await JudgeAsync(
                options,
                clock,
                watched,
                events.Where(item => counts(item.Type)).Select(item => (item.At, 1)),
                to,
                to == until,
                now,
                cancellationToken);
        }
    }

    private static DateTimeOffset EndOfStretch(DateTimeOffset from, DateTimeOffset until) => until - from > Stretch ? from + Stretch : until;

    private async Task<IReadOnlyList<WatchedSeries>> ReadAppsAsync(
        PortalOptions options, AccountClock clock, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sources = (await memory.ReadProfilesAsync(options.Id, cancellationToken))
            .Where(profile => ChangeSource.AppId(profile.Source) is not null)
            .GroupBy(profile => profile.Source)
            .Select(source => (
                Source: source.Key,
                First: source.Min(profile => profile.FirstDay),
                Last: source.SelectMany(profile => profile.Peaks).Select(peak => peak.Day).DefaultIfEmpty().Max()))
            .OrderByDescending(source => source.Last)
            .ThenBy(source => source.First)
            .ThenBy(source => source.Source, StringComparer.Ordinal)
            .Take(MostApps);
        List<WatchedSeries> apps = [];
        foreach (var (source, first, _) in sources)
        {
            var begin = new DateTimeOffset(first.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
            var app = await ReadSeriesAsync(options, clock, RateSeries.OfApp(source), begin, now, cancellationToken);
            if (app.From < until) apps.Add(app);
        }
        return apps;
    }

    private async Task<WatchedSeries> ReadSeriesAsync(
        PortalOptions options, AccountClock clock, RateSeries series, DateTimeOffset begin, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var learned = options.IgnoreBefore ?? DateTimeOffset.MinValue;
        var kept = await detectors.TakeUpAsync(
            options, series.Metric, series.Subject, new HashSet<string> { series.Rule }, clock, now, cancellationToken);
        // Its first step may be the one in which that time lies.
        if (kept.Detector is { } known && known.First >= series.Floor(learned))
            return new(series, known, kept, series.Floor(known.Last), TellFrom: default);
        var from = new[] { begin, now - LearnFrom, learned }.Max();
        return new(series, new CountDetector(clock, options.Strictness), kept with { HeardUntil = null }, series.Floor(from), now - StillNews);
    }

    /// <returns>The series as it goes on; null: another run is at it.</returns>
    private async Task<WatchedSeries?> JudgeAsync(
        PortalOptions options, AccountClock clock, WatchedSeries watched, IEnumerable<(DateTimeOffset At, int Count)> counted, DateTimeOffset until,
        bool isLast, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var series = watched.Series;
        // A past that an earlier run began to learn, and did not end, is no news either.
        var tellFrom = watched.Kept.NewsFrom > watched.TellFrom ? watched.Kept.NewsFrom.Value : watched.TellFrom;
        var judgement = await Task.Run(
            () => RateJudge.Judge(options.Id, series, watched.Detector, counted, watched.From, until, tellFrom), cancellationToken);
        await readings.WriteAsync(judgement.Counts, cancellationToken);
        var hasFired = judgement.Assessment.Finding is not null;
        // Of this run there is one step at most times, which is no chart; and most runs have nothing to show.
        var recent = !hasFired
            ? []
            : await readings.ReadAsync(
                options.Id, series.Metric, series.Subject, until - (ChartPoint.Most * series.Step), until + series.Step, cancellationToken);
        // What is no news ends nothing, either. And what this run has found the next one ends:
        // with its end in one run, a rise of days ago would be told as over after no time.
        if (until >= tellFrom && (hasFired || (isLast && !watched.HasFired)))
            await alerts.ApplyAsync(options.Portal, clock, ChartPoint.LatestOf(recent), [judgement.Assessment], now, cancellationToken);
        // Last: after a crash before it the same steps are judged again, with the same result.
        var kept = await detectors.PutAwayAsync(
            options.Id,
            series.Metric,
            series.Subject,
            watched.Detector,
            watched.Kept with { NewsFrom = tellFrom > until ? tellFrom : null },
            cancellationToken);
        return kept is null ? null : watched with { Kept = kept, From = until, HasFired = watched.HasFired || hasFired };
    }

    /// <param name="Series">What is counted.</param>
    /// <param name="Detector">As it was put away, or a new one.</param>
    /// <param name="Kept">What was taken up.</param>
    /// <param name="From">Steps from here on are new to it.</param>
    /// <param name="TellFrom">Steps that end before this are not told.</param>
    private sealed record WatchedSeries(RateSeries Series, CountDetector Detector, KeptDetector Kept, DateTimeOffset From, DateTimeOffset TellFrom)
    {
        /// <summary>A stretch of this run had something to tell.</summary>
        public bool HasFired { get; init; }
    }
}
