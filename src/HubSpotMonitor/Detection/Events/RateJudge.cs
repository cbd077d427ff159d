using System.Globalization;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection.Events;

/// <summary>Events of one kind, counted in equal steps: a series that <see cref="CountDetector"/> can learn.</summary>
/// <param name="Metric">Under which its counts are stored.</param>
/// <param name="Subject">What within the portal it is about; null: the portal as a whole.</param>
/// <param name="Step">The length of a step; divides the hour.</param>
/// <param name="Rule">The rule of its alerts.</param>
/// <param name="Name">In the middle of a sentence: <c>webhook events of app 9393361</c>.</param>
/// <param name="LikelyCause">Of a rise.</param>
/// <param name="Steps">The first three steps after a rise.</param>
public sealed record RateSeries(
    string Metric, string? Subject, TimeSpan Step, string Rule, string Name, string LikelyCause, IReadOnlyList<string> Steps)
{
    public const string AppRule = RuleIds.AppEventsSpike;

    /// <summary>Attempts to log in, by the hour. Single ones, and where they come from, are the business of rules.</summary>
    public static RateSeries Logins { get; } = new(
        Signals.Metric.Logins,
        null,
        TimeSpan.FromHours(1),
        RuleIds.LoginsSpike,
        "logins",
        "Passwords that are tried, a script that logs in instead of using a token, or an event that brought everybody to their desks.",
        [
            "On the rules page look whether somebody's logins failed in numbers, or came from a new country.",
            "In HubSpot open the account's login history and sort it by user: one or many?",
            "If it is one user: end the sessions and reset the password. If many: require the second factor.",
        ]);

    /// <summary>Exports of all kinds, by the hour.</summary>
    public static RateSeries Exports { get; } = new(
        Signals.Metric.Exports,
        null,
        TimeSpan.FromHours(1),
        RuleIds.ExportsSpike,
        "exports",
        "Somebody takes data along, before leaving or with somebody else's session; or a report that is made by hand, many times.",
        [
            "On the rules page or in HubSpot's activity log see who exported what.",
            "Ask that person, by another way than the account itself.",
            "If it was not they or not meant: end the sessions, reset the password, take away the export permission.",
        ]);

    /// <summary>
    /// Webhook events that an app caused. Minutes are the business of <see cref="MassChangeDetector"/>; this one knows the app's week.
    /// </summary>
    /// <param name="source">See <see cref="ChangeSource"/>.</param>
    public static RateSeries OfApp(string source) => new(
        Signals.Metric.AppEvents,
        source,
        TimeSpan.FromMinutes(15),
        AppRule,
        $"webhook events of {ChangeSource.Words(source)}",
        "A bulk job or a sync in a loop, or somebody who holds the app's token and writes with it.",
        [
            $"Ask the owner of {ChangeSource.Words(source)} whether it does more than usual, and why.",
            "On the events page look at what it changed: the types, and since when.",
            "If nobody can say: rotate the app's token or uninstall it.",
        ]);

    /// <summary>What is counted, as a chart names it; the app stands in the headline.</summary>
    public string Counted => Subject is null ? Name : "events";

    /// <summary>The last step that is over at an instant, with some patience for what arrives late.</summary>
    public DateTimeOffset CompleteUntil(DateTimeOffset now, TimeSpan patience) => Floor(now - patience);

    public DateTimeOffset Floor(DateTimeOffset at) => at.Floor(Step);
}

/// <param name="Counts">One for each step, with what was expected of it.</param>
/// <param name="Assessment">What the detector says.</param>
public sealed record RateJudgement(IReadOnlyList<Reading> Counts, Assessment Assessment);

/// <summary>
/// Judges how often something happens by how often it usually does at that time of
/// the week. The detector moves on; all else is pure. It does not judge silence.
/// </summary>
public static class RateJudge
{
    private static readonly TimeSpan RiseCalm = TimeSpan.FromHours(2);
    private static readonly TimeSpan DrainCalm = TimeSpan.FromHours(24);

