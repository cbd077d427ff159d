using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Alerting;

/// <summary>
/// What the rules make of an incident: open, worse, over, back again. Pure: the same values give the same alert and the same messages.
/// </summary>
public static class AlertPolicy
{
    /// <summary>What comes back so soon was not over: it goes on under its old id, in its old thread.</summary>
    public static readonly TimeSpan ReopensWithin = TimeSpan.FromHours(1);

    /// <summary>A detector's condition holds still by itself; only one that comes back more often than this is flapping.</summary>
    public const int MostReopenings = 3;

    public static readonly TimeSpan ReopeningsCountFor = TimeSpan.FromHours(6);

    /// <summary>A flapping alert is over when its rule was clear for so long.</summary>
    public static readonly TimeSpan CalmNeeded = TimeSpan.FromHours(1);

    /// <summary>Of what somebody has taken, another event is told so long after the last message: a row of them is one thing to look into.</summary>
    public static readonly TimeSpan ToldAgainAfter = TimeSpan.FromHours(1);

    /// <param name="current">The present incident of this rule and subject, open or resolved; null when there never was one.</param>
    /// <param name="assessment">What the rule says now.</param>
    /// <param name="id">The id of a new incident, should one open.</param>
    /// <param name="context">What messages say beside the finding.</param>
    /// <param name="now">The time of this run.</param>
    /// <returns>The alert as it is from now on; null when nothing changes.</returns>
    public static Alert? Next(Alert? current, Assessment assessment, string id, AlertContext context, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(assessment);
        return (assessment, current) switch
        {
            ({ Condition: Condition.Firing, Finding: { } finding }, { State: AlertState.Open }) => Update(current, finding, context, now),
            ({ Condition: Condition.Firing, Finding: { } finding }, { ResolvedAt: { } resolved }) when now - resolved <= ReopensWithin =>
                Reopen(current, finding, context, now),
            ({ Condition: Condition.Firing, Finding: { } finding }, _) => Open(finding, current, id, context, now),
            ({ Condition: Condition.Clear, GoesOn: true }, { State: AlertState.Open }) => Settle(current, context, now),
            ({ Condition: Condition.Clear }, { State: AlertState.Open, IsFlapping: true }) => Calm(current, context, now),
            ({ Condition: Condition.Clear }, { State: AlertState.Open }) => Resolve(current, context, now),
            _ => null,
        };
    }

