using System.Text.Json.Nodes;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Exports;

/// <summary>Alerts as Detection Findings, and what the rules say as Compliance Findings, of OCSF 1.8.</summary>
internal static class OcsfFindings
{
    private static readonly (int, string) ComplianceFinding = (2003, "Compliance Finding");
    private static readonly (int, string) DetectionFinding = (2004, "Detection Finding");

    public static JsonObject Render(Alert alert)
    {
        var (at, activity) = alert switch
        {
            { ResolvedAt: { } resolved } => (resolved, (3, "Close")),
            { Transitions: > 1 } => (alert.LastFiredAt, (2, "Update")),
            _ => (alert.OpenedAt, (1, "Create")),
        };
        var line = Ocsf.Event(
            DetectionFinding, activity, at, alert.Severity, alert.Portal, $"{alert.Id}-{alert.Transitions}", alert.Finding.Headline);
        var (status, name) = alert.Stage switch
        {
            AlertStage.Acknowledged => (2, "In Progress"),
            AlertStage.Snoozed or AlertStage.Expected => (3, "Suppressed"),
            AlertStage.Resolved => (4, "Resolved"),
            _ => (1, "New"),
        };
        line["status_id"] = status;
        line["status"] = name;
        line["is_alert"] = alert.State == AlertState.Open;
        line["start_time"] = alert.Finding.Since.ToUnixTimeMilliseconds();
        line["finding_info"] = Info(alert.Id, alert.Finding, alert.OpenedAt);
        return Concerned(line, alert.Portal, alert.Finding);
    }

    /// <summary>A line for each thing that is wrong, and one for a rule that passed or cannot be judged.</summary>
    public static IEnumerable<JsonObject> Render(RuleResult result, Portal portal, DateTimeOffset at)
    {
        if (result.Findings.Count == 0)
        {
            var line = Ocsf.Event(ComplianceFinding, (1, "Create"), at, Severity.Info, portal, $"{portal.Id}|{result.Rule}", result.Because);
            line["compliance"] = Compliance(result);
            line["finding_info"] = new JsonObject
            {
                ["uid"] = $"{portal.Id}|{result.Rule}",
                ["title"] = result.Rule,
                ["desc"] = result.Because,
                ["analytic"] = Ocsf.Analytic(result.Rule),
            };
            line["resources"] = new JsonArray(Ocsf.Account(portal.Id, portal.Name));
            yield return line;
        }
        foreach (var finding in result.Findings)
        {
            var uid = $"{portal.Id}|{finding.Rule}|{finding.Subject}";
            var line = Ocsf.Event(ComplianceFinding, (1, "Create"), at, finding.Severity, portal, uid, finding.Headline);
            line["compliance"] = Compliance(result);
            line["finding_info"] = Info(uid, finding, finding.Since);
            yield return Concerned(line, portal, finding);
        }
    }

    private static JsonObject Concerned(JsonObject line, Portal portal, Finding finding)
    {
        line["resources"] = new JsonArray(Ocsf.Account(portal.Id, portal.Name), new JsonObject { ["uid"] = finding.Subject });
        if (finding.Steps.Count > 0)
            line["remediation"] = new JsonObject { ["desc"] = Ocsf.Numbered(finding.Steps) };
        return line;
    }

    private static JsonObject Compliance(RuleResult result)
    {
        var (status, name) = result.Outcome switch { RuleOutcome.Pass => (1, "Pass"), RuleOutcome.Fail => (3, "Fail"), _ => (99, "Not evaluable") };
        return new() { ["control"] = result.Rule, ["status_id"] = status, ["status"] = name, ["status_detail"] = result.Because };
    }

    private static JsonObject Info(string uid, Finding finding, DateTimeOffset created) => new()
    {
        ["uid"] = uid,
        ["title"] = finding.Headline,
        ["desc"] = finding.Summary,
        ["created_time"] = created.ToUnixTimeMilliseconds(),
        ["first_seen_time"] = finding.Since.ToUnixTimeMilliseconds(),
        ["analytic"] = Ocsf.Analytic(finding.Rule),
    };
}