    /// <param name="portal">The account's number.</param>
    /// <param name="series">What is counted.</param>
    /// <param name="detector">As it was put away; it has seen all steps before <paramref name="from"/>, and these too afterwards.</param>
    /// <param name="events">When something happened, and how often; those outside of the steps are left out.</param>
    /// <param name="from">The start of the first step.</param>
    /// <param name="until">The end of the last one.</param>
    /// <param name="tellFrom">Steps that end before it are learned from and not told: a past that is read for the first time is no news.</param>
    public static RateJudgement Judge(
        long portal,
        RateSeries series,
        CountDetector detector,
        IEnumerable<(DateTimeOffset At, int Count)> events,
        DateTimeOffset from,
        DateTimeOffset until,
        DateTimeOffset tellFrom = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(detector);
        var sums = events.GroupBy(one => series.Floor(one.At)).ToDictionary(step => step.Key, step => step.Sum(one => one.Count));
        List<Reading> counts = [];
        Finding? finding = null;
        for (var since = from; since < until; since += series.Step)
        {
            var verdict = detector.Next(since, since + series.Step, sums.GetValueOrDefault(since));
            counts.Add(new Reading
            {
                Portal = portal,
                Metric = series.Metric,
                Subject = series.Subject,
                Since = since,
                At = since + series.Step,
                Value = sums.GetValueOrDefault(since),
                Expected = verdict.Expected,
            });
            if (CountAlarm.Of(verdict) is { Class: not IncidentClass.Silence } alarm && counts[^1].At >= tellFrom)
                finding = Describe(series, alarm, counts[^1], detector);
        }
        return new(counts, Assess(series, finding, detector));
    }

    private static Assessment Assess(RateSeries series, Finding? finding, CountDetector detector)
    {
        if (finding is not null) return Assessment.Firing(finding);
        var isOver = detector.Last - detector.LastRise > RiseCalm && !detector.IsShifted && detector.Last - detector.LastSlowRise > DrainCalm;
        if (!isOver) return Assessment.Undecided(series.Rule, SubjectOf(series));
        return detector.IsLevel && detector.LastSlowRise > detector.LastRise
            ? Assessment.Usual(series.Rule, SubjectOf(series))
            : Assessment.Clear(series.Rule, SubjectOf(series));
    }

    private static string SubjectOf(RateSeries series) => series.Subject ?? series.Metric;

    private static Finding Describe(RateSeries series, CountAlarm alarm, Reading count, CountDetector detector)
    {
        var (lead, scale) = (alarm.Lead, CountScale.All[alarm.Lead.Scale]);
        var name = char.ToUpperInvariant(series.Name[0]) + series.Name[1..];
        return new Finding
        {
            Rule = series.Rule,
            Subject = SubjectOf(series),
            Severity = lead.IsSlow ? Severity.Medium : Severity.High,
            Headline = lead.IsSlow
                ? $"{name} {Words.Percent((lead.Seen / Math.Max(lead.Expected, 1)) - 1)} above normal all day"
                : $"{name} {alarm.Times} normal",
            Summary = $"{name}: {alarm.Sentence}",
            Since = UsageFindings.Explain(alarm, count).Since,
            Expected = $"about {Words.Count(lead.Expected)} in {scale.Name}",
            Seen = $"{Words.Count(lead.Seen)} in {scale.Name}",
            Counted = series.Counted,
            Confidence = string.Create(CultureInfo.InvariantCulture,
                $"{lead.Deviation:0.#} standard deviations of such sums, counted from HubSpot's own records. Model of {detector.Known.TotalDays:0} days."),
            LikelyCause = series.LikelyCause,
            Steps = series.Steps,
            NewestEvent = UsageFindings.StepsReached(alarm.Peak),
            IsGrowth = true,
            Evidence = [$"{series.Metric}@{count.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"],
        };
    }
}
