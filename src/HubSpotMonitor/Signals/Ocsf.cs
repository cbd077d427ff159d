using System.Globalization;
using System.Text.Json.Nodes;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Exports;

/// <summary>What every event of OCSF 1.8 has in common: https://schema.ocsf.io/1.8.0/classes/base_event</summary>
internal static class Ocsf
{
    private const string Version = "1.8.0";
    private static readonly string ours = typeof(Pipeline).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <param name="kind">The class by uid and name.</param>
    /// <param name="activity">What happened, by OCSF's number and name; 99 takes a name of ours.</param>
    /// <param name="at">When.</param>
    /// <param name="severity">How bad.</param>
    /// <param name="portal">The account.</param>
    /// <param name="uid">Unique, and the same each time that it is exported.</param>
    /// <param name="message">In a sentence.</param>
    public static JsonObject Event((int Uid, string Name) kind, (int Id, string Name) activity, DateTimeOffset at, Severity severity, Portal portal,
        string uid, string message) => new()
        {
            ["class_uid"] = kind.Uid,
            ["class_name"] = kind.Name,
            ["category_uid"] = kind.Uid / 1000,
            ["activity_id"] = activity.Id,
            ["activity_name"] = activity.Name,
            ["type_uid"] = (kind.Uid * 100L) + activity.Id,
            ["time"] = at.ToUnixTimeMilliseconds(),
            ["severity_id"] = (int)severity + 1,
            ["severity"] = severity == Severity.Info ? "Informational" : severity.ToString(),
            ["message"] = message,
            ["metadata"] = new JsonObject
            {
                ["version"] = Version,
                ["uid"] = uid,
                ["tenant_uid"] = Number(portal.Id),
                ["product"] = new JsonObject { ["name"] = "HubSpotMonitor", ["vendor_name"] = "HubSpotMonitor", ["version"] = ours },
            },
        };

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
