namespace HubSpotMonitor.Local.Simulation.Webhooks;

/// <summary>One kind of change, as the monitor's app has subscribed to it.</summary>
/// <param name="Type">HubSpot's name of the subscription.</param>
/// <param name="Subscription">Its number.</param>
/// <param name="FirstObject">Objects of a type are numbered from here on.</param>
/// <param name="Flag">What HubSpot adds to creations and deletions.</param>
/// <param name="Properties">What can be changed and the values it may get.</param>
internal sealed record ChangeKind(
    string Type, int Subscription, long FirstObject, string? Flag, IReadOnlyList<(string Name, string[] Values)> Properties)
{
    private const long Contacts = 151_000_000_000;
    private const long Companies = 131_000_000_000;
    private const long Deals = 171_000_000_000;

    public static ChangeKind ContactCreated { get; } = new("contact.creation", 3_329_271, Contacts, "CREATED", []);

    public static ChangeKind ContactDeleted { get; } = new("contact.deletion", 3_329_272, Contacts, "DELETED", []);

    public static ChangeKind ContactChanged { get; } = new("contact.propertyChange", 3_329_273, Contacts, null,
    [
        ("lifecyclestage", ["lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer"]),
        ("hs_lead_status", ["NEW", "OPEN", "IN_PROGRESS", "CONNECTED", "UNQUALIFIED"]),
        ("city", ["Boston", "Dublin", "Zürich", "São Paulo", "東京"]),
    ]);

    public static ChangeKind CompanyCreated { get; } = new("company.creation", 3_329_274, Companies, "CREATED", []);

    public static ChangeKind CompanyChanged { get; } = new("company.propertyChange", 3_329_275, Companies, null,
    [
        ("numberofemployees", ["5", "48", "120", "900"]),
        ("industry", ["COMPUTER_SOFTWARE", "RETAIL", "HOSPITAL_HEALTH_CARE"]),
    ]);

    public static ChangeKind DealCreated { get; } = new("deal.creation", 3_329_276, Deals, "CREATED", []);

    public static ChangeKind DealChanged { get; } = new("deal.propertyChange", 3_329_277, Deals, null,
    [
        ("dealstage", ["qualifiedtobuy", "presentationscheduled", "contractsent", "closedwon", "closedlost"]),
        ("amount", ["1200", "4900.50", "18000"]),
    ]);

    public bool IsCreation => Flag == "CREATED";
}
