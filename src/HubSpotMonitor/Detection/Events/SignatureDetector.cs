using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection.Events;

/// <summary>Requests at the webhook address that HubSpot did not sign: somebody forges, or our secret is wrong.</summary>
public static class SignatureDetector
{
    public const string Rule = "webhook-signature-failures";

    private const string Subject = "webhooks";

    /// <summary>A scanner that passes by sends one or two.</summary>
    private const int FailuresNeeded = 5;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(30);

    /// <summary>What the detector looks at.</summary>
    public static readonly TimeSpan Lookback = TimeSpan.FromMinutes(40);

    /// <param name="counts">Requests of the last <see cref="Lookback"/>, by minute.</param>
    /// <param name="now">The time of this run.</param>
    public static Assessment Assess(IReadOnlyList<IntakeCount> counts, DateTimeOffset now)
    {
        var failures = counts.Where(count => IsFailure(count.Outcome)).ToList();
        var recent = failures.Where(count => count.Minute > now - Window - TimeSpan.FromMinutes(1)).ToList();
        if (recent.Sum(count => count.Count) >= FailuresNeeded)
            return Assessment.Firing(Describe(recent, counts.Where(count => count.Minute >= recent[0].Minute && count.Outcome == IntakeOutcome.Accepted).Sum(count => count.Count)));
        return failures.Where(count => count.Minute > now - Calm).Sum(count => count.Count) < FailuresNeeded
            ? Assessment.Clear(Rule, Subject)
            : Assessment.Undecided(Rule, Subject);
    }

    /// <summary>Whether a request was refused for its signature.</summary>
    public static bool IsFailure(IntakeOutcome outcome) => outcome is IntakeOutcome.SignatureMissing or IntakeOutcome.SignatureVersionRefused
        or IntakeOutcome.SignatureMalformed or IntakeOutcome.SignatureWrong or IntakeOutcome.TimestampMissing or IntakeOutcome.TimestampMalformed
        or IntakeOutcome.TimestampTooOld or IntakeOutcome.TimestampInFuture;

    private static Finding Describe(IReadOnlyList<IntakeCount> failures, int accepted)
    {
        var total = failures.Sum(count => count.Count);
        var kinds = failures.GroupBy(count => count.Outcome).OrderByDescending(kind => kind.Sum(count => count.Count)).Select(kind => $"{kind.Key} {Words.Count(kind.Sum(count => count.Count))}");
        return new Finding
        {
            Rule = Rule,
            Subject = Subject,
            Severity = Severity.High,
            Headline = accepted > 0 ? $"{Words.Count(total)} forged webhook requests refused" : "Every webhook request fails its signature",
            Summary = accepted > 0
                ? $"{Words.Count(total)} requests at the webhook address were not signed by HubSpot ({string.Join(", ", kinds)}), while {Words.Count(accepted)} genuine ones were accepted: somebody tries to feed the monitor false events. None was stored."
                : $"{Words.Count(total)} requests, and not one of them with a valid signature ({string.Join(", ", kinds)}). If they are HubSpot's, its events are being lost: it gives up after ten tries within a day.",
            Since = failures[0].Minute,
            Expected = $"fewer than {FailuresNeeded} in 10 min",
            Seen = $"{Words.Count(total)} refused and {Words.Count(accepted)} accepted since then",
            Confidence = "Certain that the signatures are wrong; who sent them is not known.",
            LikelyCause = accepted > 0
                ? "Somebody who knows the address, or a request that was recorded and is sent again."
                : "The app's client secret was rotated, or Webhooks:PublicUrl is not letter for letter the address in the app's webhook settings.",
            Steps = accepted > 0
                ?
                [
                    "Nothing has to be undone: what is not signed is refused unread. Look at the kinds above; TimestampTooOld alone means that somebody replays recorded requests.",
                    "Find the sender in the log of the gateway or function app, and block the address there.",
                    "If SignatureWrong comes with an address of HubSpot's, compare Webhooks:Secrets and Webhooks:PublicUrl with the app's settings.",
                ]
                :
                [
                    "Compare Webhooks:Secrets:0 with the client secret on the app's Auth page; during a rotation set the new one first and the old one as Webhooks:Secrets:1.",
                    "Compare Webhooks:PublicUrl with the target URL in the app's webhook settings, letter for letter: HubSpot signs it.",
                    "Check the machine's clock: more than five minutes off, and every signature is too old or from the future.",
                ],
            Evidence = [$"intake@{failures[0].Minute.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}/{failures[^1].Minute.AddMinutes(1).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"],
        };
    }
}
