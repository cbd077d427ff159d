using System.Globalization;
using System.Text.Json.Nodes;

namespace HubSpotMonitor.Local.Simulation.Access;

/// <summary>Entries as HubSpot writes them. What it leaves out now and then is left out here by the number of the event.</summary>
internal static class AccessJson
{
    private const string Browser =
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

    /// <summary>The acting user is a text here.</summary>
    public static JsonObject Security(AccessEvent item)
    {
        var line = new JsonObject { ["id"] = item.Id, ["createdAt"] = Time(item.At), ["type"] = item.Type, ["userId"] = item.By?.Id ?? 0 };
        if (item.By is { } by) line["actingUser"] = by.Email;
        if (item.Object is { } target) line["objectId"] = target;
        AddPlace(line, item);
        if (item.From is not null && Leaves(item, 3)) line.Remove("location");
        line["infoUrl"] = "app.hubspot.com/settings/users";
        return line;
    }

    /// <summary>Who failed to log in is known by the address only.</summary>
    public static JsonObject Login(AccessEvent item)
    {
        var succeeded = item.Type == AccessEvent.LoggedIn;
        var line = new JsonObject { ["id"] = item.Id, ["loginAt"] = Time(item.At), ["loginSucceeded"] = succeeded, ["email"] = item.By!.Email };
        if (succeeded) line["userId"] = item.By.Id;
        AddPlace(line, item);
        if (Leaves(item, 5)) line.Remove("regionCode");
        line["userAgent"] = Browser;
        return line;
    }

    /// <summary>The acting user is an object here.</summary>
    public static JsonObject Audit(AccessEvent item)
    {
        var parts = item.Type.Split('/');
        var line = new JsonObject
        {
            ["id"] = item.Id,
            ["category"] = parts[0],
            ["subCategory"] = parts[1],
            ["action"] = parts[2],
            ["occurredAt"] = Time(item.At),
            ["actingUser"] = new JsonObject { ["userId"] = item.By!.Id, ["userEmail"] = item.By.Email },
        };
        if (item.Object is { } target) line["targetObjectId"] = target;
        return line;
    }

    /// <summary>The number is a text here.</summary>
    public static JsonObject User(Person person)
    {
        var line = new JsonObject
        {
            ["id"] = person.Id.ToString(CultureInfo.InvariantCulture),
            ["email"] = person.Email,
            ["superAdmin"] = person.IsSuperAdmin,
            ["roleIds"] = new JsonArray(),
        };
        if (person.Role is { } role) (line["roleId"], line["roleIds"]) = (role, new JsonArray(role));
        return line;
    }

    public static JsonObject Smtp(long turn, Person by) => new()
    {
        ["id"] = string.Create(CultureInfo.InvariantCulture, $"smtp-{turn}@smtp.hubspot.example"),
        ["createdBy"] = by.Email,
        ["password"] = "smtp-password-that-nobody-may-keep",
        ["emailCampaignId"] = "66",
        ["createdAt"] = Time(DateTimeOffset.UnixEpoch.AddDays(turn * 60).AddHours(15)),
        ["createContact"] = true,
        ["campaignName"] = "Order confirmations",
    };

    private static void AddPlace(JsonObject line, AccessEvent item)
    {
        if (item.From is not { } place) return;
        line["ipAddress"] = place.Address(item.By?.Id ?? 0);
        line["location"] = place.City;
        line["countryCode"] = place.Country;
        line["regionCode"] = place.Region;
    }

    private static bool Leaves(AccessEvent item, int oneOf) => item.At.ToUnixTimeSeconds() % oneOf == 0;

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
