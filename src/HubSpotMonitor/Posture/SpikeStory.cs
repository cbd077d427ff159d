using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Posture.Rules;
using HubSpotMonitor.Posture.Rules.Keys;
using HubSpotMonitor.Posture.Rules.People;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture;

/// <summary>
/// A spike is told together with what happened around it: a key that was revealed before makes it worse,
/// one that was made or rotated before is named, an import that began then explains a burst in part.
/// </summary>
public static class SpikeStory
{
    /// <summary>How long before a spike its story may begin: a stolen key is mostly tried within a day.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromHours(24);

    /// <summary>
    /// What explains a spike began shortly before it, or just after as far as its
    /// beginning is known: an import that somebody starts later explains nothing.
    /// </summary>
    private static readonly TimeSpan CauseBefore = TimeSpan.FromHours(1);
    private static readonly TimeSpan CauseAfter = TimeSpan.FromMinutes(30);

    /// <summary>An import makes a burst; no import makes a drain of days.</summary>
    private const string Burst = RuleIds.UsageSpike;

    /// <summary>What is started on more of an account's days explains no count that the account's own past does not.</summary>
    private const double SeldomDays = 0.1;

    /// <summary>Named in the sentence and quoted; more would not be read.</summary>
    private const int MostTold = 3;

    /// <summary>Ids of the findings that have such a story.</summary>
    public static IReadOnlySet<string> Rules { get; } = new HashSet<string> { Burst, RuleIds.UsageSlowDrain };

    /// <param name="spike">A finding on usage.</param>
    /// <param name="around">Events from a day before it until now, of all feeds and in any order.</param>
    /// <param name="before">What was known before those events: against it a country is new.</param>
    /// <param name="memory">For how long a country is known.</param>
    /// <param name="told">
    /// When its alert opened or last came back, or now: whoever looks at keys later may be whoever answers it. Its beginning would be too early,
    /// since it is known as that of a sum of up to three days only.
    /// </param>
    /// <param name="now">The time of this run: what is dated later is left out.</param>
    public static Finding Explain(
        Finding spike, IReadOnlyList<ActivityEvent> around, AccessLedger before, TimeSpan memory, DateTimeOffset told, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(spike);
        ArgumentNullException.ThrowIfNull(before);
        var events = around.Where(item => item.At <= now && item.At >= spike.Since - Reach).DistinctBy(item => item.Evidence)
            .OrderBy(item => item.At).ThenBy(item => item.Feed).ThenBy(item => item.Id, StringComparer.Ordinal).ToList();
        var untilTold = events.Where(item => item.At <= told).ToList();
        var theft = Clues(untilTold, item => Suspicion(item, Habits.IsNewCountry(before, item, memory), spike, told));
        if (theft.Count > 0)
        {
            return Tell(spike, Severity.Critical, "Before it", theft,
                "A credential in the wrong hands: what happened just before is how such a theft begins.") with
            {
                Explains = Parts(theft.Take(MostTold).Select(clue => clue.Item)),
            };
        }
        // A new integration's first sync looks the same: named, but no worse for it. Nor better for an import, which whoever made it could start too.
        // A rotation gives nobody a key who had none: named, and no more.
        var made = Clues(untilTold, item => Making(item, spike, told));
        if (made.Exists(IsNewKey))
        {
            return Tell(spike, spike.Severity, "Before it", [.. made.OrderByDescending(IsNewKey)],
                "A new integration reads all that it may for the first time, or somebody took a key to take data out: ask who it was, and what for.");
        }
        var known = made.Count == 0 ? spike : Tell(spike, spike.Severity, "Before it", made, spike.LikelyCause);
        var causes = Clues(
            events.Where(item => item.At >= spike.Since - CauseBefore && item.At <= spike.Since + CauseAfter), item => Cause(item, spike));
        if (causes.Count == 0) return known;
        // A tenth of the daily limit is gone when it is critical by itself: no import excuses that.
        return known is { Rule: Burst, Severity: < Severity.Critical } && causes.Exists(clue => IsSeldom(before, clue.Item))
            ? Tell(known, Lower(known.Severity), "Explained in part", causes, "What was started then; look whether it is over when the calls are.")
            : Tell(known, known.Severity, "Around its beginning", causes, known.LikelyCause);
    }

    /// <summary>What rules say of the same people in the same countries, and of the hours of what they did to keys, is told in this story.</summary>
    /// <param name="items">Those that the story names: what it leaves out must be told on its own.</param>
    internal static IReadOnlyList<string> Parts(IEnumerable<ActivityEvent> items) => [.. items.SelectMany(PartsOf).Distinct()];

    private static IEnumerable<string> PartsOf(ActivityEvent item)
    {
        if (item.Country is not null) yield return Finding.Part(LoginPlaceRule.Id, Who.InCountry(item));
        if (item.Feed == ActivityFeed.Security) yield return Finding.Part(DeveloperHoursRule.Id, Who.Name(item));
    }

