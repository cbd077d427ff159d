using System.Globalization;
using System.Text.Json.Nodes;

namespace HubSpotMonitor.Tests.Webhooks;

/// <summary>Events as HubSpot writes them.</summary>
internal static class Payload
{
    public static JsonObject Event(
        long id,
        DateTimeOffset at,
        string type = "contact.deletion",
        long portal = ReceivingHost.Acme,
        int attempt = 0,
        string app = "9393361") =>
        new()
        {
            ["eventId"] = id,
            ["subscriptionId"] = 3329277,
            ["portalId"] = portal,
            ["appId"] = 54321,
            ["occurredAt"] = at.ToUnixTimeMilliseconds(),
            ["subscriptionType"] = type,
            ["attemptNumber"] = attempt,
            ["objectId"] = 106_314_056_576 + id,
            ["changeFlag"] = "DELETED",
            ["changeSource"] = "INTEGRATION",
            ["sourceId"] = app,
        };

    public static string Batch(int count, DateTimeOffset at, int attempt = 0, int first = 0, long portal = ReceivingHost.Acme) =>
        Array([.. Enumerable.Range(first, count).Select(id => Event(id, at.AddMilliseconds(10 * id), portal: portal, attempt: attempt))]);

    public static string Array(params JsonNode?[] events) => new JsonArray(events).ToJsonString();

    public static JsonObject With(this JsonObject item, string name, JsonNode? value)
    {
        item[name] = value;
        return item;
    }

    public static JsonObject Without(this JsonObject item, string name)
    {
        item.Remove(name);
        return item;
    }

    /// <summary>Milliseconds since 1970, as HubSpot writes a time.</summary>
    public static string Text(this DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
