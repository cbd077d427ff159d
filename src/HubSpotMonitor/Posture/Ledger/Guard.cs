namespace HubSpotMonitor.Posture.Ledger;

/// <summary>Something that keeps strangers out, and the events that switch it.</summary>
/// <param name="Name">For people.</param>
/// <param name="Off">Types that weaken it.</param>
/// <param name="On">Types that set it up again; empty: no event tells.</param>
public sealed record Guard(string Name, IReadOnlyList<string> Off, IReadOnlyList<string> On)
{
    /// <summary>Those of <see cref="On"/> that may put another one in its place: a stranger's identity provider, a stranger's phone.</summary>
    public IReadOnlyList<string> Replacing { get; init; } = [];

    /// <summary>Each person has one, and an event's object says whose. Of the others an account has one, whatever its events name.</summary>
    public bool IsPersonal { get; init; }

    public static IReadOnlyList<Guard> All { get; } =
    [
        new("Single sign-on", ["REMOVE_SINGLE_SIGN_ON", "UNREQUIRE_SINGLE_SIGN_ON"], ["ADD_SINGLE_SIGN_ON", "REQUIRE_SINGLE_SIGN_ON"])
        {
            Replacing = ["ADD_SINGLE_SIGN_ON"],
        },
        new("Two-factor authentication", ["REMOVE_TWO_FACTOR_AUTHENTICATION"], ["ADD_TWO_FACTOR_AUTHENTICATION"])
        {
            Replacing = ["ADD_TWO_FACTOR_AUTHENTICATION"],
            IsPersonal = true,
        },
        new("IP restriction", ["IP_RESTRICTIONS_DISABLED"], ["IP_RESTRICTIONS_ENABLED"]),
        new("Allowed countries", ["ALLOWED_GEOLOCATIONS_DISABLED"], ["ALLOWED_GEOLOCATIONS_ENABLED"]),
        new("Allowed login methods", ["ALLOWED_LOGIN_METHODS_UPDATE", "ALLOWED_LOGIN_METHODS_DELETE"], []),
    ];

    /// <summary>The guard that a type of activity switches; null: none.</summary>
    public static Guard? Of(string type) => All.FirstOrDefault(guard => guard.Off.Contains(type) || guard.On.Contains(type));

    /// <summary><c>IP restriction</c>, <c>Two-factor authentication 9</c>.</summary>
    /// <param name="number">What the event says it acted upon.</param>
    public string KeyOf(string? number) => IsPersonal && number is not null ? $"{Name} {number}" : Name;

    /// <summary>The number that <see cref="KeyOf"/> put into a key; null: none.</summary>
    public static string? NumberIn(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return All.FirstOrDefault(guard => guard.IsPersonal && key.StartsWith($"{guard.Name} ", StringComparison.Ordinal)) is { } own
            ? key[(own.Name.Length + 1)..]
            : null;
    }
}
