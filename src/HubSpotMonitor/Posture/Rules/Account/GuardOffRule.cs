using System.Globalization;
using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Account;

internal sealed class GuardOffRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "guard-off",
        Title = "A guard of the account was switched off",
        Severity = Severity.High,
        Section = 6,
        Needs = [AccessSource.SecurityActivity],
        Sees = "Single sign-on, two-factor authentication, IP restriction, allowed countries or allowed login methods were removed, loosened or changed: High for a day. Medium when it was switched on again since, with how long it was off. High also when single sign-on or a second factor was set up again, since that may be another one. After the day Medium for as long as no event tells that it was switched on again; not of allowed login methods, whose return no event tells, and not of a second factor of somebody who is no user any more. While users cannot be read, what was told of a second factor stands.",
        Why = "Who wants to come back by another door opens it first.",
        Steps =
        [
            "Ask the person named, by another way than the account itself, whether and why they did it.",
            "Switch the guard on again; if it stands again, look whose it is.",
            "Look at logins and new keys since then, above all while it was off.",
        ],
        BeSure = "HubSpot's own event is certain. HubSpot has no way to read the present state, so look at it in the settings.",
        FalseAlarms =
            "A planned change of the sign-on provider; a user who gets a new phone. A guard that is meant to stay off: mark the alert as expected.",
        Good = "No guard was switched off, and none is off as far as events tell.",
        Maps = "T1556",
    };

    public RuleResult Evaluate(PostureEvidence evidence)
    {
        var result = Sheet.Judge(evidence, Find(evidence));
        // Of somebody who may be a user or not it is neither told nor over.
        var unknown = evidence.After.Guards.Values.Where(track => track.IsOff && IsOfUser(evidence, track) is null)
            .Select(track => track.Key)
            .ToList();
        var because = result.Outcome == RuleOutcome.Pass && unknown.Count > 0
            ? "No other guard is off as far as events tell. Of a second factor that was removed it cannot be told whether its person is still a user, since users cannot be read."
            : result.Because;
        return result with { Because = because, Untold = [.. result.Untold, .. unknown] };
    }

    private IEnumerable<Finding> Find(PostureEvidence evidence)
    {
        HashSet<string> told = [];
        foreach (var guard in Guard.All)
        {
            // What is one person's own guard is set up again by that person alone.
            foreach (var group in evidence.Today(guard.Off.Contains).By(item => guard.KeyOf(item.ObjectId)))
            {
                told.Add(group.Subject);
                yield return Tell(guard, group,
                [
                    .. evidence.Recent.Where(later => later.At > group.First.At
                        && guard.On.Contains(later.Type)
                        && guard.KeyOf(later.ObjectId) == group.Subject),
                ]);
            }
        }
        foreach (var track in evidence.After.Guards.Values
            .Where(track => track.IsOff && !told.Contains(track.Key) && IsOfUser(evidence, track) == true))
        {
            yield return StillOff(track, track.Off!);
        }
    }

    // That the object of a second factor is the user's number is likely, not documented:
    // where it is nobody's number, nothing is claimed. Null: it is not known.
    private static bool? IsOfUser(PostureEvidence evidence, GuardTrack track) => track.ObjectId switch
    {
        null => true,
        { } number when evidence.After.Users.GetValueOrDefault(number) is { IsDeactivated: true } => false,
        { } number => evidence.Snapshot.Users?.Any(user => Who.Key(user.Id) == number),
    };

    // Under the subject of the first day, and with its event: the same incident, and no news.
    private Finding StillOff(GuardTrack track, CredentialEvent off)
    {
        var day = off.At.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
        return Sheet.Finding(track.Key, Severity.Medium, $"{track.Name}: off or loosened since {day}",
            $"{off.By} did {off.What}{(off.From is { } place ? $" from {place}" : "")} on {day}. No event tells that it was switched on again.",
            off.At, off.Evidence) with
        {
            NewestEvent = off.Evidence,
        };
    }

    // A guard that stands again says nothing of who came in meanwhile, nor whose it is now.
    private Finding Tell(Guard guard, EventGroup group, IReadOnlyList<ActivityEvent> on)
    {
        var again = on.FirstOrDefault(item => item.At > group.Last.At);
        var replaced = on.LastOrDefault(item => guard.Replacing.Contains(item.Type));
        var did = $"{group.People} did {group.Types}{group.From}.";
        var (severity, headline, summary) = (again, replaced) switch
        {
            (null, _) => (Severity.High, $"{guard.Name}: switched off or loosened by {Who.Name(group.Last)}", did),
            (_, { } other) => (Severity.High, $"{guard.Name}: switched off or loosened, and set up anew by {Who.Name(other)}",
                $"{did} {Who.Name(other)} did {other.Type} {Words.Duration(other.At - group.First.At)} later. HubSpot does not say what was put in its place: check that it is yours."),
            ({ } back, _) => (Severity.Medium, $"{guard.Name}: was off for {group.Lasted(back.At)}",
                $"{did} {Who.Name(back)} did {back.Type}; it was off for {group.Lasted(back.At)}. Look at logins in between, and whether it is set as it was."),
        };
        return Sheet.Finding(group.Subject, severity, headline, summary, group.First.At,
            [.. group.Evidence, .. new[] { replaced ?? again }.OfType<ActivityEvent>().Select(item => item.Evidence)]) with
        {
            NewestEvent = replaced is { } placed && placed.At > group.Last.At ? placed.Evidence : group.Last.Evidence,
        };
    }
}
