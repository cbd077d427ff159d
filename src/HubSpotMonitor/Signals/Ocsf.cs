using System.Globalization;
using System.Text.Json.Nodes;

namespace HubSpotMonitor.Signals;

/// <summary>What events of OCSF 1.8 have in common, sent or exported: https://schema.ocsf.io/1.8.0/classes/base_event</summary>
public static class Ocsf
{
    private const string Version = "1.8.0";
    private static readonly Dictionary<int, string> Categories = new()
    {
        [2] = "Findings",
        [3] = "Identity & Access Management",
        [6] = "Application Activity",
    };

    private static readonly string Ours = typeof(Ocsf).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <param name="kind">The class by uid and name.</param>
    /// <param name="activity">What happened, by OCSF's number and name; 99 takes a name of ours.</param>
    /// <param name="at">When.</param>
    /// <param name="severity">How bad.</param>
    /// <param name="portal">The account.</param>
    /// <param name="uid">Unique, and the same each time that it is exported.</param>
    /// <param name="message">In a sentence.</param>
    public static JsonObject Event(
        (int Uid, string Name) kind,
        (int Id, string Name) activity,
        DateTimeOffset at,
        Severity severity,
        Portal portal,
        string uid,
        string message) => new()
        {
            ["class_uid"] = kind.Uid,
            ["class_name"] = kind.Name,
            ["category_uid"] = kind.Uid / 1000,
            ["category_name"] = Categories[kind.Uid / 1000],
            ["activity_id"] = activity.Id,
            ["activity_name"] = activity.Name,
            ["type_uid"] = (kind.Uid * 100L) + activity.Id,
            ["time"] = at.ToUnixTimeMilliseconds(),
            ["severity_id"] = SeverityId(severity),
            ["severity"] = severity == Severity.Info ? "Informational" : severity.ToString(),
            ["message"] = message,
            ["metadata"] = new JsonObject
            {
                ["version"] = Version,
                ["uid"] = uid,
                ["tenant_uid"] = Number(portal.Id),
                ["product"] = new JsonObject
                {
                    ["name"] = "HubSpotMonitor",
                    ["uid"] = "hubspot-monitor",
                    ["vendor_name"] = "HubSpotMonitor",
                    ["version"] = Ours,
                },
            },
        };

    public static int SeverityId(Severity severity) => (int)severity + 1;

    /// <summary>What found it.</summary>
    public static JsonObject Analytic(string rule) => new() { ["type_id"] = 1, ["type"] = "Rule", ["uid"] = rule, ["name"] = rule };

    /// <summary>An account as the thing that is concerned.</summary>
    /// <param name="id">HubSpot's number.</param>
    /// <param name="name">As it may be shown.</param>
    public static JsonObject Account(long id, string name) => new() { ["uid"] = Number(id), ["name"] = name, ["type"] = "HubSpot account" };

    /// <summary>What to do, a numbered line each.</summary>
    public static string Numbered(IEnumerable<string> steps) => string.Join('\n', steps.Select((step, index) => $"{index + 1}. {step}"));

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Members that are known; OCSF has no word for null.</summary>
    public static JsonObject Known(params ReadOnlySpan<(string Name, JsonNode? Value)> members)
    {
        var known = new JsonObject();
        foreach (var (name, value) in members)
        {
            if (value is not null) known[name] = value;
        }
        return known;
    }
}