    /// <summary>Ends an incident and says so.</summary>
    public static Alert Resolve(Alert alert, AlertContext context, DateTimeOffset now, string? why = null)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return Announcement.Add(Ended(alert, now).With(new AlertStep(now, "Resolved")), Transition.Resolved, context, now, why);
    }

    /// <summary>
    /// Whether a finding speaks of another event than the one known of its subject. Who knew the first did not speak for the next: one that
    /// is taken would hide all that follow.
    /// </summary>
    internal static bool IsNews(Finding known, Finding finding) =>
        known.NewestEvent is { } before && finding.NewestEvent is { } newest && newest.Split('|').Except(before.Split('|')).Any();

    /// <summary>A flapping alert whose rule is clear: over once it was so for long enough.</summary>
    /// <returns>Null: nothing changes.</returns>
    public static Alert? Calm(Alert alert, AlertContext context, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(alert);
        if (alert.CalmSince is not { } since) return alert with { CalmSince = now };
        if (now - since < CalmNeeded) return null;
        return Resolve(
            alert, context, now, $"It came and went {alert.Reopenings.Count} times; it has been calm for {Words.Duration(now - since)} now.");
    }

    /// <summary>
    /// The alert as if nobody had taken it, put it off or called it expected: whoever did so spoke of something less bad or of an event before this
    /// one, or somebody says otherwise now.
    /// </summary>
    internal static Alert WithoutWord(Alert alert) => alert with { AcknowledgedAt = null, SnoozedUntil = null, ExpectedAt = null };

    private static Alert Open(Finding finding, Alert? former, string id, AlertContext context, DateTimeOffset now)
    {
        var alert = new Alert
        {
            Id = id,
            Portal = context.Portal,
            State = AlertState.Open,
            Severity = finding.Severity,
            Finding = finding,
            OpenedAt = now,
            LastFiredAt = now,
            // What a crash left behind is told, even of an incident that is over.
            Unpublished = former?.Unpublished ?? [],
            Outbox = former?.Outbox ?? [],
        };
        return Announcement.Add(alert.With(new AlertStep(now, $"Opened as {finding.Severity}")), Transition.Opened, context, now);
    }

    // Of what grows, the steps that were reached stay known: what falls back and rises again is no news.
    private static string? Known(Finding before, Finding finding) =>
        finding.IsGrowth && before.NewestEvent is { } steps && !IsNews(before, finding) ? steps : finding.NewestEvent;

    private static Alert Update(Alert alert, Finding finding, AlertContext context, DateTimeOffset now)
    {
        var since = finding.Since < alert.Finding.Since ? finding.Since : alert.Finding.Since;
        var updated = alert with
        {
            Finding = finding with { Since = since, NewestEvent = Known(alert.Finding, finding) },
            LastFiredAt = now,
            CalmSince = null,
        };
        if (finding.Severity <= alert.Severity)
            return alert.Stage != AlertStage.Open && IsNews(alert.Finding, finding) ? TellAgain(alert, updated, context, now) : updated;
        var step = new AlertStep(now, $"Rose from {alert.Severity} to {finding.Severity}");
        return Announcement.Add(
            (WithoutWord(updated) with { Severity = finding.Severity }).With(step),
            Transition.Escalated,
            context,
            now,
            $"It got worse: {finding.Severity}, was {alert.Severity}.");
    }

    private static Alert TellAgain(Alert alert, Alert updated, AlertContext context, DateTimeOffset now)
    {
        // The event that was told stays the known one, so that the later one is told when the hour is over.
        // But growth is told at once: it fires no more when it is over.
        if (!updated.Finding.IsGrowth && now - alert.ToldAt < ToldAgainAfter)
            return updated with { Finding = updated.Finding with { NewestEvent = alert.Finding.NewestEvent } };
        var taken = alert.Stage switch
        {
            AlertStage.Snoozed => "snoozed",
            AlertStage.Expected => "marked as expected",
            _ => "acknowledged",
        };
        var (step, why) = updated.Finding.IsGrowth
            ? ($"Grew after it was {taken}", $"It has grown since it was {taken}: what was said then does not cover this.")
            : ($"Happened again after it was {taken}", $"It happened again after it was {taken}: what was said then does not cover this.");
        // As where it comes back: links of the messages before speak of what was before, and nobody has this one in hand.
        var again = WithoutWord(updated) with { OpenedBy = alert.Transitions + 1, UsedLinks = [], EscalatedAt = null };
        return Announcement.Add(again.With(new AlertStep(now, step)), Transition.Reopened, context, now, why);
    }

    private static Alert Ended(Alert alert, DateTimeOffset now) =>
        alert with { State = AlertState.Resolved, ResolvedAt = now, IsFlapping = false, CalmSince = null };

    private static Alert Settle(Alert alert, AlertContext context, DateTimeOffset now)
    {
        var lasted = $"it has lasted {Words.Duration(now - alert.Finding.Since)} and counts as usual from now on";
        var settled = (Ended(alert, now) with { GoesOn = true }).With(new AlertStep(now, $"Resolved, not over: {lasted}"));
        return Announcement.Add(
            settled,
            Transition.Resolved,
            context,
            now,
            $"Not over: {lasted}. It is not told again; if nobody can say what it is, go through the steps now.",
            goesOn: true);
    }

    private static Alert Reopen(Alert alert, Finding finding, AlertContext context, DateTimeOffset now)
    {
        List<DateTimeOffset> reopenings = [.. alert.Reopenings.Where(at => now - at < ReopeningsCountFor), now];
        var flaps = reopenings.Count > MostReopenings;
        var since = finding.Since < alert.Finding.Since ? finding.Since : alert.Finding.Since;
        var back = (finding.Severity > alert.Severity || IsNews(alert.Finding, finding) ? WithoutWord(alert) : alert) with
        {
            State = AlertState.Open,
            ResolvedAt = null,
            AcknowledgedAt = null,
            EscalatedAt = null,
            Severity = finding.Severity,
            Finding = finding with { Since = since, NewestEvent = Known(alert.Finding, finding) },
            LastFiredAt = now,
            Reopenings = reopenings,
            IsFlapping = flaps,
            OpenedBy = alert.Transitions + 1,
            UsedLinks = [],
            GoesOn = false,
        };
        var why = flaps
            ? $"It came back {reopenings.Count} times in {Words.Duration(ReopeningsCountFor)}. Its coming and going is held back until it has been calm for {Words.Duration(CalmNeeded)}; until then it stays open."
            : $"It came back {Words.Duration(now - (alert.ResolvedAt ?? now))} after it was resolved.";
        return Announcement.Add(back.With(new AlertStep(now, "Came back")), Transition.Reopened, context, now, why);
    }
}
