using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Posture;

/// <summary>Small builders of activity: a test says only what it is about.</summary>
internal static class Events
{
    public const string Jane = "jane@acme.example";

    private static int _count;

    public static ActivityEvent Security(
        string type, DateTimeOffset at, string? objectId = null, string? user = Jane, string? country = "de", string? id = null) =>
        new()
        {
            Portal = Samples.Acme.Id,
            Feed = ActivityFeed.Security,
            Id = id ?? $"s{Interlocked.Increment(ref _count):D9}",
            At = at,
            Type = type,
            UserId = user is null ? null : IdOf(user),
            User = user,
            ObjectId = objectId,
            Country = country,
            IpAddress = "198.51.100.7",
        };

    public static ActivityEvent Login(
        DateTimeOffset at,
        string? user = Jane,
        string? country = "de",
        bool succeeded = true,
        string address = "198.51.100.7",
        string? id = null) =>
        new()
        {
            Portal = Samples.Acme.Id,
            Feed = ActivityFeed.Login,
            Id = id ?? $"l{Interlocked.Increment(ref _count):D9}",
            At = at,
            Type = succeeded ? ActivityEvent.LoginSucceeded : ActivityEvent.LoginFailed,
            UserId = succeeded && user is not null ? IdOf(user) : null, // a failed login may lack it
            User = user,
            Country = country,
            IpAddress = address,
        };

    /// <summary>A number for each address, always the same.</summary>
    public static long IdOf(string user) => 10_000_000 + user.Aggregate(0L, (number, letter) => ((number * 31) + letter) % 1_000_003);
}