    /// <summary>Those events of which there is something to say.</summary>
    private static List<Clue> Clues(IEnumerable<ActivityEvent> events, Func<ActivityEvent, string?> say) =>
        [.. events.Select(item => say(item) is { } says ? new Clue(item, says) : null).OfType<Clue>()];

    private static bool IsNewKey(Clue clue) => ActivityTypes.ActOf(clue.Item.Type) == CredentialAct.Created;

    private static Finding Tell(Finding spike, Severity severity, string lead, IReadOnlyList<Clue> told, string? cause)
    {
        var some = told.Take(MostTold).ToList();
        var change = severity == spike.Severity ? "" : $" Therefore {severity} instead of {spike.Severity}.";
        return spike with
        {
            Severity = severity,
            Summary = $"{spike.Summary} {lead}: {string.Join("; ", some.Select(clue => clue.Says))}{(told.Count > MostTold ? $"; and {told.Count - MostTold} more" : "")}.{change}",
            LikelyCause = cause,
            Evidence = [.. spike.Evidence, .. some.Select(clue => clue.Item.Evidence)],
        };
    }

    /// <summary>Of apps that are distributed and of SMTP tokens HubSpot counts no calls in the figure that spiked.</summary>
    internal static bool IsCounted(ActivityEvent item) =>
        ActivityTypes.MeaningOf(item.Type).Kind is not (CredentialKind.OAuthGrant or CredentialKind.SmtpToken);

    // Otherwise whoever starts an import first would make every theft in its neighbourhood look smaller.
    private static bool IsSeldom(AccessLedger before, ActivityEvent item)
    {
        var days = before.CountsOf(new HashSet<string> { item.Type }).Count;
        var known = before.SecuritySince is { } since ? Math.Min((item.At - since).TotalDays, DailyCounts.KeptDays) : 0;
        return days <= SeldomDays * known;
    }

    private static string? Suspicion(ActivityEvent item, bool isNew, Finding spike, DateTimeOffset told)
    {
        var place = Who.From(item) is { } from ? $" from {from}" : "";
        var sentence = item switch
        {
            { Feed: ActivityFeed.Login, Type: ActivityEvent.LoginSucceeded } when isNew =>
                $"{Who.Name(item)} logged in{place}, a new country for them",
            { Feed: ActivityFeed.Security } when IsCounted(item) => ActivityTypes.ActOf(item.Type) switch
            {
                CredentialAct.Revealed =>
                    $"{Who.Name(item)} had the secret of {NameOf(item)} shown{place}{(isNew ? ", a new country for them" : "")}",
                CredentialAct.ScopesChanged => $"{Who.Name(item)} changed the scopes of {NameOf(item)}{place}",
                _ => null,
            },
            _ => null,
        };
        return sentence is null ? null : $"{WhenBefore(item, spike, told)} {sentence}";
    }

    private static string? Making(ActivityEvent item, Finding spike, DateTimeOffset told)
    {
        if (item.Feed != ActivityFeed.Security || item.Type == ActivityTypes.AutoRotated || !IsCounted(item)) return null;
        var did = ActivityTypes.ActOf(item.Type) switch
        {
            CredentialAct.Created => "made",
            CredentialAct.Rotated => "rotated",
            _ => null,
        };
        return did is null
            ? null
            : $"{WhenBefore(item, spike, told)} {Who.Name(item)} {did} {NameOf(item)}{(Who.From(item) is { } from ? $" from {from}" : "")}";
    }

    // Not an app that was connected: HubSpot does not count its calls here. Not a sandbox's copy: that is a finding itself.
    private static string? Cause(ActivityEvent item, Finding spike)
    {
        if (item.Feed != ActivityFeed.Security) return null;
        var sentence = item.Type switch
        {
            "IMPORT" => $"{Who.Name(item)} started an import",
            "DATASET_SYNC" => $"a data set was synchronised by {Who.Name(item)}",
            "SANDBOX_SYNC_TO_PRODUCTION" => $"{Who.Name(item)} brought a sandbox's changes into the account",
            _ => null,
        };
        return sentence is null ? null : $"{When(item, spike)} {sentence} ({item.Type})";
    }

    private static string WhenBefore(ActivityEvent item, Finding spike, DateTimeOffset told) =>
        item.At <= spike.Since ? When(item, spike) : $"{Words.Duration(told - item.At)} before the alert";

    private static string When(ActivityEvent item, Finding spike) => item.At <= spike.Since
        ? $"{Words.Duration(spike.Since - item.At)} earlier"
        : $"{Words.Duration(item.At - spike.Since)} after it began";

    private static string NameOf(ActivityEvent item) => Credential.NameOf(ActivityTypes.MeaningOf(item.Type).Kind, item.ObjectId);

    private static Severity Lower(Severity severity) => severity > Severity.Info ? severity - 1 : severity;

    /// <summary>What happened around a spike, and the sentence on it.</summary>
    private sealed record Clue(ActivityEvent Item, string Says);
}
