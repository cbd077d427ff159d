namespace HubSpotMonitor.Local.Simulation.Access;

/// <summary>Where somebody sits. Addresses are those set aside for documents (RFC 5737).</summary>
/// <param name="City">As HubSpot's <c>location</c>.</param>
/// <param name="Country">As its <c>countryCode</c>.</param>
/// <param name="Region">As its <c>regionCode</c>.</param>
/// <param name="Network">The first three numbers of the address.</param>
internal sealed record Place(string City, string Country, string Region, string Network)
{
    public static readonly Place NewYork = new("New York", "us", "ny", "203.0.113");
    public static readonly Place Dublin = new("Dublin", "ie", "d", "198.51.100");

    /// <summary>Nobody of the company has ever been there.</summary>
    public static readonly Place Auckland = new("Auckland", "nz", "auk", "192.0.2");

    public string Address(long person) => $"{Network}.{10 + (person % 200)}";
}
