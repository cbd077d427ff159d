using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.People;

internal sealed class BruteForceRule : IPostureRule
{
    /// <summary>A success so soon after the last failure belongs to it.</summary>
    private static readonly TimeSpan SuccessWithin = TimeSpan.FromHours(1);

    public RuleSheet Sheet { get; } = new()
    {
        Id = "login-brute-force",
        Title = "Many failed logins, and then one that succeeded",
        Severity = Severity.Critical,
        Section = 5,
        Needs = [AccessSource.LoginHistory],
        Sees = "Ten or more failed logins within 15 minutes for one user, or from one address over several users: High. A success of the same user or from the same address within an hour after them, of a burst over several users also amid them: Critical. Where three people or more logged in from the address before, it is an office's or a network's: then only a success of those who failed counts, and a burst over several users only if more fail in it than get in. Of several such bursts of one user or address the worst is told, of equals the latest.",
        Why = "Passwords leak elsewhere and are tried here. The success after many failures is the moment at which the account is lost.",
        Steps =
        [
            "If one succeeded: end that user's sessions and reset the password now, then look at what was done since.",
            "If none did: check that the users named have a second factor.",
            "Block the address where you can, and ask the user whether it was a system with an old password.",
        ],
        BeSure = "A success from the address of the failures is certain enough to act, unless its user has always come from there. From another address it may be the rightful user who came by.",
        FalseAlarms =
            "A script or a phone that goes on with an old password, and where one or two people share an address, also the other one's login.",
        Settings = [nameof(PostureOptions.BruteForceFailures), nameof(PostureOptions.BruteForceWindow)],
        Good = "Nobody tried passwords in numbers.",
        Maps = "T1110",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, Find(evidence));

    private IEnumerable<Finding> Find(PostureEvidence evidence)
    {
        var failures = evidence.Logins.Where(item => item.Type == ActivityEvent.LoginFailed).ToList();
        var shared = new SharedAddresses(evidence);
        HashSet<string> told = [];
        foreach (var user in failures.Where(item => Who.Key(item) is not null).By(NameOf))
        {
            var bursts = Bursts(evidence, user).ToList();
            if (bursts.Count == 0) continue;
            told.UnionWith(bursts.SelectMany(burst => burst).Select(item => item.Evidence));
            yield return Worst(evidence, user.Subject, bursts, burst => SuccessOf(evidence, shared, user.Subject, burst));
        }
        // Of one address over many users, what was not told of a single user.
        foreach (var address in failures.Where(item => item.IpAddress is not null && !told.Contains(item.Evidence)).By(item => item.IpAddress!))
        {
            var bursts = Bursts(evidence, address).Where(burst => !IsEveryday(evidence, shared, address.Subject, burst)).ToList();
            if (bursts.Count > 0)
                yield return Worst(evidence, address.Subject, bursts, burst => SuccessFrom(evidence, shared, address.Subject, burst));
        }
    }

    private static string NameOf(ActivityEvent item) => item.User?.ToLowerInvariant() ?? Who.Name(item);

    // Whoever gets in from where somebody else's password was guessed is the guesser, but not in an office, where a forgotten phone guesses.
    private static ActivityEvent? SuccessOf(PostureEvidence evidence, SharedAddresses shared, string user, List<ActivityEvent> burst)
    {
        var addresses = AddressesOf(burst).Where(address => !shared.IsShared(address, burst[0].At)).ToHashSet();
        return FirstSuccess(evidence, burst[evidence.Options.BruteForceFailures - 1].At,
            item => NameOf(item) == user || (item.IpAddress is { } address && addresses.Contains(address)));
    }

    // Of many users each is guessed once or twice: after the guess that was right the others go on to fail.
    private static ActivityEvent? SuccessFrom(PostureEvidence evidence, SharedAddresses shared, string address, List<ActivityEvent> burst)
    {
        var people = shared.IsShared(address, burst[0].At) ? burst.Select(NameOf).ToHashSet() : null;
        return FirstSuccess(evidence, burst[0].At, item => item.IpAddress == address && people?.Contains(NameOf(item)) != false);
    }

