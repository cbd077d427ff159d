using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection.Events;

/// <summary>
/// Requests at the webhook address that HubSpot did not sign: somebody forges, or our secret is wrong. Two subjects, since both can be at once.
/// </summary>
public static class SignatureDetector
{
    public const string Rule = RuleIds.WebhookSignatureFailures;

    /// <summary>Nothing is accepted any more. Not the subject of a forger's requests: who knows of those must still hear of a wrong secret.</summary>
    private const string Webhooks = Subjects.Webhooks;
    private const string Forged = Subjects.Forged;

    /// <summary>A scanner that passes by sends one or two.</summary>
    private const int FailuresNeeded = 5;

    private const string WrongForSure = "Certain that the signatures are wrong; who sent them is not known.";

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(30);

    /// <summary>What the detector looks at.</summary>
    public static readonly TimeSpan Lookback = TimeSpan.FromHours(2);

    /// <param name="counts">Requests of the last <see cref="Lookback"/>, by minute, oldest first.</param>
    /// <param name="now">The time of this run.</param>
    public static IReadOnlyList<Assessment> Assess(IReadOnlyList<IntakeCount> counts, DateTimeOffset now)
    {
        var failures = counts.Where(count => IsFailure(count.Outcome)).ToList();
        var accepted = counts.Where(count => count.Outcome == IntakeOutcome.Accepted).ToList();
        var recent = failures.Where(count => IsRecent(count, now)).ToList();
        var isCalm = Sum(failures.Where(count => count.Minute > now - Calm)) < FailuresNeeded;
        var isMany = Sum(recent) >= FailuresNeeded;
        var meanwhile = isMany ? Sum(accepted.Where(count => count.Minute >= recent[0].Minute)) : 0;
        return
        [
            isMany && IsForged(recent, accepted) ? Assessment.Firing(Describe(Forged, recent, meanwhile)) : Calmer(Forged, isCalm),
            isMany && meanwhile == 0 && !WasForged(failures, accepted)
                ? Assessment.Firing(Describe(Webhooks, recent, meanwhile))
                : Calmer(Webhooks, isCalm || accepted.Exists(count => IsRecent(count, now))),
        ];
    }

    /// <summary>Whether a request was refused for its signature, or for a body that only somebody sends who wants to hold us.</summary>
    public static bool IsFailure(IntakeOutcome outcome) => outcome is IntakeOutcome.SignatureMissing or IntakeOutcome.SignatureVersionRefused
        or IntakeOutcome.SignatureMalformed or IntakeOutcome.SignatureWrong or IntakeOutcome.TimestampMissing or IntakeOutcome.TimestampMalformed
        or IntakeOutcome.TimestampTooOld or IntakeOutcome.TimestampInFuture or IntakeOutcome.BodyNotRead;

    // Genuine ones came after the first of them, and also before it, or more of
    // them came since: so it is no wrong secret of ours that was mended just now.
    private static bool IsForged(IReadOnlyList<IntakeCount> recent, IReadOnlyList<IntakeCount> accepted)
    {
        var first = recent[0].Minute;
        var after = accepted.FirstOrDefault(count => count.Minute >= first);
        if (after is null) return false;
        return accepted.Any(count => count.Minute < first && count.Minute >= first - Window)
            || Sum(recent.Where(count => count.Minute > after.Minute)) >= FailuresNeeded;
    }

    // Somebody forged before the last genuine one came. Then a pause of HubSpot's
    // must last as long as we look back, before it is said that all is refused.
    private static bool WasForged(IReadOnlyList<IntakeCount> failures, IReadOnlyList<IntakeCount> accepted) =>
        accepted.Count > 0 && Sum(failures.Where(count => count.Minute < accepted[^1].Minute)) >= FailuresNeeded;

    private static Assessment Calmer(string subject, bool isOver) => isOver ? Assessment.Clear(Rule, subject) : Assessment.Undecided(Rule, subject);

    private static bool IsRecent(IntakeCount count, DateTimeOffset now) => count.Minute > now - Window - TimeSpan.FromMinutes(1);

    private static int Sum(IEnumerable<IntakeCount> counts) => counts.Sum(count => count.Count);

