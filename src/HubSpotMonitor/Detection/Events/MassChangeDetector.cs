using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection.Events;

/// <summary>An app changes or deletes records far faster than it ever did: ransom, revenge, or a script gone wrong.</summary>
public static class MassChangeDetector
{
    public const string Rule = RuleIds.MassChange;

    /// <summary>A person who cleans up by an app's button stays below a hundred; the first loss must be seen long before a thousand.</summary>
    private const int DeletionFloor = 100;

    /// <summary>An ordinary sync sends hundreds of changes in ten minutes.</summary>
    private const int ChangeFloor = 1000;

    /// <summary>A usual source doubles on a busy day; three times its best day is something else.</summary>
    private const int TimesUsual = 3;

    /// <summary>A week has seen the weekly jobs.</summary>
    private const int DaysToLearn = 7;

    private const int DaysKept = 28;

    private const int TimesForCritical = 10;

    /// <summary>Peaks of two days that lie closer are one happening that went over midnight.</summary>
    private static readonly TimeSpan OneHappening = TimeSpan.FromHours(12);

    /// <summary>In which events are added up, and how long it must have been calm before an alert is over.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(30);

    /// <param name="profile">What is usual. What happened on a day is judged by the days before it.</param>
    /// <param name="counts">The source's events of this kind: of the last hour, and around every touched minute.</param>
    /// <param name="touched">Minutes whose counts changed since the last run, however long ago they lie: what arrives late is told too.</param>
    /// <param name="lastFiredAt">When it last fired; null when not of late.</param>
    /// <param name="now">The time of this run.</param>
    public static Assessment Assess(
        EventProfile profile, IReadOnlyList<EventCount> counts, IReadOnlySet<DateTimeOffset> touched, DateTimeOffset? lastFiredAt, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(profile);
        // People's changes and imports are seen in HubSpot's own activity log.
        if (!IsWatched(profile.Source)) return Assessment.Undecided(Rule, profile.Subject);
        var windows = Windows(counts).ToList();
        // Each by the days before its own: what is told late for past days must not raise the bar for more of it.
        var thresholds = windows.Select(DayOf).Distinct().ToDictionary(day => day, day => Threshold(profile, day));
        var high = windows.Where(window => window.Events > thresholds[DayOf(window)]).ToList();
        if (high.FindLastIndex(window => IsJudged(window, touched, now)) is var last and >= 0)
            return Assessment.Firing(Describe(profile, Stretch(high, last), counts, thresholds[DayOf(high[last])], DayOf(high[last])));
        var isCalm = !windows.Exists(window => window.End > now - Calm && window.Events > thresholds[DayOf(window)] / 2);
        return isCalm && !(lastFiredAt > now - Calm) ? Assessment.Clear(Rule, profile.Subject) : Assessment.Undecided(Rule, profile.Subject);
    }

