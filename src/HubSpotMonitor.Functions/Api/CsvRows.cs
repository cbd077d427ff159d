using System.Globalization;
using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Api;

/// <summary>The page's tables as rows of a spreadsheet.</summary>
internal static class CsvRows
{
    public static readonly string[] Alerts =
        ["id", "portal", "name", "rule", "subject", "severity", "stage", "headline", "summary", "since", "opened", "last fired", "resolved"];
    public static readonly string[] Deliveries = ["channel", "state", "alert", "title", "queued", "due", "sent", "attempts", "last error"];
    public static readonly string[] Events = ["portal", "type", "source", "at", "received", "event"];
    public static readonly string[] Intake = ["minute", "outcome", "requests"];
    public static readonly string[] DeadLetters = ["id", "portal", "received", "reason", "last try"];
    public static readonly string[] Proofs =
        ["at", "portal", "credential", "old", "old answer", "new", "new answer", "app", "verdict", "says", "by", "id"];
    public static readonly string[] Findings =
        ["portal", "judged", "rule", "outcome", "because", "severity", "subject", "headline", "summary", "since"];

    public static IReadOnlyList<string> Of(Alert alert) =>
    [
        alert.Id, Number(alert.Portal.Id), alert.Portal.Name, alert.Finding.Rule, alert.Finding.Subject, alert.Severity.ToString(),
        alert.Stage.ToString(), alert.Finding.Headline, alert.Finding.Summary,
        Csv.Text(alert.Finding.Since), Csv.Text(alert.OpenedAt), Csv.Text(alert.LastFiredAt), Csv.Text(alert.ResolvedAt),
    ];

    public static IReadOnlyList<string> Of(DeliveryView delivery) =>
    [
        delivery.Channel, delivery.State.ToString(), delivery.AlertId, delivery.Title,
        Csv.Text(delivery.QueuedAt), Csv.Text(delivery.DueAt), Csv.Text(delivery.SentAt),
        Number(delivery.Attempts), delivery.LastError ?? "",
    ];

    public static IReadOnlyList<string> Of(EventView one) =>
    [
        Number(one.Portal), one.Type, one.Source, Csv.Text(one.At), Csv.Text(one.ReceivedAt),
        System.Text.Encoding.UTF8.GetString(one.Event.Utf8.Span),
    ];

    public static IReadOnlyList<string> Of(IntakeCount count) => [Csv.Text(count.Minute), count.Outcome.ToString(), Number(count.Count)];

    public static IReadOnlyList<string> Of(DeadLetter letter) =>
        [letter.Id, letter.Portal is { } portal ? Number(portal) : "", Csv.Text(letter.ReceivedAt), letter.Reason, letter.LastTry ?? ""];

    public static IReadOnlyList<string> Of(RotationProof proof) =>
    [
        Csv.Text(proof.At), Number(proof.Portal), proof.Credential,
        proof.OldFingerprint, proof.OldAnswer.ToString(), proof.NewFingerprint, proof.NewAnswer.ToString(),
        proof.AppId is { } app ? Number(app) : "", proof.Verdict.ToString(), proof.Says, proof.By, proof.Id,
    ];

    /// <summary>A row for each thing that is wrong, and one for a rule that has found nothing.</summary>
    public static IEnumerable<IReadOnlyList<string>> Of(PortalPosture portal, RuleResult result)
    {
        string[] head = [Number(portal.Portal.Id), Csv.Text(portal.Report?.At), result.Rule, result.Outcome.ToString(), result.Because];
        return result.Findings.Count == 0
            ? [[.. head, "", "", "", "", ""]]
            : result.Findings.Select(finding => (IReadOnlyList<string>)
            [
                .. head, finding.Severity.ToString(), finding.Subject, finding.Headline, finding.Summary, Csv.Text(finding.Since),
            ]);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
