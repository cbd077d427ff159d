using System.Text.Json.Nodes;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Exports;

/// <summary>Events of HubSpot's histories in the classes of OCSF 1.8 that they belong to.</summary>
internal static class OcsfActivity
{
    private static readonly (int, string) AccountChange = (3001, "Account Change");
    private static readonly (int, string) Authentication = (3002, "Authentication");
    private static readonly (int, string) EntityManagement = (3004, "Entity Management");
    private static readonly (int, string) ApplicationLifecycle = (6002, "Application Lifecycle");
    private static readonly (int, string) ApiActivity = (6003, "API Activity");

    public static JsonObject Render(ActivityEvent item, Portal portal) => item switch
    {
        { Feed: ActivityFeed.Login } => Login(item, portal),
        { Type: "INSTALL_INTEGRATION" or "UNINSTALL_INTEGRATION" } => App(item, portal),
        { Feed: ActivityFeed.Audit } => Call(item, portal),
        _ when ActivityKinds.AccountChange(item.Type) is { } change => Account(item, portal, change),
        _ when ActivityKinds.Entity(item.Type) is { } entity => Entity(item, portal, entity),
        _ => Call(item, portal),
    };

    private static JsonObject Login(ActivityEvent item, Portal portal)
    {
        var line = Common(item, portal, Authentication, (1, "Logon"));
        var failed = item.Type == ActivityEvent.LoginFailed;
        line["status_id"] = failed ? 2 : 1;
        line["status"] = failed ? "Failure" : "Success";
        line["user"] = User(item);
        line["service"] = new JsonObject { ["name"] = "HubSpot" };
        return Placed(line, item);
    }

    private static JsonObject Account(ActivityEvent item, Portal portal, (int, string) change)
    {
        var line = Common(item, portal, AccountChange, change);
        // HubSpot names the acting user and, of the one acted upon, at most the number.
        line["user"] = item.ObjectId is { } changed ? new JsonObject { ["uid"] = changed } : User(item);
        return Acted(Placed(line, item), item);
    }

    private static JsonObject Entity(ActivityEvent item, Portal portal, string kind)
    {
        var line = Common(item, portal, EntityManagement, ActivityKinds.EntityVerb(item.Type));
        line["entity"] = Ocsf.Known(("type", kind), ("uid", item.ObjectId), ("name", item.ObjectId is null ? kind : null));
        return Acted(Placed(line, item), item);
    }

    private static JsonObject App(ActivityEvent item, Portal portal)
    {
        var line = Common(item, portal, ApplicationLifecycle, item.Type == "INSTALL_INTEGRATION" ? (1, "Install") : (2, "Remove"));
        line["app"] = Ocsf.Known(("name", "HubSpot integration"), ("uid", item.ObjectId));
        // The class has an actor only with this profile, and no place for an address.
        line["metadata"]!["profiles"] = new JsonArray("host");
        if (item.IpAddress is { } address) line["unmapped"] = new JsonObject { ["ip"] = address };
        return Acted(line, item);
    }

    private static JsonObject Call(ActivityEvent item, Portal portal)
    {
        var line = Common(item, portal, ApiActivity, ActivityKinds.CallVerb(item.Type));
        line["api"] = new JsonObject { ["operation"] = item.Type, ["service"] = new JsonObject { ["name"] = "HubSpot" } };
        if (item.ObjectId is { } id) line["resources"] = new JsonArray(new JsonObject { ["uid"] = id });
        return Acted(Placed(line, item, isNeeded: true), item);
    }

    private static JsonObject Common(ActivityEvent item, Portal portal, (int, string) kind, (int, string) activity)
    {
        var line = Ocsf.Event(kind, activity, item.At, Severity.Info, portal, $"{portal.Id}:{item.Evidence}", item.Type);
        line["metadata"]!["event_code"] = item.Type;
        line["metadata"]!["log_name"] = item.Feed.ToString();
        return line;
    }

    private static JsonObject Placed(JsonObject line, ActivityEvent item, bool isNeeded = false)
    {
        var place = Ocsf.Known(("country", item.Country?.ToUpperInvariant()), ("region", item.Region), ("desc", item.Location));
        var endpoint = Ocsf.Known(("ip", item.IpAddress), ("location", item.Country is null && item.Region is null ? null : place));
        // A place alone is no endpoint.
        if (item.IpAddress is null) endpoint["name"] = "unknown";
        if (isNeeded || endpoint.Count > 1 || item.IpAddress is not null) line["src_endpoint"] = endpoint;
        if (item.UserAgent is { } agent) line["http_request"] = new JsonObject { ["user_agent"] = agent };
        return line;
    }

    private static JsonObject Acted(JsonObject line, ActivityEvent item)
    {
        line["actor"] = new JsonObject { ["user"] = User(item) };
        return line;
    }

    private static JsonObject User(ActivityEvent item) =>
        Ocsf.Known(
            ("name", item.User ?? (item.UserId is null ? "unknown" : null)),
            ("email_addr", item.User),
            ("uid", item.UserId is { } id ? Ocsf.Number(id) : null));
}
