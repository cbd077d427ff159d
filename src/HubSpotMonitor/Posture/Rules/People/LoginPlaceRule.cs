using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.People;

internal sealed class LoginPlaceRule : IPostureRule
{
    public const string Id = "login-unusual-place";

    private const string LoggedIn = "logged in";

    public RuleSheet Sheet { get; } = new()
    {
        Id = Id,
        Title = "Login or act from a new country, faster than one can travel, or after a long absence",
        Severity = Severity.High,
        Section = 5,
        Needs = [AccessSource.LoginHistory],
        Helps = [AccessSource.Users, AccessSource.SecurityActivity],
        Sees = "A super admin, or somebody who makes keys, logged in from a country where they had not been within 90 days, or did something there to credentials, passwords, users, their mail domain, admins or guards, or exported data: High. A super admin logged in of whom nothing was seen for 90 days, but perhaps a new password, second factor or passkey just before, and whom nobody added, let in or made an admin within that time: High, once both histories are as long. Anybody did so from two countries faster than an airliner flies: High for those, Medium for others; not where both have been theirs for weeks (Posture:LearnDays) and on five days at least, as an office abroad or a VPN's exit is. Distances are those between the middles of countries less a generous radius of both, so that only what is certain is told. Each country of a person is told apart.",
        Why = "A stolen password is mostly used from elsewhere, and so is a stolen session, which shows no login at all. Whoever may make keys can turn one evening's access into a lasting one.",
        Steps =
        [
            "Ask the person, by another way than the account itself, whether they were there.",
            "If not: reset the password, end all sessions, and check that a second factor is set.",
            "Look in this account's security activity for what was done in that session, keys and exports above all.",
        ],
        BeSure = "Look up the address: a VPN's or a mobile carrier's place says nothing about the person's.",
        FalseAlarms =
            "Travel, somebody who is back from a long leave, VPNs, carriers that route calls through another country, an integration that acts in somebody's name from where it runs.",
        Settings =
        [
            nameof(PostureOptions.CountryMemory),
            nameof(PostureOptions.InactiveAfter),
            nameof(PostureOptions.TravelSpeed),
            nameof(PostureOptions.LearnDays),
        ],
        Good = "Nobody logged in or acted from an unusual place, and no super admin is back after a long absence.",
        Maps = "T1078",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, Find(evidence).Concat(Returns(evidence)));

    // Where a country is new to them, that is told.
    private IEnumerable<Finding> Returns(PostureEvidence evidence) =>
        evidence.Logins.Where(item => item.Type == ActivityEvent.LoginSucceeded && Who.Key(item) is not null)
            .By(item => Who.Key(item)!)
            .Select(person => person.First)
            .Where(item => evidence.IsToday(item) && !Habits.IsNewCountry(evidence, item) && Habits.IsBackAfterLong(evidence, item))
            .Select(item => Return(evidence, item));

    private Finding Return(PostureEvidence evidence, ActivityEvent login)
    {
        var days = Habits.AwayFor(evidence.Options).Days;
        List<ActivityEvent> ways =
            [.. evidence.Recent.Where(item => Habits.IsWayIn(item.Type) && item.At < login.At && Who.Key(item) == Who.Key(login))];
        var but = ways.Count == 0 ? "" : $" but {new EventGroup(Who.Name(login), ways).Types}";
        return Sheet.Finding(Who.Name(login), Severity.High, $"{Who.Name(login)}: first login in at least {days} days",
            $"{Who.Name(login)}, a super admin, logged in{(Who.From(login) is { } place ? $" from {place}" : "")}. For {days} days before nothing was seen of them{but}, nor that somebody let them in.",
            login.At, [login.Evidence, .. ways.Select(item => item.Evidence)]);
    }