    /// <summary>The profile with the peaks of the days that these counts lie in. Seeing the same counts again changes nothing.</summary>
    public static EventProfile Learn(EventProfile profile, IReadOnlyList<EventCount> counts)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var seen = Windows(counts)
            .GroupBy(window => DateOnly.FromDateTime(window.End.UtcDateTime))
            .Select(day => Peak(day.Key, day.MaxBy(window => window.Events)!));
        IReadOnlyList<DailyPeak> peaks = [.. profile.Peaks.Concat(seen).GroupBy(peak => peak.Day)
            .Select(day => day.MaxBy(peak => peak.Events)!)
            .OrderBy(peak => peak.Day).TakeLast(DaysKept)];
        return profile with { Peaks = peaks, FirstDay = peaks.Count > 0 && peaks[0].Day < profile.FirstDay ? peaks[0].Day : profile.FirstDay };
    }

    /// <summary>The most events in ten minutes of a day that are not worth a word.</summary>
    public static int Threshold(EventProfile profile, DateOnly day)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var floor = profile.Kind == ChangeKind.Deletion ? DeletionFloor : ChangeFloor;
        return IsLearned(profile, day) ? Math.Max(floor, TimesUsual * Usual(profile, day)) : floor;
    }

    private static bool IsWatched(string source) =>
        source is ChangeSource.Integration or ChangeSource.Unknown || ChangeSource.AppId(source) is not null;

    private static bool IsLearned(EventProfile profile, DateOnly day) => day.DayNumber - profile.FirstDay.DayNumber >= DaysToLearn;

    // The second highest day: one attack never becomes the rule, not even over midnight, but a new nightly job does after two nights.
    private static int Usual(EventProfile profile, DateOnly day)
    {
        List<DailyPeak> happenings = [];
        foreach (var peak in profile.Peaks.Where(peak => peak.Day < day && peak.Day >= day.AddDays(-DaysKept)))
        {
            if (happenings.Count == 0 || peak.At - happenings[^1].At >= OneHappening) happenings.Add(peak);
            else if (peak.Events > happenings[^1].Events) happenings[^1] = peak;
        }
        return happenings.Select(peak => peak.Events).OrderDescending().Skip(1).FirstOrDefault();
    }

    // Of its last minute.
    private static DateOnly DayOf(EventWindow window) => DateOnly.FromDateTime(window.End.AddMinutes(-1).UtcDateTime);

    private static DailyPeak Peak(DateOnly day, EventWindow window) => new(day, window.Events, window.End);

    private static bool IsJudged(EventWindow window, IReadOnlySet<DateTimeOffset> touched, DateTimeOffset now)
    {
        if (window.End > now - Window) return true;
        for (var minute = window.End - Window; minute < window.End; minute += TimeSpan.FromMinutes(1))
        {
            if (touched.Contains(minute)) return true;
        }
        return false;
    }

    // A window ends with a minute that has events: the fullest ones do.
    private static IEnumerable<EventWindow> Windows(IReadOnlyList<EventCount> counts)
    {
        var minutes = counts.GroupBy(count => count.Minute)
            .Select(minute => (At: minute.Key, Events: minute.Sum(count => count.Count)))
            .OrderBy(minute => minute.At)
            .ToList();
        var (first, sum) = (0, 0);
        foreach (var (at, events) in minutes)
        {
            sum += events;
            var end = at.AddMinutes(1);
            for (; minutes[first].At < end - Window; first++) sum -= minutes[first].Events;
            yield return new(minutes[first].At, end, sum);
        }
    }

    // The whole of it so far, not only what this run saw for the first time.
    private static IReadOnlyList<EventWindow> Stretch(IReadOnlyList<EventWindow> high, int last)
    {
        var first = last;
        while (first > 0 && high[first].Start - high[first - 1].End <= Window) first--;
        return [.. high.Skip(first).Take(last - first + 1)];
    }

    private static Finding Describe(
        EventProfile profile, IReadOnlyList<EventWindow> high, IReadOnlyList<EventCount> counts, int threshold, DateOnly day)
    {
        var (since, until) = (high[0].Start, high[^1].End);
        var peak = high.MaxBy(window => window.Events)!;
        var during = counts.Where(count => count.Minute >= since && count.Minute < until).ToList();
        var types = during.GroupBy(count => count.Type)
            .Select(type => (type.Key, Count: type.Sum(count => count.Count)))
            .OrderByDescending(type => type.Count)
            .Select(type => $"{Words.Count(type.Count)} {type.Key}");
        var isDeletion = profile.Kind == ChangeKind.Deletion;
        var who = Who(profile.Source);
        var usual = Usual(profile, day);
        return new Finding
        {
            Rule = Rule,
            Subject = profile.Subject,
            Severity = isDeletion && peak.Events > TimesForCritical * threshold ? Severity.Critical : Severity.High,
            Headline = $"{who} {(isDeletion ? "deletes" : "changes")} {Words.Count(peak.Events)} records in 10 min",
            Summary = $"{(isDeletion ? "Mass deletion" : "Mass change")} by an integration: {string.Join(", ", types)} in {Words.Duration(until - since)}, all by {ChangeSource.Words(profile.Source)}.",
            Since = since,
            Expected = IsLearned(profile, day) && usual > 0
                ? $"up to {Words.Count(usual)} in 10 min on its busiest days; alarm above {Words.Count(threshold)}"
                : $"at most {Words.Count(threshold)} in 10 min",
            Seen = $"{Words.Count(peak.Events)} in 10 min, {Words.Count(during.Sum(count => count.Count))} in all",
            Confidence = IsLearned(profile, day)
                ? $"Counted from HubSpot's own events, each once; judged by {profile.Peaks.Count(peak => peak.Day < day)} days of this source."
                : "Counted from HubSpot's own events, each once. Learning: fixed thresholds are in force until a week is known.",
            LikelyCause = isDeletion
                ? "A script gone wrong, a sync with the wrong side as master, or somebody who holds the app's token and wants to do harm."
                : "A bulk job or a sync in a loop, or somebody who holds the app's token.",
            Steps = Steps(profile.Source, isDeletion),
            Evidence = [$"events@{since.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}/{until.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}?source={profile.Source}"],
        };
    }

    private static string Who(string source) => ChangeSource.AppId(source) is { } app ? $"App {app}" : "An unnamed integration";

    private static IReadOnlyList<string> Steps(string source, bool isDeletion) =>
    [
        $"In HubSpot open Settings > Integrations > {(ChangeSource.AppId(source) is { } app ? $"Connected apps and Private apps, find the app with id {app}" : "Connected apps and Private apps")}, and ask its owner whether this is meant.",
        "If nobody can say so at once: uninstall the app or rotate its token now. What it has done stays as it is; what it would do next does not happen.",
        isDeletion
            ? "Bring the records back: HubSpot keeps deleted ones for 90 days (Contacts > Actions > Restore records; the same for companies, deals, tickets)."
            : "Look at a changed record's property history to see the values before, and export the list of changed records while it is fresh.",
    ];

    /// <param name="Start">Its first minute with events.</param>
    /// <param name="End">The end of its last minute.</param>
    /// <param name="Events">In all of it.</param>
    private sealed record EventWindow(DateTimeOffset Start, DateTimeOffset End, int Events);
}
