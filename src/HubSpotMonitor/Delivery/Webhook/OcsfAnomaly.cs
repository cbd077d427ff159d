using System.Globalization;
using System.Text.Json.Nodes;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery.Webhook;

/// <summary>What was seen against what was expected, as OCSF has it since 1.5. https://schema.ocsf.io/1.8.0/objects/anomaly_analysis</summary>
internal static class OcsfAnomaly
{
    /// <summary>Absent where the rule measures nothing.</summary>
    public static JsonArray? Render(AlertMessage message, AlertNotice notice)
    {
        var finding = message.Finding;
        if (finding.Seen is null)
            return null;

        var analysis = new JsonObject
        {
            ["analysis_targets"] = new JsonArray(new JsonObject { ["name"] = notice.Portal, ["type"] = "HubSpot account" }),
            ["anomalies"] = new JsonArray(Part(finding, [Observation(finding.Seen), .. message.Chart.Where(AlertChart.IsAbove).Select(Counted)])),
        };
        if (finding.Expected is not null)
            analysis["baselines"] = new JsonArray(Part(finding, [Observation(finding.Expected)]));
        return [analysis];
    }

    private static JsonObject Part(Finding finding, JsonNode[] observations) =>
        new()
        {
            ["observation_parameter"] = SafeText.Line(finding.Subject, 200),
            ["observation_type"] = "Volume Analysis",
            ["observations"] = new JsonArray(observations),
        };

    private static JsonObject Observation(string value) => new() { ["value"] = SafeText.Line(value, 400) };

    private static JsonObject Counted(ChartPoint point) => new()
    {
        ["value"] = point.Calls.ToString(CultureInfo.InvariantCulture),
        ["count"] = (long)point.Calls,
        ["timespan"] = new JsonObject { ["end_time"] = point.At.ToUnixTimeMilliseconds() },
    };
}
