using Cronos;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Alerting.Routing;

/// <summary>What keeps an alert from being told: a silence, a maintenance window, or another alert that says it already. Pure.</summary>
public static class Mutes
{
    /// <summary>Rules that have nothing to say while the monitor does not see an account's usage.</summary>
    private static readonly string[] MutedByBlindness = [RuleIds.UsageSilence];

    /// <summary>Why nobody is told now.</summary>
    /// <returns>Null: it may be told.</returns>
    public static string? Of(Alert alert, IReadOnlyList<Alert> all, Situation situation)
    {
        ArgumentNullException.ThrowIfNull(alert);
        ArgumentNullException.ThrowIfNull(situation);
        return Explained(alert, all, situation) ?? Kept(alert, situation);
    }

    /// <summary>Whether a window is open at an instant.</summary>
    public static bool IsOpen(MaintenanceWindow window, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(window);
        return now >= window.From && now < window.Until && Began(window, now) is not null;
    }

    private static string? Kept(Alert alert, Situation situation) => Silenced(alert, situation) ?? Maintained(alert, situation);

    private static string? Explained(Alert alert, IReadOnlyList<Alert> all, Situation situation)
    {
        // Also where that one is kept back: who wants nothing of the outage wants no message of each account, either.
        if (situation.OfMonitor.FirstOrDefault(other => IsShared(alert, other)) is { } shared)
            return $"It is one of many: \"{shared.Finding.Headline}\" speaks for all of them.";
        // One that is itself kept back tells nothing in this one's place.
        var open = all
            .Where(other => other.Stage is AlertStage.Open or AlertStage.Acknowledged or AlertStage.Snoozed)
            .Where(other => other.Id != alert.Id && Kept(other, situation) is null)
            .ToList();
        if (open.FirstOrDefault(other => IsBlindness(other) && MutedByBlindness.Contains(alert.Finding.Rule)) is { } blind)
            return $"The monitor does not see this account ({blind.Finding.Headline}), so this says nothing new.";
        string[] names = [alert.Finding.Rule, Finding.Part(alert.Finding.Rule, alert.Finding.Subject)];
        var whole = open.FirstOrDefault(other => other.Severity == Severity.Critical && names.Any(other.Finding.Explains.Contains));
        return whole is null ? null : $"It is part of \"{whole.Finding.Headline}\", which is told instead.";
    }

    /// <summary>Whether a finding speaks for most accounts at once.</summary>
    internal static bool IsOutage(Finding finding) => finding is { Rule: RuleIds.MonitorBlind, Subject: Subjects.Accounts };

    private static bool IsBlindness(Alert alert) => alert.Finding is { Rule: RuleIds.MonitorBlind, Subject: Subjects.Usage };

    // What lies with this account only has another cause.
    private static bool IsShared(Alert alert, Alert other) =>
        IsBlindness(alert) && other.State == AlertState.Open && IsOutage(other.Finding) && other.Finding.LikelyCause == alert.Finding.LikelyCause;

    private static string? Silenced(Alert alert, Situation situation)
    {
        var silence = situation.Silences.FirstOrDefault(silence => silence.Covers(alert.Portal.Id, alert.Finding, alert.Severity, situation.Now));
        return silence is null ? null : string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"Silenced by {silence.Author} until {silence.Until.UtcDateTime:d MMM yyyy HH:mm} UTC: {silence.Reason}");
    }

    private static string? Maintained(Alert alert, Situation situation)
    {
        var window = situation.Windows.FirstOrDefault(window =>
            alert.Severity <= window.UpTo && (window.Portal is null || window.Portal == alert.Portal.Id) && IsOpen(window, situation.Now));
        return window is null ? null : string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"Maintenance window of {window.Author} until {(Began(window, situation.Now)!.Value + window.Duration).UtcDateTime:d MMM yyyy HH:mm} UTC: {window.Reason}");
    }

    private static DateTimeOffset? Began(MaintenanceWindow window, DateTimeOffset now)
    {
        var zone = AccountClock.FromName(window.TimeZone).Zone;
        var began = CronExpression.Parse(window.Cron).GetNextOccurrence(now - window.Duration, zone);
        return began <= now ? began : null;
    }
}
