namespace HubSpotMonitor.Local.Simulation.Access;

/// <summary>Something that HubSpot shows in one of its three histories.</summary>
/// <param name="Id">HubSpot's.</param>
/// <param name="At">When it happened.</param>
/// <param name="ShownAt">When the API tells it for the first time.</param>
/// <param name="Type">Of the security history its type, of the audit log <c>category/subCategory/action</c>, of a login whether it succeeded.</param>
/// <param name="By">Who; null: HubSpot itself.</param>
/// <param name="From">From where.</param>
/// <param name="Object">What was acted upon.</param>
internal sealed record AccessEvent(string Id, DateTimeOffset At, DateTimeOffset ShownAt, string Type, Person? By, Place? From, string? Object = null)
{
    public const string LoggedIn = "true";
    public const string Refused = "false";
}

internal enum Feed
{
    Security,
    Login,
    Audit,
}
