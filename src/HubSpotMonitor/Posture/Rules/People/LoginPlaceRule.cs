using HubSpotMonitor.Posture.Knowledge;
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
        Sees = "A super admin, or somebody who makes keys, logged in from a country where they had not been within 90 days: High. Anybody logged in from two countries faster than an airliner flies: High for those, Medium for others. Distances are those between the middles of countries less a generous radius of both, so that only what is certain is told.",
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

    private IEnumerable<Finding> Find(PostureEvidence evidence)
    {
        var logins = evidence.Logins.Where(item => item.Type == ActivityEvent.LoginSucceeded && Who.Key(item) is not null);
        foreach (var person in logins.By(item => Who.Key(item)!))
        {
            var found = Travel(evidence, person) ?? NewCountry(evidence, person);
            if (found is not null) yield return found;
        }
    }

    private Finding? NewCountry(PostureEvidence evidence, EventGroup person)
    {
        var login = person.Events.FirstOrDefault(item => evidence.IsToday(item) && Habits.IsNewCountry(evidence, item) && Habits.IsPowerful(evidence, item));
        return login is null ? null : Sheet.Finding(Who.Name(login), Severity.High, $"{Who.Name(login)} logged in from a new country",
            $"{Who.Name(login)} logged in from {Who.From(login)}, where they had not been within {evidence.Options.CountryMemory.Days} days.", login.At, login.Evidence) with
        {
            Expected = string.Join(", ", Habits.Of(evidence.Before, login)!.Countries.Select(seen => seen.Country)),
            Seen = login.Country,
        };
    }

    private Finding? Travel(PostureEvidence evidence, EventGroup person)
    {
        var last = Habits.Of(evidence.Before, person.First)?.LastLogin;
        foreach (var login in person.Events)
        {
            if (last is { Country: { } from } before && login.Country is { } to && evidence.IsToday(login)
                && Countries.Kilometres(from, to) is { } distance && distance > evidence.Options.TravelSpeed * (login.At - before.At).TotalHours)
            {
                var severity = Habits.IsPowerful(evidence, login) ? Severity.High : Severity.Medium;
                return Sheet.Finding(Who.Name(login), severity, $"{Who.Name(login)} logged in from two countries at once",
                    $"{Who.Name(login)} logged in from {before.From ?? from} and {Words.Duration(login.At - before.At)} later from {Who.From(login)}, at least {Words.Count(distance)} km away.", login.At, before.Evidence, login.Evidence);
            }
            if (login.Country is not null) last = new(login.At, login.Country, Who.From(login), login.Evidence);
        }
        return null;
    }
}