    // Of an office's many people some mistype every morning; more of them get in.
    private static bool IsEveryday(PostureEvidence evidence, SharedAddresses shared, string address, List<ActivityEvent> burst) =>
        shared.IsShared(address, burst[0].At) && burst.Count <= evidence.Logins.Count(item => item.Type == ActivityEvent.LoginSucceeded
            && item.IpAddress == address
            && item.At >= burst[0].At
            && item.At <= burst[^1].At);

    private static IEnumerable<string> AddressesOf(List<ActivityEvent> burst) => burst.Select(item => item.IpAddress).OfType<string>().Distinct();

    private static ActivityEvent? FirstSuccess(PostureEvidence evidence, DateTimeOffset from, Func<ActivityEvent, bool> counts) =>
        evidence.Logins.FirstOrDefault(item => item.Type == ActivityEvent.LoginSucceeded && item.At >= from && counts(item));

    /// <returns>Failures of the last day that came close enough together, burst by burst, the latest first.</returns>
    private static IEnumerable<List<ActivityEvent>> Bursts(PostureEvidence evidence, EventGroup group)
    {
        var (needed, window) = (evidence.Options.BruteForceFailures, evidence.Options.BruteForceWindow);
        for (var end = group.Events.Count - 1; end >= needed - 1 && evidence.IsToday(group.Events[end]); end--)
        {
            if (group.Events[end].At - group.Events[end - needed + 1].At > window) continue;
            var start = end - needed + 1;
            while (start > 0 && group.Events[start].At - group.Events[start - 1].At <= window) start--;
            yield return [.. group.Events.Skip(start).Take(end - start + 1)];
            end = start;
        }
    }

    // A success must not go under in failures that come after it. A later burst is news to whoever took the first; that one goes on is none, up to
    // two days: of a longer one the beginning is no longer looked at, and it is told as a later one.
    private Finding Worst(
        PostureEvidence evidence, string subject, List<List<ActivityEvent>> bursts, Func<List<ActivityEvent>, ActivityEvent?> success)
    {
        var worst = bursts.Select(burst => Tell(evidence, subject, burst, success(burst))).MaxBy(finding => finding.Severity)!;
        var ended = bursts[0][^1].At;
        var all = bursts.Count == 1
            ? ""
            : $" This is one of {bursts.Count} bursts; the latest ended at {Words.LocalTime(ended, evidence.Clock.Offset(ended))}.";
        return worst with { Summary = worst.Summary + all, NewestEvent = bursts[0][0].Evidence };
    }

    private Finding Tell(PostureEvidence evidence, string subject, List<ActivityEvent> burst, ActivityEvent? first)
    {
        var success = first?.At <= burst[^1].At + SuccessWithin ? first : null;
        var group = new EventGroup(subject, burst);
        var tried = $"{burst.Count} logins failed for {group.People} between {Words.LocalTime(burst[0].At, evidence.Clock.Offset(burst[0].At))} and {Words.LocalTime(burst[^1].At, evidence.Clock.Offset(burst[^1].At))}{group.From}";
        if (success is null)
        {
            return Sheet.Finding(subject, Severity.High,
                $"{burst.Count} failed logins: {subject}", $"{tried}. {Later(evidence, burst, first)}", burst[0].At, group.Evidence);
        }
        var isAmid = success.At < burst[^1].At;
        return Sheet.Finding(subject, Severity.Critical,
            $"{burst.Count} failed logins, {(isAmid ? "and" : "then")} one succeeded: {Who.Name(success)}",
            $"{tried}; {(isAmid ? "amid them" : "then")} {Who.Name(success)} got in from {Who.From(success) ?? "an unknown place"}.",
            burst[0].At, [success.Evidence, .. group.Evidence]);
    }

    private static string Later(PostureEvidence evidence, List<ActivityEvent> burst, ActivityEvent? first)
    {
        if (first is not null)
            return $"None succeeded within an hour; {Who.Name(first)} logged in at {Words.LocalTime(first.At, evidence.Clock.Offset(first.At))} from {Who.From(first) ?? "an unknown place"}.";
        var addresses = AddressesOf(burst).ToHashSet();
        // What does not count comes from an address that many share.
        return FirstSuccess(evidence, burst[^1].At, item => item.IpAddress is { } address && addresses.Contains(address)) is null
            ? "None succeeded since."
            : "None of theirs succeeded since; others, who share an address with them, logged in.";
    }
}