    private IEnumerable<Finding> Find(PostureEvidence evidence) =>
        evidence.Recent.Where(item => item.Country is not null && UserTrack.IsPlaced(item) && Who.Key(item) is not null)
            .By(item => Who.Key(item)!)
            .SelectMany(person => Of(evidence, person).DistinctBy(finding => finding.Subject));

    private IEnumerable<Finding> Of(PostureEvidence evidence, EventGroup person)
    {
        var track = Habits.Of(evidence.Before, person.First);
        List<CountrySeen> theirs = [.. (track?.Countries ?? []).Where(seen => evidence.Now - seen.Last <= evidence.Options.CountryMemory)];
        var (last, lastDid) = (track?.LastLogin, LoggedIn);
        HashSet<string> known = [.. theirs.Select(seen => seen.Country)];
        if (last?.Country is { } first) known.Add(first);
        HashSet<string> told = [];
        foreach (var item in person.Events)
        {
            // From where the trouble is back to where they were before: no second trouble, and told under the first one's country.
            var isWayBack = last?.Country is { } from && from != item.Country && told.Contains(from) && known.Contains(item.Country!);
            var found = (isWayBack ? null : Travel(evidence, theirs, last, lastDid, item)) ?? NewCountry(evidence, theirs, item);
            (last, lastDid) = (new LoginPlace(item.At, item.Country, Who.From(item), item.Evidence), Did(item));
            known.Add(item.Country!);
            if (found is null) continue;
            told.Add(item.Country!);
            if (evidence.IsToday(item)) yield return found;
        }
    }

    private Finding? NewCountry(PostureEvidence evidence, List<CountrySeen> theirs, ActivityEvent item)
    {
        if (!Habits.IsNewCountry(evidence, item) || !Habits.IsPowerful(evidence, item)) return null;
        return Sheet.Finding(Who.InCountry(item), Severity.High, $"{Who.Name(item)} {(IsLogin(item) ? LoggedIn : "acted")} from a new country",
            $"{Who.Name(item)} {Did(item)} from {Who.From(item)}, where they had not been within {evidence.Options.CountryMemory.Days} days.",
            item.At, item.Evidence) with
        {
            Expected = theirs.Count == 0 ? null : string.Join(", ", theirs.Select(seen => seen.Country)),
            Seen = item.Country,
        };
    }

    private Finding? Travel(PostureEvidence evidence, List<CountrySeen> theirs, LoginPlace? last, string lastDid, ActivityEvent item)
    {
        if (last is not { Country: { } from }
            || Countries.Kilometres(from, item.Country!) is not { } distance
            || distance <= evidence.Options.TravelSpeed * (item.At - last.At).TotalHours)
        {
            return null;
        }
        // Who works through an exit abroad does so every day.
        if (IsTheirsForWeeks(from) && IsTheirsForWeeks(item.Country!)) return null;
        var did = Did(item);
        return Sheet.Finding(Who.InCountry(item), Habits.IsPowerful(evidence, item) ? Severity.High : Severity.Medium,
            $"{Who.Name(item)} {(did == LoggedIn && lastDid == LoggedIn ? LoggedIn : "acted")} from two countries at once",
            $"{Who.Name(item)} {lastDid} from {last.From ?? from} and {Words.Duration(item.At - last.At)} later {(did == lastDid ? "" : $"{did} ")}from {Who.From(item)}, at least {Words.Count(distance)} km away.",
            item.At, last.Evidence, item.Evidence);

        // On days enough, from the first to the last: a time or two, be they weeks apart, may have been a stranger's.
        bool IsTheirsForWeeks(string country) => theirs.Exists(seen => seen.Country == country
            && seen.Days.Count == CountrySeen.DaysKept
            && seen.Last - seen.First >= TimeSpan.FromDays(evidence.Options.LearnDays));
    }

    private static bool IsLogin(ActivityEvent item) => item.Feed == ActivityFeed.Login;

    private static string Did(ActivityEvent item) => IsLogin(item) ? LoggedIn : $"did {item.Type}";
}
