using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Keys;

/// <summary>Looking at a secret is ordinary, and so is a spike; one after the other is a theft until shown otherwise.</summary>
internal sealed class KeyRevealedRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "key-revealed-then-used",
        Title = "Key revealed, then used oddly",
        Severity = Severity.Critical,
        Section = 3,
        Needs = [AccessSource.SecurityActivity],
        Helps = [AccessSource.Usage, AccessSource.LoginHistory],
        Sees = "Somebody had a token, key or client secret shown, and within 24 hours usage left its normal band, or that person was seen in a country where they had not been within 90 days: Critical.",
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

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, Find(evidence));

    private IEnumerable<Finding> Find(PostureEvidence evidence)
    {
        var reveals = evidence.Recent.Where(item => item.Feed == ActivityFeed.Security && ActivityTypes.ActOf(item.Type) == CredentialAct.Revealed);
        foreach (var group in reveals.ByObject())
        {
            var odd = group.Events.Select(item => (Reveal: item, Use: OddUse(evidence, item))).Where(one => one.Use is not null).ToList();
            if (odd.Count == 0) continue;
            var (reveal, use) = (odd[0].Reveal, odd[0].Use!);
            var name = evidence.CredentialOf(reveal)?.Name ?? "a secret";
            IReadOnlyList<ActivityEvent> told = use.Login is { } login ? [reveal, login] : [reveal];
            yield return Sheet.Finding(group.Subject, Severity.Critical, $"{name} was revealed, then {use.What}",
                $"{Who.Name(reveal)} had the secret of {name} shown at {Words.LocalTime(reveal.At, evidence.Clock.Offset(reveal.At))}{Place(reveal)}; {use.Then}.",
                reveal.At, [.. told.Select(item => item.Evidence)]) with
            {
                Explains = SpikeStory.Parts(told),
                // Not a later reveal without odd use: that is whoever answers the alert. Nor one that is odd by a spike alone, which ends.
                NewestEvent = (group.Events.LastOrDefault(item => Placed(evidence, item) is not null) ?? odd[^1].Reveal).Evidence,
            };
        }
    }

    private static OddUseSeen? OddUse(PostureEvidence evidence, ActivityEvent reveal) => ByUsage(evidence, reveal) ?? ByPlace(evidence, reveal);

    private static OddUseSeen? ByUsage(PostureEvidence evidence, ActivityEvent reveal)
    {
        if (!SpikeStory.IsCounted(reveal)) return null;
        var until = reveal.At + PostureEvidence.EventWindow;
        // After an alert has opened, whoever looks at the key may be whoever answers it.
        var trouble = evidence.Usage.Where(one => one.ToldAt >= reveal.At && one.Since <= until)
            .OrderBy(one => one.Since)
            .ThenBy(one => one.Rule, StringComparer.Ordinal)
            .FirstOrDefault();
        if (trouble is null) return null;
        var later = trouble.Since >= reveal.At
            ? $"{Words.Duration(trouble.Since - reveal.At)} later usage left"
            : $"{Words.Duration(trouble.ToldAt - reveal.At)} later usage was seen to have left";
        return new("usage left its band", $"{later} its normal band ({trouble.Rule})", null);
    }

    private static OddUseSeen? ByPlace(PostureEvidence evidence, ActivityEvent reveal) => evidence.IsToday(reveal) ? Placed(evidence, reveal) : null;

    private static OddUseSeen? Placed(PostureEvidence evidence, ActivityEvent reveal)
    {
        var until = reveal.At + PostureEvidence.EventWindow;
        if (Habits.IsNewCountry(evidence, reveal))
        {
            return new("seen to be from a new country",
                $"that person was never seen in {reveal.Country} within {evidence.Options.CountryMemory.Days} days", null);
        }
        var login = evidence.Logins.FirstOrDefault(item => item.Type == ActivityEvent.LoginSucceeded && Who.Key(item) == Who.Key(reveal)
            && item.At >= reveal.At - PostureEvidence.EventWindow && item.At <= until && Habits.IsNewCountry(evidence, item));
        return login is null
            ? null
            : new("its reader logged in from a new country",
                $"the same person logged in from {Who.From(login)}, where they had not been within {evidence.Options.CountryMemory.Days} days", login);
    }

    private static string Place(ActivityEvent item) => Who.From(item) is { } place ? $" from {place}" : "";

    /// <summary>What came of a reveal, for headline and sentence, and the login that shows it, if one does.</summary>
    private sealed record OddUseSeen(string What, string Then, ActivityEvent? Login);
}
