using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Keys;

/// <summary>Looking at a secret is ordinary, and so is a spike; one after the other is a theft until shown otherwise.</summary>
internal sealed class KeyRevealedRule : IPostureRule
{
    /// <summary>So many secrets before one usage alert are told each by itself.</summary>
    private const int MostApart = 3;

    /// <summary>Of more; a longer list would not be read.</summary>
    private const int MostNamed = 20;

    public RuleSheet Sheet { get; } = new()
    {
        Id = "key-revealed-then-used",
        Title = "Key revealed, then used oddly",
        Severity = Severity.Critical,
        Section = 3,
        Needs = [AccessSource.SecurityActivity],
        Helps = [AccessSource.Usage, AccessSource.LoginHistory],
        Sees = "Somebody had a token, key or client secret shown, and within 24 hours usage left its normal band, or that person was seen in a country where they had not been within 90 days: Critical. Of usage counts what is told as High or worse. It stays until a day after the usage alert is over, and from about the third day on only while the key is neither rotated nor ended. More than three secrets with nothing but the same usage alert against them are one finding.",
        Why = "Whoever reads a secret once can copy it and read every record that its scopes allow, from anywhere, without a trace but the number of calls. A reveal followed by odd use is the shortest story of a stolen key.",
        Steps =
        [
            "Ask the person who had the secret shown, by another way than the account itself, whether it was they, and what for.",
            "If not, or if they cannot be reached: rotate the key with \"expire now\", sign that person out everywhere and reset the password.",
            "Note the calls made since the reveal from the usage chart: they bound what can have been copied.",
        ],
        BeSure = "Compare the reveal's address and place in the evidence with the person's other logins, and the start of the spike with the reveal's time. A spike that was told before the reveal has another cause; when it began is known as that of a sum of up to three days only.",
        FalseAlarms =
            "Somebody sets up a new integration: they copy its key and start a first full sync. The app's own log in HubSpot then shows the calls.",
        Settings = [nameof(PostureOptions.CountryMemory)],
        Good = "No secret was revealed and then used oddly.",
        Maps = "T1528, T1552",
    };

    public RuleResult Evaluate(PostureEvidence evidence)
    {
        var keys = OddlyUsed(evidence);
        // Whoever lists the keys looks at all of them, and one drain is not that of ten: the one story names them.
        var crowds = keys.Where(key => key.ByUsageAlone is not null)
            .GroupBy(key => key.ByUsageAlone!)
            .Where(crowd => crowd.Count() > MostApart)
            .ToList();
        var crowded = crowds.SelectMany(crowd => crowd).ToHashSet();
        var result = Sheet.Judge(evidence,
        [
            .. keys.Where(key => !crowded.Contains(key)).Select(key => Tell(evidence, key)),
            .. crowds.Select(crowd => Tell(evidence, crowd.Key, [.. crowd])),
        ]);
        // What was told of some of them before they were so many is not over.
        return result with { Untold = [.. result.Untold, .. crowded.Select(key => key.Subject)] };
    }

    /// <returns>The secrets that were revealed and then used oddly, in the order in which they were.</returns>
    private static List<RevealedKey> OddlyUsed(PostureEvidence evidence)
    {
        var recent = evidence.Recent.Where(item => item.Feed == ActivityFeed.Security && ActivityTypes.ActOf(item.Type) == CredentialAct.Revealed);
        return
        [
            .. recent.Concat(Older(evidence)).ByObject()
                .Select(group => OddlyUsed(evidence, group))
                .OfType<RevealedKey>()
                .OrderBy(key => key.Odd[0].At)
                .ThenBy(key => key.Subject, StringComparer.Ordinal),
        ];
    }

    private static RevealedKey? OddlyUsed(PostureEvidence evidence, EventGroup group)
    {
        var odd = group.Events.Select(item => (Reveal: item, Use: OddUse(evidence, item))).Where(one => one.Use is not null).ToList();
        return odd.Count == 0
            ? null
            : new(
                group.Subject,
                [.. odd.Select(one => one.Reveal)],
                odd[0].Use!,
                group.Events.LastOrDefault(item => Placed(evidence, item) is not null));
    }

    // A usage alert may be open for weeks, and for as long whoever read the key may be who uses it, unless it is another key since.
    private static IEnumerable<ActivityEvent> Older(PostureEvidence evidence) =>
        evidence.Before.Credentials.Values.SelectMany(track => track.History
            .Where(note => TroubleAfter(evidence, note.At) is not null
                && ActivityTypes.ActOf(note.What) == CredentialAct.Revealed
                && evidence.After.Credentials[track.Key] is { HasEnded: false } now
                && !(now.Rotated?.At > note.At))
            .Select(note => EventOf(evidence.Portal.Id, track, note)));

    // As much of it as the ledger keeps. The place is one text there, so that no country is told by it.
    private static ActivityEvent EventOf(long portal, CredentialTrack track, CredentialEvent note) =>
        new()
        {
            Portal = portal,
            Feed = ActivityFeed.Security,
            Id = note.Evidence[(note.Evidence.IndexOf(':', StringComparison.Ordinal) + 1)..],
            At = note.At,
            Type = note.What,
            UserId = note.UserId,
            User = note.By,
            ObjectId = track.ObjectId,
            Location = note.From,
        };

