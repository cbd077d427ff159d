using System.Globalization;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection;

/// <summary>The detector's alarms as findings: what happened, how bad it is and what to do first, for each class of incident.</summary>
public static class UsageFindings
{
    public const string SpikeRule = RuleIds.UsageSpike;
    public const string DrainRule = RuleIds.UsageSlowDrain;
    public const string SilenceRule = RuleIds.UsageSilence;

    /// <summary>An excess of a tenth of the daily limit since it began is an export of the whole account.</summary>
    private const double CriticalShare = 0.1;

    /// <summary>A surplus so many times as large is another event, also to who knew of the first.</summary>
    private const double NewsRise = 5;

    /// <summary>How long an incident may pause before it is taken to be over.</summary>
    private static readonly TimeSpan DrainCalm = TimeSpan.FromHours(24);

    /// <param name="alarm">The alarm of the latest count that raised one; null: none of the new counts did.</param>
    /// <param name="count">That count.</param>
    /// <param name="detector">As it is after the latest count.</param>
    public static IEnumerable<Assessment> Assess(CountAlarm? alarm, Reading? count, CountDetector detector)
    {
        ArgumentNullException.ThrowIfNull(detector);
        yield return Of(SpikeRule, detector.Last - detector.LastRise > CountDetector.RisePause);
        yield return Of(DrainRule, !detector.IsShifted && detector.Last - detector.LastSlowRise > DrainCalm);
        yield return Of(SilenceRule, detector.Last - detector.LastSilence > CountDetector.SilencePause);

        Assessment Of(string rule, bool isOver) => alarm is not null && RuleOf(alarm.Class) == rule
            ? Assessment.Firing(Describe(alarm, count!, detector))
            : !isOver ? Assessment.Undecided(rule, Metric.Calls)
            : rule == DrainRule && detector.IsLevel ? Assessment.Usual(rule, Metric.Calls) : Assessment.Clear(rule, Metric.Calls);
    }

    /// <summary>
    /// What there is to say of the other rules while nothing is learned: there is
    /// nothing that they could hold, and what was told by a model that is gone is over.
    /// </summary>
    internal static IReadOnlyList<Assessment> Unlearned { get; } =
        [Assessment.Clear(DrainRule, Metric.Calls), Assessment.Clear(SilenceRule, Metric.Calls)];

    internal static string RuleOf(IncidentClass kind) => kind switch
    {
        IncidentClass.Silence => SilenceRule,
        IncidentClass.CredentialReuse or IncidentClass.SlowDrain or IncidentClass.LevelShift => DrainRule,
        _ => SpikeRule,
    };

    internal static string Evidence(Reading count) => $"{Metric.Calls}@{count.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}";

    internal static Finding Describe(CountAlarm alarm, Reading count, CountDetector detector)
    {
        var (lead, scale) = (alarm.Lead, CountScale.All[alarm.Lead.Scale]);
        var explanation = Explain(alarm, count);
        return new Finding
        {
            Rule = RuleOf(alarm.Class),
            Subject = Metric.Calls,
            Severity = SeverityOf(alarm, count.Limit),
            Headline = HeadlineOf(alarm),
            Summary = $"{alarm.Sentence} So far some {Words.Count(Math.Abs(explanation.Excess))} calls {(alarm.Class is IncidentClass.Silence ? "less" : "more")} than expected.",
            Since = explanation.Since,
            Expected = scale.Readings == 1 && count.Expected is { } band
                ? $"{Words.Count(band.Low)}–{Words.Count(band.High)} calls in {Words.Duration(count.At - count.Since!.Value)}"
                : $"about {Words.Count(lead.Expected)} calls in {scale.Name}",
            Seen = $"{Words.Count(lead.Seen)} calls in {scale.Name}",
            Confidence = string.Create(CultureInfo.InvariantCulture,
                $"{Math.Abs(lead.Deviation):0.#} standard deviations of such sums; p {Probability(alarm.Probability)} on the account's own past. Model of {detector.Known.TotalDays:0} days."),
            LikelyCause = CauseOf(alarm.Class),
            Steps = StepsOf(alarm.Class),
            Explanation = explanation,
            Evidence = [Evidence(count)],
            NewestEvent = alarm.Class is IncidentClass.Silence ? null : StepsReached(alarm.Peak),
            IsGrowth = true,
        };
    }

    /// <summary>
    /// All powers of five that a surplus has passed, as the events of which each is news once: falling back and rising again is none.
    /// </summary>
    /// <param name="perHour">The most that an incident has brought in an hour beyond what is usual.</param>
    internal static string StepsReached(double perHour)
    {
        var steps = Enumerable.Range(0, 1 + (int)Math.Log(Math.Max(1, perHour), NewsRise));
        return string.Join('|', steps.Select(step => string.Create(CultureInfo.InvariantCulture, $"+{Math.Pow(NewsRise, step):0}/h")));
    }

