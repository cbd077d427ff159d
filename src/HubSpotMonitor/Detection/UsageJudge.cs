using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection;

/// <summary>What a portal's counters mean: new counts judged by the model, and what the detectors say of them.</summary>
/// <param name="Counts">Counts that were not judged before, oldest first.</param>
/// <param name="Recent">The counts of the last hours, the new ones among them.</param>
/// <param name="Forecast">Where today's counter is going.</param>
/// <param name="Assessments">What each detector says.</param>
/// <param name="Detector">The detector after the new counts, to be put away.</param>
public sealed record UsageJudgement(
    IReadOnlyList<Reading> Counts,
    IReadOnlyList<Reading> Recent,
    QuotaForecast? Forecast,
    IReadOnlyList<Assessment> Assessments,
    CountDetector Detector);

/// <summary>What the judge looks at, all of one portal.</summary>
/// <param name="Live">Values of the live counter since a little before <see cref="UsageCheckpoint.JudgedUntil"/>.</param>
/// <param name="Reported">The same of the reported counter.</param>
/// <param name="Judged">Counts judged before, of the last hours.</param>
/// <param name="Checkpoint">The checkpoint after this poll, still with the forecast of the poll before.</param>
/// <param name="Detector">The detector as it was put away, taken up for this run alone; null before the first time.</param>
/// <param name="Clock">The account's clock.</param>
/// <param name="Strictness">What the needed deviation is multiplied by: 1 is usual; 0.8 tells more.</param>
public sealed record UsageEvidence(
    IReadOnlyList<Reading> Live,
    IReadOnlyList<Reading> Reported,
    IReadOnlyList<Reading> Judged,
    UsageCheckpoint Checkpoint,
    CountDetector? Detector,
    AccountClock Clock,
    double Strictness = 1)
{
    /// <summary>Of the account's calls in a day, so many are the monitor's own.</summary>
    public double OwnCallsADay { get; init; }
}

/// <summary>
/// The detectors over one portal's usage, in order. The detector moves on; all else is pure: the same evidence gives the same judgement.
/// </summary>
public static class UsageJudge
{
    /// <summary>What detectors of bursts and the chart of a message look at.</summary>
    public static readonly TimeSpan RecentWindow = TimeSpan.FromHours(4);

    private const double MinutesADay = 24 * 60;

    public static UsageJudgement Judge(UsageEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var (checkpoint, clock) = (evidence.Checkpoint, evidence.Clock);
        var detector = evidence.Detector ?? new CountDetector(clock, evidence.Strictness);
        detector.OwnRate = evidence.OwnCallsADay / MinutesADay;
        List<Reading> counts = [];
        var (alarm, alarmed) = ((CountAlarm?)null, (Reading?)null);
        foreach (var count in UsageCounter.Count(Source(evidence), clock)
            .Where(count => checkpoint.JudgedUntil is not { } until || IsNew(count, until)))
        {
            var verdict = Take(detector, count);
            counts.Add(count with { Expected = verdict.Expected });
            if (CountAlarm.Of(verdict) is { } raised) (alarm, alarmed) = (raised, counts[^1]);
        }
        List<Reading> recent = [.. evidence.Judged.Where(count => counts.Count == 0 || count.At < counts[0].At), .. counts];
        recent = [.. recent.Where(count => count.At > checkpoint.LastPollAt - RecentWindow)];
        var forecast = ForecastOf(checkpoint, recent, detector, clock);
        var usage = detector.History < CountDetector.Warmup
            ? [WarmupDetector.Assess(recent, detector.History), .. UsageFindings.Unlearned]
            : UsageFindings.Assess(alarm, alarmed, detector);
        return new(counts, recent, forecast, [.. Assess(checkpoint, usage, forecast, clock)], detector);
    }

    /// <summary>
    /// Shows the detector a count. One that was refused to everybody says nothing of how many calls were wanted, and teaches nothing.
    /// </summary>
    public static CountVerdict Take(CountDetector detector, Reading count)
    {
        ArgumentNullException.ThrowIfNull(detector);
        ArgumentNullException.ThrowIfNull(count);
        return count.Quality is ReadingQuality.Refused ? CountVerdict.Nothing : detector.Next(count.Since!.Value, count.At, count.Value);
    }

    // An interval that reaches into judged time comes of a change of source: it would count the same calls twice.
    private static bool IsNew(Reading count, DateTimeOffset judgedUntil) =>
        count.At > judgedUntil && count.Since > judgedUntil - TimeSpan.FromSeconds(1);

    // The headers are live but absent for OAuth; where they count only our own calls they lag behind the reported figure.
    private static IReadOnlyList<Reading> Source(UsageEvidence evidence)
    {
        if (evidence.Live.Count < 2) return evidence.Reported;
        var reported = evidence.Reported.Count == 0 ? null : evidence.Reported[^1];
        var after = reported is null ? null : evidence.Live.FirstOrDefault(live => live.At >= reported.At);
        return UsageCheckpoint.IsPartial(after, reported, evidence.Clock) ?? evidence.Checkpoint.IsLivePartial ? evidence.Reported : evidence.Live;
    }

    private static QuotaForecast? ForecastOf(UsageCheckpoint checkpoint, IReadOnlyList<Reading> recent, CountDetector detector, AccountClock clock) =>
        checkpoint is { UsedToday: { } used, UsedAt: { } at, Limit: { } limit and > 0 }
            ? QuotaDetector.Forecast(used, at, limit, recent, ShapeOf(detector), clock)
            : null;

    private static DayShape? ShapeOf(CountDetector detector) =>
        detector.FittedAt is null ? null : new(at => detector.Rate(at)!.Value, detector.DaySpread);

    private static IEnumerable<Assessment> Assess(
        UsageCheckpoint checkpoint, IEnumerable<Assessment> usage, QuotaForecast? forecast, AccountClock clock)
    {
        yield return BlindDetector.Assess(checkpoint);
        if (checkpoint.FailedPolls > 0) yield break; // without a figure nothing can be said of it

        var share = checkpoint is { UsedToday: { } used, Limit: { } limit and > 0 } ? used / limit : (double?)null;
        foreach (var assessment in usage) yield return WithLimitUse(assessment, share);
        if (checkpoint is not { UsedToday: { } today, UsedAt: { } at, Limit: { } ceiling and > 0 }) yield break;
        bool? reachedBefore = checkpoint.ForecastAtReset is null ? null : checkpoint.LimitReachedAt is not null;
        yield return QuotaDetector.Assess(today, at, ceiling, forecast, reachedBefore, clock);
    }

    private static Assessment WithLimitUse(Assessment assessment, double? share) =>
        assessment is { Finding: { } finding } && share is { } known
            ? assessment with { Finding = finding with { LimitUse = $"{Words.Percent(known)} of the daily limit" } }
            : assessment;
}
