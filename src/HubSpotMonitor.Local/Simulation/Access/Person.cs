namespace HubSpotMonitor.Local.Simulation.Access;

/// <summary>Somebody who can log in to the account.</summary>
/// <param name="Key">What scenarios call them.</param>
/// <param name="Id">HubSpot's number.</param>
/// <param name="Home">Where they log in from.</param>
/// <param name="IsSuperAdmin">May do everything.</param>
/// <param name="Role">A role's number.</param>
internal sealed record Person(string Key, long Id, Place Home, bool IsSuperAdmin = false, string? Role = null)
{
    public string Email => $"{Key}@acme.example";

    /// <summary>Three of twelve may do everything, and they make and rotate keys.</summary>
    public static IReadOnlyList<Person> All { get; } =
    [
        new("ada", 75_514_748, Place.NewYork, IsSuperAdmin: true),
        new("ben", 75_514_802, Place.NewYork, IsSuperAdmin: true),
        new("cleo", 76_020_117, Place.Dublin, IsSuperAdmin: true),
        new("dan", 76_020_118, Place.NewYork, Role: "60011"),
        new("eve", 77_310_455, Place.NewYork, Role: "60011"),
        new("finn", 78_004_961, Place.Dublin, Role: "60011"),
        new("gus", 78_110_220, Place.NewYork, Role: "60012"),
        new("hana", 78_110_347, Place.NewYork, Role: "60012"),
        new("ivo", 78_305_001, Place.Dublin, Role: "60012"),
        new("june", 79_000_412, Place.NewYork, Role: "60013"),
        new("kim", 79_000_958, Place.NewYork, Role: "60013"),
        new("lars", 79_410_233, Place.Dublin, Role: "60013"),
    ];

    /// <exception cref="InvalidOperationException">There is nobody of this name.</exception>
    public static Person Of(string key) => All.First(person => person.Key == key);
}