    private Finding Tell(PostureEvidence evidence, RevealedKey key)
    {
        var (reveal, use, name) = (key.Odd[0], key.Use, NameOf(evidence, key.Odd[0]));
        IReadOnlyList<ActivityEvent> told = use.Login is { } login ? [reveal, login] : [reveal];
        return Sheet.Finding(key.Subject, Severity.Critical, $"{name} was revealed, then {use.What}",
            $"{Who.Name(reveal)} had the secret of {name} shown at {Time(evidence, reveal.At)}{Place(reveal)}; {use.Then}.",
            reveal.At, [.. told.Select(item => item.Evidence)]) with
        {
            Explains = SpikeStory.Parts(told),
            // Not a later reveal without odd use: that is whoever answers the alert. Nor one that is odd by a spike alone, which ends.
            NewestEvent = (key.Placed ?? key.Odd[^1]).Evidence,
        };
    }

    private Finding Tell(PostureEvidence evidence, UsageTrouble trouble, List<RevealedKey> keys)
    {
        List<ActivityEvent> told = [.. keys.Take(MostNamed).Select(key => key.Odd[0])];
        var last = keys.Select(key => key.Odd[^1]).MaxBy(item => item.At)!;
        var people = string.Join(", ", told.Select(Who.Name).Distinct());
        var names = string.Join(", ", told.Select(item => NameOf(evidence, item)));
        var more = keys.Count > told.Count ? $" and {keys.Count - told.Count} more" : "";
        return Sheet.Finding(trouble.Rule, Severity.Critical, $"{keys.Count} secrets were revealed, then usage left its band",
            $"{people} had the secrets of {names}{more} shown, the first at {Time(evidence, told[0].At)}, the last at {Time(evidence, last.At)}; at {Time(evidence, trouble.ToldAt)} usage was seen to have left its normal band ({trouble.Rule}). Which of them was used is not known.",
            told[0].At, [.. told.Select(item => item.Evidence)]) with
        {
            Explains = SpikeStory.Parts(told),
            NewestEvent = last.Evidence,
        };
    }

    private static string NameOf(PostureEvidence evidence, ActivityEvent reveal) => evidence.CredentialOf(reveal)?.Name ?? "a secret";

    private static string Time(PostureEvidence evidence, DateTimeOffset at) => Words.DayAndTime(at, evidence.Now, evidence.Clock.Offset(at));

    private static OddUseSeen? OddUse(PostureEvidence evidence, ActivityEvent reveal) => ByUsage(evidence, reveal) ?? ByPlace(evidence, reveal);

    private static OddUseSeen? ByUsage(PostureEvidence evidence, ActivityEvent reveal)
    {
        if (!SpikeStory.IsCounted(reveal) || TroubleAfter(evidence, reveal.At) is not { } trouble) return null;
        var later = trouble.Since >= reveal.At
            ? $"{Words.Duration(trouble.Since - reveal.At)} later usage left"
            : $"{Words.Duration(trouble.ToldAt - reveal.At)} later usage was seen to have left";
        return new("usage left its band", $"{later} its normal band ({trouble.Rule})") { Trouble = trouble };
    }

    // After an alert has opened, whoever looks at the key may be whoever answers it. A level that is a little higher for good is mostly a new
    // integration's, whose key somebody has looked at to set it up.
    private static UsageTrouble? TroubleAfter(PostureEvidence evidence, DateTimeOffset reveal) =>
        evidence.Usage
            .Where(one => one.Severity >= Severity.High && one.ToldAt >= reveal && one.Since <= reveal + PostureEvidence.EventWindow)
            .OrderBy(one => one.Since)
            .ThenBy(one => one.Rule, StringComparer.Ordinal)
            .FirstOrDefault();

    private static OddUseSeen? ByPlace(PostureEvidence evidence, ActivityEvent reveal) => evidence.IsToday(reveal) ? Placed(evidence, reveal) : null;

    private static OddUseSeen? Placed(PostureEvidence evidence, ActivityEvent reveal)
    {
        var until = reveal.At + PostureEvidence.EventWindow;
        if (Habits.IsNewCountry(evidence, reveal))
        {
            return new("seen to be from a new country",
                $"that person was never seen in {reveal.Country} within {evidence.Options.CountryMemory.Days} days");
        }
        var login = evidence.Logins.FirstOrDefault(item => item.Type == ActivityEvent.LoginSucceeded
            && Who.Key(item) == Who.Key(reveal)
            && item.At >= reveal.At - PostureEvidence.EventWindow
            && item.At <= until
            && Habits.IsNewCountry(evidence, item));
        return login is null
            ? null
            : new("its reader logged in from a new country",
                $"the same person logged in from {Who.From(login)}, where they had not been within {evidence.Options.CountryMemory.Days} days")
            {
                Login = login,
            };
    }

    private static string Place(ActivityEvent item) => Who.From(item) is { } place ? $" from {place}" : "";

    /// <summary>A secret of which at least one reveal was followed by odd use.</summary>
    /// <param name="Subject">Its number; where HubSpot does not say it, who had it shown.</param>
    /// <param name="Odd">Those reveals, oldest first.</param>
    /// <param name="Use">What came of the first of them.</param>
    /// <param name="Placed">The latest of its reveals whose reader was seen in a new country; null: none was.</param>
    private sealed record RevealedKey(string Subject, IReadOnlyList<ActivityEvent> Odd, OddUseSeen Use, ActivityEvent? Placed)
    {
        /// <summary>What alone speaks against it; null: there is more, or something else.</summary>
        public UsageTrouble? ByUsageAlone => Placed is null ? Use.Trouble : null;
    }

    /// <summary>What came of a reveal, for headline and sentence.</summary>
    private sealed record OddUseSeen(string What, string Then)
    {
        /// <summary>The login that shows it, if one does.</summary>
        public ActivityEvent? Login { get; init; }

        /// <summary>The usage alert, where it was that.</summary>
        public UsageTrouble? Trouble { get; init; }
    }
}
