using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.People;

internal sealed class LoginPlaceRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "login-unusual-place",
        Title = "Login from a new country, or faster than one can travel",
        Severity = Severity.High,
        Section = 5,
        Needs = [AccessSource.LoginHistory],
        Helps = [AccessSource.Users, AccessSource.SecurityActivity],
        Sees = "A super admin, or somebody who makes keys, logged in from a country where they had not been within 90 days: High. Anybody logged in from two countries faster than an airliner flies: High for those, Medium for others. Distances are those between the middles of countries less a generous radius of both, so that only what is certain is told. Each country of a person is told apart.",
        Why = "A stolen password is mostly used from elsewhere. Whoever may make keys can turn one evening's access into a lasting one.",
        Steps =
        [
            "Ask the person, by another way than the account itself, whether they were there.",
            "If not: reset the password, end all sessions, and check that a second factor is set.",
            "Look in this account's security activity for what was done in that session, keys and exports above all.",
        ],
        BeSure = "Look up the address: a VPN's or a mobile carrier's place says nothing about the person's.",
        FalseAlarms = "Travel, VPNs, carriers that route calls through another country.",
        Settings = [nameof(PostureOptions.CountryMemory), nameof(PostureOptions.TravelSpeed)],
        Good = "Nobody logged in from an unusual place.",
        Maps = "T1078",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, Find(evidence));

    private IEnumerable<Finding> Find(PostureEvidence evidence) => evidence.Logins.Where(item => item is { Type: ActivityEvent.LoginSucceeded, Country: not null } && Who.Key(item) is not null)
        .By(item => Who.Key(item)!).SelectMany(person => Of(evidence, person).DistinctBy(finding => finding.Subject));

    private IEnumerable<Finding> Of(PostureEvidence evidence, EventGroup person)
    {
        var track = Habits.Of(evidence.Before, person.First);
        var last = track?.LastLogin;
        HashSet<string> known = [.. (track?.Countries ?? []).Where(seen => evidence.Now - seen.Last <= evidence.Options.CountryMemory).Select(seen => seen.Country)];
        if (last?.Country is { } first) known.Add(first);
        HashSet<string> told = [];
        foreach (var login in person.Events)
        {
            // From where the trouble is back to where they were before: no second trouble, and told under the first one's country.
            var isWayBack = last?.Country is { } from && from != login.Country && told.Contains(from) && known.Contains(login.Country!);
            var found = (isWayBack ? null : Travel(evidence, last, login)) ?? NewCountry(evidence, login);
            last = new(login.At, login.Country, Who.From(login), login.Evidence);
            known.Add(login.Country!);
            if (found is null) continue;
            told.Add(login.Country!);
            if (evidence.IsToday(login)) yield return found;
        }
    }

    private Finding? NewCountry(PostureEvidence evidence, ActivityEvent login)
    {
        if (!Habits.IsNewCountry(evidence, login) || !Habits.IsPowerful(evidence, login)) return null;
        return Sheet.Finding(Who.InCountry(login), Severity.High, $"{Who.Name(login)} logged in from a new country",
            $"{Who.Name(login)} logged in from {Who.From(login)}, where they had not been within {evidence.Options.CountryMemory.Days} days.", login.At, login.Evidence) with
        {
            Expected = string.Join(", ", Habits.Of(evidence.Before, login)!.Countries.Select(seen => seen.Country)),
            Seen = login.Country,
        };
    }

    private Finding? Travel(PostureEvidence evidence, LoginPlace? last, ActivityEvent login)
    {
        if (last is not { Country: { } from } || Countries.Kilometres(from, login.Country!) is not { } distance || distance <= evidence.Options.TravelSpeed * (login.At - last.At).TotalHours) return null;
        return Sheet.Finding(Who.InCountry(login), Habits.IsPowerful(evidence, login) ? Severity.High : Severity.Medium, $"{Who.Name(login)} logged in from two countries at once",
            $"{Who.Name(login)} logged in from {last.From ?? from} and {Words.Duration(login.At - last.At)} later from {Who.From(login)}, at least {Words.Count(distance)} km away.", login.At, last.Evidence, login.Evidence);
    }
}