    internal static Explanation Explain(CountAlarm alarm, Reading count)
    {
        var scale = CountScale.All[alarm.Lead.Scale];
        return new()
        {
            Class = alarm.Class.ToString(),
            Voices =
            [
                .. alarm.Voices.OrderBy(voice => voice.Scale)
                    .Select(voice => new ScaleEvidence(
                        CountScale.All[voice.Scale].Name,
                        Math.Round(voice.Seen, 1),
                        Math.Round(voice.Expected, 1),
                        Math.Round(voice.Factor, 2),
                        Math.Round(voice.Deviation, 1),
                        voice.Probability)),
            ],
            Since = alarm.Since ?? (scale.Readings > 0 ? count.Since!.Value : count.At.AddMinutes(-30 * scale.HalfHours)),
            Excess = Math.Round(alarm.Excess),
        };
    }

    internal static string CauseOf(IncidentClass kind) => kind switch
    {
        IncidentClass.Silence => "A token that was rotated or deactivated, a scheduler that stopped, or a network between that is down.",
        IncidentClass.RetryStorm => "An integration that meets an error and tries again without waiting.",
        IncidentClass.OffHours => "A token used from another time zone than yours, or a job that was moved into the night.",
        IncidentClass.CredentialReuse or IncidentClass.SlowDrain =>
            "A second user of an existing token, a new integration, or an existing one whose schedule was widened.",
        IncidentClass.LevelShift => "A new integration, or a change in an existing one, that is here to stay.",
        _ => "A token in the wrong hands, a new or runaway integration, or a bulk job nobody announced.",
    };

    internal static IReadOnlyList<string> StepsOf(IncidentClass kind) => kind switch
    {
        IncidentClass.Silence =>
        [
            "Look whether the integrations run: their own logs and schedulers come first.",
            "In HubSpot open the activity log under Settings > Account management > Security: was a token rotated or an app removed?",
            "If the pause was planned, for instance a holiday, nothing is to be done: the alert resolves with the next calls.",
        ],
        IncidentClass.RetryStorm =>
        [
            "In HubSpot open Development and look for the app whose log shows errors repeated by the second.",
            "Pause that integration before the daily limit is gone for the others.",
            "Mend its error, and have it wait longer after each failed try.",
        ],
        IncidentClass.CredentialReuse or IncidentClass.SlowDrain =>
        [
            "In HubSpot compare each private app's and service key's call log of today with a day last week.",
            "Rotate the token whose calls rose and that nobody can explain.",
            "If a new integration explains it, write down its owner: the model learns the new level within days.",
        ],
        IncidentClass.LevelShift =>
        [
            "Find the app whose calls rose when the first alert came, in its log under Development.",
            "If it is wanted, write down its owner; the new level is being learned.",
            "If nobody owns it, rotate its token.",
        ],
        _ =>
        [
            "In HubSpot open Development > Legacy apps and Keys > Service keys, and look at each one's log for calls at this time.",
            "If nobody owns these calls: rotate that app's token now with \"expire now\"; every minute copies more records.",
            "Ask who started an import, export or migration; if it was planned, write down who and when.",
        ],
    };

    private static string HeadlineOf(CountAlarm alarm) => RuleOf(alarm.Class) switch
    {
        SilenceRule => "API calls have nearly stopped",
        DrainRule => $"API calls {Words.Percent((alarm.Lead.Seen / Math.Max(alarm.Lead.Expected, 1)) - 1)} above normal all day",
        _ => $"API calls {alarm.Times} normal",
    };

    private static Severity SeverityOf(CountAlarm alarm, double? limit) => alarm.Class switch
    {
        IncidentClass.Silence or IncidentClass.LevelShift => Severity.Medium,
        IncidentClass.Burst or IncidentClass.OffHours or IncidentClass.RetryStorm
            when limit is { } ceiling && MostBrought(alarm) >= CriticalShare * ceiling => Severity.Critical,
        _ => Severity.High,
    };

    // What has been told is taken out of later sums: of a burst that goes on, they hold the latest readings only.
    private static double MostBrought(CountAlarm alarm) => Math.Max(alarm.Excess, alarm.Lead.Seen - alarm.Lead.Expected);

    private static string Probability(double p) => p <= 1e-8 ? "< 1e-8" : "= " + p.ToString("0.0e-0", CultureInfo.InvariantCulture);
}
