using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery.Webhook;

/// <summary>
/// A message as OCSF 1.8 Detection Finding (class 2004), which SIEMs read without a parser of ours; what OCSF has no word for stands under
/// <c>unmapped.hubspot_monitor</c>. https://schema.ocsf.io/1.8.0/classes/detection_finding
/// </summary>
internal static class OcsfFinding
{
    private static readonly (int, string) DetectionFinding = (2004, "Detection Finding");

    public static byte[] Render(AlertMessage message)
    {
        var notice = AlertNotice.Of(message, longest: 1500);
        var (status, statusName) = Status(message.Transition);
        var finding = Ocsf.Event(
            DetectionFinding, Activity(message.Transition), message.At, message.Severity, message.Portal, message.Id, notice.Lead);
        finding["metadata"]!["correlation_uid"] = message.AlertId;
        finding["timezone_offset"] = (int)message.UtcOffset.TotalMinutes;
        finding["start_time"] = message.Finding.Since.ToUnixTimeMilliseconds();
        finding["status_id"] = status;
        finding["status"] = statusName;
        finding["is_alert"] = message.Transition is not (Transition.Resolved or Transition.Digest);
        finding["finding_info"] = Info(message, notice);
        finding["resources"] = new JsonArray(Ocsf.Account(message.Portal.Id, SafeText.Line(message.Portal.Name, 200)));
        finding["anomaly_analyses"] = OcsfAnomaly.Render(message, notice);
        finding["remediation"] = Remediation(notice);
        finding["unmapped"] = new JsonObject { ["hubspot_monitor"] = Unmapped(message, notice) };
        foreach (var absent in finding.Where(member => member.Value is null).ToList())
            finding.Remove(absent.Key);
        return JsonSerializer.SerializeToUtf8Bytes(finding, ChannelClient.Json);
    }

    private static JsonObject Info(AlertMessage message, AlertNotice notice) => new()
    {
        ["uid"] = message.AlertId,
        ["title"] = notice.Title,
        ["desc"] = notice.Summary,
        ["created_time"] = message.OpenedAt.ToUnixTimeMilliseconds(),
        ["modified_time"] = message.At.ToUnixTimeMilliseconds(),
        ["first_seen_time"] = message.Finding.Since.ToUnixTimeMilliseconds(),
        ["src_url"] = message.Link.AbsoluteUri,
        ["analytic"] = Ocsf.Analytic(message.Finding.Rule),
        ["related_events"] = new JsonArray([.. message.Story.Select(Related)]),
    };

    private static JsonObject Related(StoryItem item) => new()
    {
        ["uid"] = $"{item.Rule}-{item.At.ToUnixTimeMilliseconds()}",
        ["title"] = SafeText.Line(item.Headline, 200),
        ["desc"] = SafeText.Line(item.Summary, 500),
        ["first_seen_time"] = item.At.ToUnixTimeMilliseconds(),
        ["severity_id"] = Ocsf.SeverityId(item.Severity),
        ["type"] = item.Rule,
    };

    private static JsonObject? Remediation(AlertNotice notice)
    {
        if (notice.Steps.Count == 0)
            return null;

        JsonNode[] references = notice.Runbook is { } runbook ? [runbook.AbsoluteUri] : [];
        return new()
        {
            ["desc"] = Ocsf.Numbered(notice.Steps),
            ["references"] = new JsonArray(references),
        };
    }

    // Actions are left out on purpose: their links are for a person who reads, not for everybody who may search a SIEM.
    private static JsonObject Unmapped(AlertMessage message, AlertNotice notice) => new()
    {
        ["transition"] = message.Transition.ToString(),
        ["portal_id"] = message.Portal.Id,
        ["time_zone"] = notice.TimeZone,
        ["rule"] = message.Finding.Rule,
        ["subject"] = SafeText.Line(message.Finding.Subject, 200),
        ["facts"] = new JsonObject(
            notice.Facts.Select(fact => KeyValuePair.Create<string, JsonNode?>(fact.Label.ToLowerInvariant().Replace(' ', '_'), fact.Text))),
        ["likely_cause"] = notice.LikelyCause,
        ["evidence"] = new JsonArray([.. notice.Evidence.Select(id => (JsonNode)id)]),
        ["sections"] = new JsonArray([.. notice.Sections.Select(Section)]),
        ["why"] = notice.Why,
        ["held_back"] = message.HeldBack,
        ["json_url"] = message.JsonLink.AbsoluteUri,
    };

    private static JsonObject Section(MessageSection section) =>
        new() { ["heading"] = section.Heading, ["lines"] = new JsonArray([.. section.Lines.Select(line => (JsonNode)line)]) };

    private static (int Id, string Name) Activity(Transition transition) => transition switch
    {
        Transition.Opened => (1, "Create"),
        Transition.Resolved => (3, "Close"),
        Transition.Digest => (99, "Digest"), // OCSF's "other" takes a name of the source's
        _ => (2, "Update"),
    };

    private static (int Id, string Name) Status(Transition transition) => transition switch
    {
        Transition.Resolved => (4, "Resolved"),
        Transition.Digest => (99, "Digest"),
        _ => (1, "New"),
    };
}
