namespace HubSpotMonitor.Local.Simulation;

/// <summary>One HubSpot account of the simulation. The seed decides every call it ever counts.</summary>
/// <param name="Id">HubSpot's number of the account.</param>
/// <param name="Name">Its name.</param>
/// <param name="Token">The token that opens it.</param>
/// <param name="Seed">Two accounts with the same seed have the same traffic.</param>
/// <param name="DailyLimit">Calls allowed in a day of the account.</param>
/// <param name="TimeZone">The zone's name as HubSpot reports it; old IANA names are common there.</param>
public sealed record SimulatedAccount(long Id, string Name, string Token, int Seed, int DailyLimit = 625_000, string TimeZone = "US/Eastern")
{
    /// <summary>HubSpot's number of the app whose token and secret the monitor has.</summary>
    public const int MonitorApp = 4_042_017;

    /// <summary>The token that a rotation brings.</summary>
    public string NextToken => Token + "-next";

    internal TimeZoneInfo Zone { get; } = Resolve(TimeZone);

    // Systems without the backward-compatible names still know them through ICU's table of Windows names.
    private static TimeZoneInfo Resolve(string name) =>
        !TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && TimeZoneInfo.TryConvertIanaIdToWindowsId(name, out var windowsName)
            ? TimeZoneInfo.FindSystemTimeZoneById(windowsName)
            : zone ?? throw new TimeZoneNotFoundException($"This machine does not know the time zone {name}.");
}
