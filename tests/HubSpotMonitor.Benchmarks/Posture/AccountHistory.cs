using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Benchmarks.Posture;

/// <summary>
/// A busy account's activity, invented and the same at every run: people who log in, some who fail, keys that are made, seen and rotated, exports.
/// </summary>
internal static class AccountHistory
{
    public const int Days = 90;
    private const int EventsADay = 470;
    private const int People = 400;
    private const int Credentials = 40;

    public static readonly DateTimeOffset Start = new(2026, 8, 26, 0, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset End = Start.AddDays(Days);

    private static readonly string[] Countries = ["de", "de", "de", "de", "fr", "us", "ie", "in"];

    private static readonly string[] KeyTypes =
    [
        "PRIVATE_APP_ACCESS_TOKEN_VIEW", "PRIVATE_APP_ACCESS_TOKEN_ROTATE", "PRIVATE_APP_SCOPE_GROUPS_UPDATE", "PRIVATE_APP_ACCESS_TOKEN_CREATE",
        "SERVICE_KEY_REVEAL", "SERVICE_KEY_ROTATE", "SERVICE_KEY_CREATE", "SERVICE_KEY_ROTATION_SCHEDULE_SET", "SERVICE_KEY_DEACTIVATE",
        "PERSONAL_ACCESS_KEY_CREATE", "PERSONAL_ACCESS_KEY_VIEW", "INSTALL_INTEGRATION", "UNINSTALL_INTEGRATION",
    ];

    private static readonly string[] OtherTypes =
    [
        "EXPORT", "EXPORT_DOWNLOAD", "IMPORT", "ADD_USER", "TEAM_USER_ADDED", "CHANGE_PASSWORD", "SEQUENCE_ENROLLMENT_INITIATED",
        "WEBHOOK_SUBSCRIPTION_UPDATE", "ADD_ADMIN_USER", "REMOVE_TWO_FACTOR_AUTHENTICATION", "ADD_TWO_FACTOR_AUTHENTICATION", "SOMETHING_NEW",
    ];

    /// <summary>In order of time.</summary>
    public static IReadOnlyList<ActivityEvent> Of(long portal)
    {
        // A generator that is no secret and must repeat: security has no part in it.
#pragma warning disable CA5394
        var random = new Random((int)portal);
        var step = TimeSpan.FromDays(1) / EventsADay;
        return [.. Enumerable.Range(0, Days * EventsADay).Select(index => One(portal, index, Start + (step * index), random))];
#pragma warning restore CA5394
    }

#pragma warning disable CA5394
    private static ActivityEvent One(long portal, int index, DateTimeOffset at, Random random)
    {
        var person = random.Next(People);
        var country = Countries[(person + (random.Next(50) == 0 ? 1 : 0)) % Countries.Length];
        var (feed, type, number) = random.Next(100) switch
        {
            < 55 => (ActivityFeed.Login, ActivityEvent.LoginSucceeded, default(string)),
            < 62 => (ActivityFeed.Login, ActivityEvent.LoginFailed, null),
            < 75 => (ActivityFeed.Audit, "CRM_OBJECT/CONTACT/UPDATE", $"{random.Next(100_000)}"),
            < 85 => (ActivityFeed.Security, KeyTypes[random.Next(KeyTypes.Length)], $"{1000 + random.Next(Credentials)}"),
            _ => (ActivityFeed.Security, OtherTypes[random.Next(OtherTypes.Length)], $"{random.Next(5000)}"),
        };
        return new ActivityEvent
        {
            Portal = portal,
            Feed = feed,
            Id = $"{portal}-{index}",
            At = at.AddSeconds(random.Next(100)),
            Type = type,
            UserId = 100 + person,
            User = $"person{person}@account{portal}.example",
            ObjectId = number,
            IpAddress = $"198.51.100.{person % 250}",
            Country = country,
            Location = country == "de" ? "Berlin" : null,
        };
    }
#pragma warning restore CA5394
}
