using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection;

/// <summary>
/// The monitor does not see most of its accounts, for a reason that lies with none of them: one incident, and not one for each account.
/// </summary>
public static class OutageDetector
{
    /// <summary>So few are told one by one.</summary>
    public const int Few = 5;

    /// <summary>
    /// What began half a poll or more before the others has not one cause with them:
    /// who was blind before is so for a reason of its own, and says nothing of all.
    /// </summary>
    private static readonly TimeSpan Together = TimeSpan.FromMinutes(2.5);

    /// <summary>Longer than a run takes, shorter than until the next.</summary>
    private static readonly TimeSpan RunTakes = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan NextPoll = TimeSpan.FromMinutes(6);

    private static readonly PollOutcome[] Shared = [PollOutcome.Unreachable, PollOutcome.SecretsAway, PollOutcome.ClockWrong, PollOutcome.WrongApp];

    public static Assessment Over { get; } = Assessment.Clear(BlindDetector.Rule, Subjects.Accounts);

    /// <param name="accounts">How each account's last poll went; null: it was not polled yet.</param>
    /// <param name="isOpen">Whether its incident is open.</param>
    /// <returns>It begins with most accounts and ends with the last few: told of in between, they would all be news.</returns>
    public static Assessment Assess(IReadOnlyList<UsageCheckpoint?> accounts, bool isOpen)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        List<UsageCheckpoint> polled = [.. accounts.OfType<UsageCheckpoint>()];
        var worst = polled
            .Where(account => account.FailedPolls > 0 && Shared.Contains(account.Outcome))
            .GroupBy(account => account.Outcome)
            .MaxBy(same => same.Count());
        var failing = worst?.OrderBy(SinceOf).ToList() ?? [];
        // Those that the run under way has yet to reach may be well: told now, they would be over a moment later.
        if (failing.Count <= Few)
            return isOpen && failing.Exists(account => IsNext(account, polled)) ? Assessment.Undecided(Over.Rule, Over.Subject) : Over;
        var middle = SinceOf(failing[failing.Count / 2]);
        var together = failing.Where(account => SinceOf(account) > middle - Together).ToList();
        // Who was not polled since may be seen or not. All that one run polls have one time.
        var seen = polled.Count(account => account.FailedPolls == 0 && account.LastPollAt >= middle);
        // Who failed once may be seen again; but where one is blind, the others will be within minutes.
        var begins = failing.Count > seen && together.Exists(account => account.FailedPolls >= UsageCheckpoint.BlindAfter);
        return isOpen || begins
            ? Assessment.Firing(
                Describe(together[0], failing.Count, accounts.Count) with { NewestEvent = 2 * failing.Count > seen ? "few|many" : "few" })
            : Assessment.Undecided(Over.Rule, Over.Subject);
    }

    private static bool IsNext(UsageCheckpoint account, List<UsageCheckpoint> polled)
    {
        var age = polled.Max(one => one.LastPollAt) - account.LastPollAt;
        return age > RunTakes && age < NextPoll;
    }

    private static Finding Describe(UsageCheckpoint first, int failing, int accounts)
    {
        var share = $"{Words.Count(failing)} of {Words.Count(accounts)} accounts";
        return new()
        {
            Rule = Over.Rule,
            Subject = Over.Subject,
            Severity = Severity.Critical,
            Headline = $"Monitor is blind: {BlindDetector.Reason(first.Outcome)}, for {share}",
            Summary = $"{first.Says} Nobody watches these accounts' API until this is mended. It is told once, and not of each of them.".TrimStart(),
            Since = SinceOf(first),
            Expected = "a usage figure of each account at every poll",
            Seen = $"no figure of {Words.Count(failing)} accounts",
            Confidence = BlindDetector.Certainty(first.Outcome),
            LikelyCause = BlindDetector.Cause(first.Outcome),
            Steps = BlindDetector.Steps(first),
        };
    }

    private static DateTimeOffset SinceOf(UsageCheckpoint account) => account.FailingSince ?? account.LastPollAt;
}
