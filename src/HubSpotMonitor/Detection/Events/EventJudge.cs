using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection.Events;

/// <summary>What the judge looks at, all of one portal.</summary>
/// <param name="Portal">The account's number.</param>
/// <param name="Counts">Events of the last hour and around every touched minute.</param>
/// <param name="Touched">
/// Minutes whose counts changed since the last run, by events that were received in time: see <see cref="EventJudge.IsTimely"/>.
/// </param>
/// <param name="Profiles">What is usual for each source.</param>
/// <param name="Checkpoint">What the last run remembered; null before the first event.</param>
/// <param name="PushedAt">When the latest event was pushed since the last run; null when none was.</param>
/// <param name="PulledAt">The same for events that the journal told.</param>
/// <param name="Now">The time of this run.</param>
/// <param name="IsJournalOn">The journal is read, and tells events beside those that are pushed.</param>
public sealed record EventEvidence(
    long Portal,
    IReadOnlyList<EventCount> Counts,
    IReadOnlySet<DateTimeOffset> Touched,
    IReadOnlyList<EventProfile> Profiles,
    EventCheckpoint? Checkpoint,
    DateTimeOffset? PushedAt,
    DateTimeOffset? PulledAt,
    DateTimeOffset Now,
    bool IsJournalOn = false);

/// <param name="Profiles">Those that learned something.</param>
/// <param name="Checkpoint">To be remembered for the next run; null while there never was an event.</param>
/// <param name="Assessments">What each detector says.</param>
public sealed record EventJudgement(IReadOnlyList<EventProfile> Profiles, EventCheckpoint? Checkpoint, IReadOnlyList<Assessment> Assessments);

/// <summary>The detectors over one portal's webhook events. Pure: the same evidence gives the same judgement.</summary>
public static class EventJudge
{
    private const int GapDays = 14;
    private static readonly TimeSpan FiredKept = TimeSpan.FromHours(1);

    /// <summary>
    /// HubSpot repeats an event for a day, and its journal keeps three. What is older when it comes was made up, to teach what is usual.
    /// </summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(4);

    /// <summary>Whether events of a minute came so early that they are judged and learned from. Others are stored and counted, and no more.</summary>
    public static bool IsTimely(DateTimeOffset minute, DateTimeOffset receivedAt) => receivedAt - minute <= LongestDelay;

    public static EventJudgement Judge(EventEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var known = evidence.Profiles.ToDictionary(profile => profile.Subject);
        var counts = evidence.Counts.ToLookup(count => EventProfile.SubjectOf(count.Source, EventProfile.KindOf(count.Type)));
        var fired = evidence.Checkpoint?.Fired.ToDictionary(subject => subject.Subject, subject => subject.LastAt) ?? [];
        List<EventProfile> learned = [];
        List<Assessment> assessments = [];
        foreach (var subject in counts.Select(group => group.Key).Union(fired.Keys).Order(StringComparer.Ordinal))
        {
            var seen = counts[subject].ToList();
            if (!known.TryGetValue(subject, out var before) && seen.Count == 0) continue;
            var profile = before ?? NewProfile(evidence.Portal, seen);
            assessments.Add(
                MassChangeDetector.Assess(profile, seen, evidence.Touched, fired.TryGetValue(subject, out var at) ? at : null, evidence.Now));
            // Learned after it is judged, or what is told late would raise its own bar.
            var after = MassChangeDetector.Learn(profile, seen);
            if (before is null || !after.Peaks.SequenceEqual(before.Peaks)) learned.Add(after);
        }
        var installs = AppInstallDetector.Assess(evidence.Checkpoint?.Installed ?? [], evidence.Counts, evidence.Touched, evidence.Now);
        assessments.AddRange(installs.Assessments);
        var next = Next(evidence, fired, assessments) is { } checkpoint ? checkpoint with { Installed = installs.Installed } : null;
        if (next is not null) assessments.Add(SilenceDetector.Assess(next, evidence.Now));
        return new(learned, next, assessments);
    }

    private static EventProfile NewProfile(long portal, IReadOnlyList<EventCount> counts) => new()
    {
        Portal = portal,
        Source = counts[0].Source,
        Kind = EventProfile.KindOf(counts[0].Type),
        FirstDay = DateOnly.FromDateTime(counts.Min(count => count.Minute).UtcDateTime),
        Peaks = [],
    };

    private static EventCheckpoint? Next(EventEvidence evidence, Dictionary<string, DateTimeOffset> fired, IReadOnlyList<Assessment> assessments)
    {
        var before = evidence.Checkpoint;
        // Where events are pushed, the journal does not hide that pushes stop: it tells the same events. After two weeks without, it is all there is.
        var isPushed = before is { IsPushed: true } && evidence.Now - before.LastReceivedAt < TimeSpan.FromDays(GapDays);
        var received = isPushed ? evidence.PushedAt : Later(evidence.PushedAt, evidence.PulledAt);
        if (before is null && received is null) return null;
        foreach (var firing in assessments.Where(assessment => assessment is { Rule: MassChangeDetector.Rule, Condition: Condition.Firing }))
            fired[firing.Subject] = evidence.Now;
        var next = before ?? new EventCheckpoint
        {
            Portal = evidence.Portal,
            FirstReceivedAt = received!.Value,
            LastReceivedAt = received.Value,
            Gaps = [],
            Fired = [],
        };
        // What was learned so far are the pauses of both ways together: those of the pushes alone are longer.
        if (before is not null && !isPushed && evidence is { IsJournalOn: true, PushedAt: { } first })
            next = next with { FirstReceivedAt = first, LastReceivedAt = first, Gaps = [] };
        if (received > next.LastReceivedAt)
        {
            DailyGap gap = new(DateOnly.FromDateTime(received.Value.UtcDateTime), SilenceDetector.Learned(next, received.Value));
            next = next with
            {
                LastReceivedAt = received.Value,
                Gaps =
                [
                    .. next.Gaps.Append(gap)
                        .GroupBy(gap => gap.Day)
                        .Select(day => new DailyGap(day.Key, day.Max(gap => gap.Longest)))
                        .OrderBy(gap => gap.Day)
                        .TakeLast(GapDays),
                ],
            };
        }
        return next with
        {
            IsPushed = isPushed || evidence.PushedAt is not null,
            PulledAt = evidence.IsJournalOn ? Later(next.PulledAt, evidence.PulledAt) : next.PulledAt,
            Fired =
            [
                .. fired.Where(subject => subject.Value > evidence.Now - FiredKept)
                    .OrderBy(subject => subject.Key, StringComparer.Ordinal)
                    .Select(subject => new FiredSubject(subject.Key, subject.Value)),
            ],
        };
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;
}
