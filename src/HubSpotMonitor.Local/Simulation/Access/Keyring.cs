namespace HubSpotMonitor.Local.Simulation.Access;

/// <summary>A credential of the account, and who looks after it.</summary>
/// <param name="Object">HubSpot's number, as its history calls it.</param>
/// <param name="Rotated">The type that tells of its rotation.</param>
/// <param name="Owner">Who rotates it.</param>
internal sealed record Keyring(string Object, string Rotated, Person Owner)
{
    /// <summary>The service key of the warehouse.</summary>
    public const string Warehouse = "4821077";

    /// <summary>The service key whose token the monitor has.</summary>
    public const string Monitor = "4821090";

    /// <summary>Well within the ninety days that are thought long for a key.</summary>
    private const int RotatedEvery = 55;

    // Monday, 6 January 2025; every key has a turn of its own.
    private static readonly DateOnly First = new(2025, 1, 6);

    public static IReadOnlyList<Keyring> All { get; } =
    [
        new(Warehouse, "SERVICE_KEY_ROTATE", Person.Of("ben")),
        new(Monitor, "SERVICE_KEY_ROTATE", Person.Of("cleo")),
        new("1001001", "PRIVATE_APP_ACCESS_TOKEN_ROTATE", Person.Of("ada")),
        new("1001002", "PRIVATE_APP_ACCESS_TOKEN_ROTATE", Person.Of("ben")),
        new("1001003", "PRIVATE_APP_ACCESS_TOKEN_ROTATE", Person.Of("ada")),
    ];

    /// <summary>Whether its turn falls on this day of work; a turn at a weekend waits for Monday.</summary>
    public bool IsRotatedOn(DateOnly day) => day.DayOfWeek switch
    {
        DayOfWeek.Saturday or DayOfWeek.Sunday => false,
        DayOfWeek.Monday => IsTurn(day) || IsTurn(day.AddDays(-1)) || IsTurn(day.AddDays(-2)),
        _ => IsTurn(day),
    };

    private bool IsTurn(DateOnly day) => (day.DayNumber - First.DayNumber - (11 * Index)) % RotatedEvery == 0;

    private int Index => All.TakeWhile(key => key.Object != Object).Count();
}