    private static Finding Describe(string subject, IReadOnlyList<IntakeCount> failures, int accepted)
    {
        var total = Words.Count(Sum(failures));
        var kinds = string.Join(
            ", ",
            failures.GroupBy(count => count.Outcome).OrderByDescending(Sum).Select(kind => $"{kind.Key} {Words.Count(Sum(kind))}"));
        var unread = failures.Count(count => count.Outcome == IntakeOutcome.BodyNotRead);
        var isPartlyUnread = unread > 0 && unread < failures.Count;
        var story = unread == failures.Count ? OfUnread(total)
            : accepted > 0 ? OfForged(total, kinds, Words.Count(accepted))
            : OfAllRefused(total, kinds);
        return new Finding
        {
            Rule = Rule,
            Subject = subject,
            Severity = Severity.High,
            Headline = story.Headline,
            Summary = isPartlyUnread
                ? $"{story.Summary} Where it says BodyNotRead, large bodies came too slowly or too many at once: genuine ones among them are sent again for a day, and then lost."
                : story.Summary,
            Since = failures[0].Minute,
            Expected = $"fewer than {FailuresNeeded} in 10 min",
            Seen = $"{total} refused and {Words.Count(accepted)} accepted since then",
            Confidence = isPartlyUnread ? "Certain that they were refused; of those not read nothing more is known." : story.Confidence,
            LikelyCause = story.LikelyCause,
            Steps = story.Steps,
            Evidence =
            [
                $"intake@{failures[0].Minute.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}/{failures[^1].Minute.AddMinutes(1).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}",
            ],
        };
    }

    private static Story OfForged(string total, string kinds, string accepted) => new(
        $"{total} forged webhook requests refused",
        $"{total} requests at the webhook address were not signed by HubSpot ({kinds}), while {accepted} genuine ones were accepted: somebody tries to feed the monitor false events. None was stored.",
        WrongForSure,
        "Somebody who knows the address, or a request that was recorded and is sent again.",
        [
            "Nothing has to be undone: what is not signed is refused unread. Look at the kinds above; TimestampTooOld alone means that somebody replays recorded requests.",
            "Find the sender where something in front of the monitor keeps addresses (a proxy, a firewall), and block it there: the monitor itself keeps none.",
            "If SignatureWrong comes with an address of HubSpot's, compare Webhooks:Secrets and Webhooks:PublicUrl with the app's settings.",
        ]);

    private static Story OfAllRefused(string total, string kinds) => new(
        "Every webhook request fails its signature",
        $"{total} requests, and not one of them with a valid signature ({kinds}). If they are HubSpot's, its events are being lost: it gives up after ten tries within a day.",
        WrongForSure,
        "The app's client secret was rotated, or Webhooks:PublicUrl is not letter for letter the address in the app's webhook settings.",
        [
            "Compare Webhooks:Secrets:0 with the client secret on the app's Auth page; during a rotation set the new one first and the old one as Webhooks:Secrets:1.",
            "Compare Webhooks:PublicUrl with the target URL in the app's webhook settings, letter for letter: HubSpot signs it.",
            "Check the machine's clock: more than five minutes off, and every signature is too old or from the future.",
        ]);

    // Of bodies that were not read the signatures are not known, so that nobody's secret is in doubt.
    private static Story OfUnread(string total) => new(
        $"{total} webhook requests could not be read",
        $"{total} requests had large bodies that came too slowly, or too many at once, and were refused before their signature was looked at. Genuine ones among them are sent again for a day, and then lost.",
        "Certain that they were refused; who sent them is not known.",
        "Somebody sends large or slow bodies to hold the monitor, or its host or network is too slow.",
        [
            "Look at the monitor's host: is its processor, memory or network at its limit?",
            "Find the senders where something in front of the monitor keeps addresses (a proxy, a firewall), and block those that are not HubSpot's there.",
            "In the app's delivery logs in HubSpot look whether genuine requests were answered 503; they are sent again for a day.",
        ]);

    private sealed record Story(string Headline, string Summary, string Confidence, string LikelyCause, IReadOnlyList<string> Steps);
}
