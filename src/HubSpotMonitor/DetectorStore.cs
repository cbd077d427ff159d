using Azure;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor;

/// <summary>A detector taken up again, with what people said of its alerts since.</summary>
/// <param name="Detector">Null: there is none yet, or it is of another version or another time zone.</param>
/// <param name="HeardUntil">What people said up to then is in it.</param>
/// <param name="ETag">Of the row that it was taken up from; null: there was none.</param>
/// <param name="NewsFrom">Counts that end before it are a past that is learned, and no news; null: all are.</param>
public sealed record KeptDetector(CountDetector? Detector, DateTimeOffset? HeardUntil, ETag? ETag, DateTimeOffset? NewsFrom = null)
{
    /// <summary>
    /// The account's time zone has changed since: what comes at nine by the week that was learned comes at another hour now.
    /// What is stored is in UTC, and is learned anew.
    /// </summary>
    public bool IsOfAnotherZone { get; init; }
}

/// <summary>
/// Puts detectors away and takes them up again. What people call expected, or take back, is told to the detector once, when it is taken up.
/// </summary>
public sealed class DetectorStore(ModelTable models, FeedbackTable feedback)
{
    /// <summary>What began longer ago is no longer in the detector's memory.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(28);

    /// <param name="portal">Whose.</param>
    /// <param name="metric">Of which metric.</param>
    /// <param name="subject">What within the portal it is about; null: the portal as a whole.</param>
    /// <param name="rules">Whose alerts people may call expected.</param>
    /// <param name="clock">The account's clock.</param>
    /// <param name="now">The time of this run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<KeptDetector> TakeUpAsync(
        PortalOptions portal, string metric, string? subject, IReadOnlySet<string> rules, AccountClock clock, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(portal);
        ArgumentNullException.ThrowIfNull(rules);
        var said = feedback.ReadAsync(portal.Id, now - Remembered, cancellationToken);
        var stored = await models.ReadAsync(portal.Id, metric, subject, cancellationToken);
        // Rows of before do not say by which clock they were learned: by the present one, as most were.
        var isOfAnotherZone = stored?.TimeZone is { } zone && !clock.KeepsWeekOf(AccountClock.FromName(zone));
        var detector = isOfAnotherZone ? null : CountDetector.Load(stored?.State, clock, portal.Strictness);
        var heard = stored?.HeardUntil;
        foreach (var one in (await said)
            .Where(one => rules.Contains(one.Rule) && one.Subject == (subject ?? metric) && !(one.At <= stored?.HeardUntil))
            .OrderBy(one => one.At))
        {
            if (one.IsWithdrawn) detector?.Unmark(one.From, one.To);
            else detector?.MarkExpected(one.From, one.To, isSilence: one.Rule == UsageFindings.SilenceRule);
            heard = one.At;
        }
        return new(detector, heard, stored?.ETag, stored?.NewsFrom) { IsOfAnotherZone = isOfAnotherZone };
    }

    /// <summary>
    /// Puts a detector away that was taken up and went on. Where another run put one away meanwhile, that one stays: it may have learned the past
    /// anew, and this run's last counts are less than that.
    /// </summary>
    /// <returns>As it can be put away again; null: another one stays.</returns>
    public async Task<KeptDetector?> PutAwayAsync(
        long portal, string metric, string? subject, CountDetector detector, KeptDetector kept, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(detector);
        ArgumentNullException.ThrowIfNull(kept);
        var written = await models.TryWriteAsync(
            portal,
            metric,
            subject,
            new(detector.Save(), kept.HeardUntil, kept.ETag, kept.NewsFrom, detector.Clock.Name),
            SummaryOf(detector),
            cancellationToken);
        return written is null ? null : kept with { Detector = detector, ETag = written };
    }

    /// <summary>
    /// Puts a detector away that has learned the past anew, whatever was there. What people said of that past is told to it when it is taken up.
    /// </summary>
    public Task ReplaceAsync(long portal, string metric, string? subject, CountDetector detector, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(detector);
        StoredModel model = new(detector.Save(), HeardUntil: null, ETag: null, TimeZone: detector.Clock.Name);
        return models.WriteAsync(portal, metric, subject, model, SummaryOf(detector), cancellationToken);
    }

    private static ModelSummary? SummaryOf(CountDetector detector) => detector.History < CountDetector.Warmup || detector.Quality is not { } quality
        ? null
        : new(quality.LiveSince, Math.Round(detector.Known.TotalDays, 1), quality.MedianError, quality.LastTrial?.At, quality.LastTrial?.IsPromoted);
}
