using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Posture.Rules;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture;

/// <summary>A spike is told together with what happened around it: a key that was revealed before makes it worse, an import that began then explains a burst in part.</summary>
public static class SpikeStory
{
    /// <summary>How long before a spike its story may begin: a stolen key is mostly tried within a day.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromHours(24);

    /// <summary>What explains a spike began shortly before it, or just after as far as its beginning is known: an import that somebody starts later explains nothing.</summary>
    private static readonly TimeSpan CauseBefore = TimeSpan.FromHours(1);
    private static readonly TimeSpan CauseAfter = TimeSpan.FromMinutes(30);

    /// <summary>An import makes a burst; no import makes a drain of days.</summary>
    private const string Burst = "usage-spike";

    /// <summary>A spike's beginning is known by the interval of a poll only. Whoever looks at keys later than this may be whoever answers the alert.</summary>
    private static readonly TimeSpan BeginningKnownTo = TimeSpan.FromMinutes(10);

    /// <summary>Named in the sentence and quoted; more would not be read.</summary>
    private const int MostTold = 3;

    /// <summary>Ids of the findings that have such a story.</summary>
    public static IReadOnlySet<string> Rules { get; } = new HashSet<string> { Burst, "usage-slow-drain" };

    /// <param name="spike">A finding on usage.</param>
    /// <param name="around">Events from a day before it until now, of all feeds and in any order.</param>
    /// <param name="before">What was known before those events: against it a country is new.</param>
    /// <param name="memory">For how long a country is known.</param>
    /// <param name="now">The time of this run: what is dated later is left out.</param>
    public static Finding Explain(Finding spike, IReadOnlyList<ActivityEvent> around, AccessLedger before, TimeSpan memory, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(spike);
        ArgumentNullException.ThrowIfNull(before);
        var events = around.Where(item => item.At <= now && item.At >= spike.Since - Reach).DistinctBy(item => item.Evidence)
            .OrderBy(item => item.At).ThenBy(item => item.Feed).ThenBy(item => item.Id, StringComparer.Ordinal).ToList();
        var theft = events.Where(item => item.At <= spike.Since + BeginningKnownTo).Select(item => (Item: item, Says: Suspicion(item, Habits.IsNewCountry(before, item, memory), spike))).Where(one => one.Says is not null).ToList();
        if (theft.Count > 0)
            return Tell(spike, Severity.Critical, "Before it", theft, "A credential in the wrong hands: what happened just before is how such a theft begins.") with { Explains = Parts(theft.Take(MostTold).Select(one => one.Item)) };
        var causes = events.Where(item => item.At >= spike.Since - CauseBefore && item.At <= spike.Since + CauseAfter).Select(item => (Item: item, Says: Cause(item, spike))).Where(one => one.Says is not null).ToList();
        if (causes.Count == 0) return spike;
        // A tenth of the daily limit is gone when it is critical by itself: no import excuses that.
        return spike is { Rule: Burst, Severity: < Severity.Critical }
            ? Tell(spike, Lower(spike.Severity), "Explained in part", causes, "What was started then; look whether it is over when the calls are.")
            : Tell(spike, spike.Severity, "Around its beginning", causes, spike.LikelyCause);
    }

    /// <summary>What rules say of the same people in the same countries, and of the hours of what they did to keys, is told in this story.</summary>
    /// <param name="items">Those that the story names: what it leaves out must be told on its own.</param>
    internal static IReadOnlyList<string> Parts(IEnumerable<ActivityEvent> items) => [.. items.SelectMany(PartsOf).Distinct()];

    private static IEnumerable<string> PartsOf(ActivityEvent item)
    {
        if (item.Country is not null) yield return Finding.Part("login-unusual-place", Who.InCountry(item));
        if (item.Feed == ActivityFeed.Security) yield return Finding.Part("developer-off-hours", Who.Name(item));
    }

    private static Finding Tell(Finding spike, Severity severity, string lead, List<(ActivityEvent Item, string? Says)> told, string? cause)
    {
        var some = told.Take(MostTold).ToList();
        var change = severity == spike.Severity ? "" : $" Therefore {severity} instead of {spike.Severity}.";
        return spike with
        {
            Severity = severity,
            Summary = $"{spike.Summary} {lead}: {string.Join("; ", some.Select(one => one.Says))}{(told.Count > MostTold ? $"; and {told.Count - MostTold} more" : "")}.{change}",
            LikelyCause = cause,
            Evidence = [.. spike.Evidence, .. some.Select(one => one.Item.Evidence)],
        };
    }

    private static string? Suspicion(ActivityEvent item, bool isNew, Finding spike)
    {
        var place = Who.From(item) is { } from ? $" from {from}" : "";
        var sentence = item switch
        {
            { Feed: ActivityFeed.Login, Type: ActivityEvent.LoginSucceeded } when isNew => $"{Who.Name(item)} logged in{place}, a new country for them",
            { Feed: ActivityFeed.Security } => ActivityTypes.ActOf(item.Type) switch
            {
                CredentialAct.Revealed => $"{Who.Name(item)} had the secret of {NameOf(item)} shown{place}{(isNew ? ", a new country for them" : "")}",
                CredentialAct.ScopesChanged => $"{Who.Name(item)} changed the scopes of {NameOf(item)}{place}",
                _ => null,
            },
            _ => null,
        };
        return sentence is null ? null : $"{When(item, spike)} {sentence}";
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

    private static string When(ActivityEvent item, Finding spike) => item.At <= spike.Since
        ? $"{Words.Duration(spike.Since - item.At)} earlier"
        : $"{Words.Duration(item.At - spike.Since)} after it began";

    private static string NameOf(ActivityEvent item) => Inventory.NameOf(ActivityTypes.MeaningOf(item.Type).Kind, item.ObjectId);

    private static Severity Lower(Severity severity) => severity > Severity.Info ? severity - 1 : severity;
}
