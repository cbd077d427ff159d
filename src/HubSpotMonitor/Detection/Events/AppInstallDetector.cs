using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection.Events;

/// <param name="Installed">To be remembered for the next run.</param>
/// <param name="Assessments">What there is to say of each app.</param>
public sealed record InstallJudgement(IReadOnlyList<InstalledApp> Installed, IReadOnlyList<Assessment> Assessments);

/// <summary>Somebody installed an app: from now on it may read or change what its scopes allow.</summary>
public static class AppInstallDetector
{
    public const string Rule = RuleIds.AppInstalled;

    /// <summary>So long somebody may look at it; a lasting alert would say no more.</summary>
    private static readonly TimeSpan Open = TimeSpan.FromHours(24);

    /// <summary>The journal brings events of the last three days; after that an installation cannot come up again.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(4);

    /// <param name="known">What the last run remembered.</param>
    /// <param name="counts">Events of the last hour and around every touched minute.</param>
    /// <param name="touched">Minutes whose counts changed since the last run, however long ago they lie.</param>
    /// <param name="now">The time of this run.</param>
    public static InstallJudgement Assess(
        IReadOnlyList<InstalledApp> known, IReadOnlyList<EventCount> counts, IReadOnlySet<DateTimeOffset> touched, DateTimeOffset now)
    {
        var installs = Latest(counts, LifecycleEvent.Installed, touched);
        var uninstalls = Latest(counts, LifecycleEvent.Uninstalled, touched);
        List<InstalledApp> after = [];
        List<Assessment> assessments = [];
        foreach (var source in known.Select(app => app.Source).Union(installs.Keys).Order(StringComparer.Ordinal))
        {
            var app = known.FirstOrDefault(app => app.Source == source);
            var uninstalledAt = uninstalls.TryGetValue(source, out var gone) ? gone : (DateTimeOffset?)null;
            if (installs.TryGetValue(source, out var at) && !(app?.At >= at))
            {
                // One that is gone already is told all the same; the next run resolves it.
                app = new(source, at, now, uninstalledAt >= at, IsOver: false);
                assessments.Add(Assessment.Firing(Describe(app)));
            }
            else if (app is { IsOver: false })
            {
                app = app with { IsGone = app.IsGone || uninstalledAt >= app.At };
                app = app with { IsOver = app.IsGone || now - app.ToldAt >= Open };
                assessments.Add(app.IsOver ? Assessment.Clear(Rule, source) : Assessment.Undecided(Rule, source));
            }
            if (app is not null && now - app.ToldAt < Kept) after.Add(app);
        }
        return new(after, assessments);
    }

    private static Dictionary<string, DateTimeOffset> Latest(IReadOnlyList<EventCount> counts, string type, IReadOnlySet<DateTimeOffset> touched) =>
        counts.Where(count => count.Type == type && touched.Contains(count.Minute))
            .GroupBy(count => count.Source)
            .ToDictionary(source => source.Key, source => source.Max(count => count.Minute));

    private static Finding Describe(InstalledApp app)
    {
        var id = ChangeSource.AppId(app.Source);
        var who = id is null ? "An unnamed app" : $"App {id}";
        return new Finding
        {
            Rule = Rule,
            Subject = app.Source,
            Severity = Severity.Medium,
            Headline = $"{who} was installed{(app.IsGone ? " and uninstalled again" : "")}",
            Summary = $"{who} was installed in this account{(app.IsGone ? " and uninstalled soon after" : "; from now on it may read and change whatever its scopes allow")}.",
            Since = app.At,
            Expected = "installations that somebody has announced",
            Seen = "one installation in HubSpot's webhooks journal",
            Confidence = "Certain that it was installed; whether it was meant is not known.",
            LikelyCause = "Somebody connected a tool. Rarely: somebody was talked into granting access, or uses a stolen login to leave a door open.",
            Steps =
            [
                $"In HubSpot open Settings > Integrations > Connected apps and find {(id is null ? "the newest app" : $"the app with id {id}")}: who installed it, and with which scopes?",
                "Ask that person, by another way than the account itself, whether they meant it.",
                "If not: uninstall the app, sign the person out of all sessions and reset the password. Then look for what the app changed under its id.",
            ],
            Evidence =
            [
                $"events@{app.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}/{app.At.AddMinutes(1).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}?type={LifecycleEvent.Installed}&source={app.Source}",
            ],
        };
    }
}
