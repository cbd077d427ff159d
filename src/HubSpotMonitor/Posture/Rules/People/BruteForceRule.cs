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
        Sees = "Ten or more failed logins within 15 minutes for one user, or from one address over several users: High. A success of the same user or from the same address within an hour after them: Critical. Of several such bursts of one user or address the worst is told, of equals the latest.",
        Why = "Passwords leak elsewhere and are tried here. The success after many failures is the moment at which the account is lost.",
        Steps =
        [
            "If one succeeded: end that user's sessions and reset the password now, then look at what was done since.",
            "If none did: check that the users named have a second factor.",
            "Block the address where you can, and ask the user whether it was a system with an old password.",
        ],
        BeSure = "A success from the address of the failures is certain enough to act. From another address it may be the rightful user who came by.",
        FalseAlarms = "A script or a phone that goes on with an old password.",
        Settings = [nameof(PostureOptions.BruteForceFailures), nameof(PostureOptions.BruteForceWindow)],
        Good = "Nobody tried passwords in numbers.",
        Maps = "T1110",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, Find(evidence));

    private IEnumerable<Finding> Find(PostureEvidence evidence)
    {
        var failures = evidence.Logins.Where(item => item.Type == ActivityEvent.LoginFailed).ToList();
        HashSet<string> told = [];
        foreach (var user in failures.Where(item => Who.Key(item) is not null).By(item => item.User?.ToLowerInvariant() ?? Who.Name(item)))
        {
            var bursts = Bursts(evidence, user).ToList();
            if (bursts.Count == 0) continue;
            told.UnionWith(bursts.SelectMany(burst => burst).Select(item => item.Evidence));
            yield return Worst(evidence, user.Subject, bursts,
                item => string.Equals(item.User, user.Subject, StringComparison.OrdinalIgnoreCase) || Who.Name(item) == user.Subject);
        }
        // Of one address over many users, what was not told of a single user.
        foreach (var address in failures.Where(item => item.IpAddress is not null && !told.Contains(item.Evidence)).By(item => item.IpAddress!))
        {
            var bursts = Bursts(evidence, address).ToList();
            if (bursts.Count > 0) yield return Worst(evidence, address.Subject, bursts, item => item.IpAddress == address.Subject);
        }
    }

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
    private Finding Worst(PostureEvidence evidence, string subject, List<List<ActivityEvent>> bursts, Func<ActivityEvent, bool> isSame)
    {
        var worst = bursts.Select(burst => Tell(evidence, subject, burst, isSame)).MaxBy(finding => finding.Severity)!;
        var ended = bursts[0][^1].At;
        var all = bursts.Count == 1
            ? ""
            : $" This is one of {bursts.Count} bursts; the latest ended at {Words.LocalTime(ended, evidence.Clock.Offset(ended))}.";
        return worst with { Summary = worst.Summary + all, NewestEvent = bursts[0][0].Evidence };
    }

    private Finding Tell(PostureEvidence evidence, string subject, List<ActivityEvent> burst, Func<ActivityEvent, bool> isSame)
    {
        var addresses = burst.Select(item => item.IpAddress).OfType<string>().ToHashSet();
        var first = evidence.Logins.FirstOrDefault(item => item.Type == ActivityEvent.LoginSucceeded
            && item.At >= burst[evidence.Options.BruteForceFailures - 1].At
            && (isSame(item) || (item.IpAddress is { } address && addresses.Contains(address))));
        var success = first?.At <= burst[^1].At + SuccessWithin ? first : null;
        var group = new EventGroup(subject, burst);
        var tried = $"{burst.Count} logins failed for {group.People} between {Words.LocalTime(burst[0].At, evidence.Clock.Offset(burst[0].At))} and {Words.LocalTime(burst[^1].At, evidence.Clock.Offset(burst[^1].At))}{group.From}";
        return success is null
            ? Sheet.Finding(
                subject, Severity.High, $"{burst.Count} failed logins: {subject}", $"{tried}. {Later(evidence, first)}", burst[0].At, group.Evidence)
            : Sheet.Finding(subject, Severity.Critical, $"{burst.Count} failed logins, then one succeeded: {Who.Name(success)}",
                $"{tried}; then {Who.Name(success)} got in from {Who.From(success) ?? "an unknown place"}.",
                burst[0].At, [success.Evidence, .. group.Evidence]);
    }

    private static string Later(PostureEvidence evidence, ActivityEvent? success) => success is null
        ? "None succeeded since."
        : $"None succeeded within an hour; {Who.Name(success)} logged in at {Words.LocalTime(success.At, evidence.Clock.Offset(success.At))} from {Who.From(success) ?? "an unknown place"}.";
}
