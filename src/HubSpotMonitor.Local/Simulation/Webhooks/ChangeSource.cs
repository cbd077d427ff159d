using System.Globalization;
using HubSpotMonitor.Local.Simulation.Traffic;

namespace HubSpotMonitor.Local.Simulation.Webhooks;

/// <summary>Who changes one kind of thing in the CRM, and how often.</summary>
/// <param name="Name">HubSpot's word for where a change comes from.</param>
/// <param name="Ids">Its numbers; one of them is drawn for each change.</param>
/// <param name="Change">What is changed.</param>
/// <param name="PerMinute">The usual rate at a time of the account's clock.</param>
internal sealed record ChangeSource(string Name, IReadOnlyList<string> Ids, ChangeKind Change, Func<DateTime, double> PerMinute)
{
    public const int CrmSync = 1_001_001;
    public const int Billing = 1_001_002;
    public const int Cleanup = 1_001_003;

    private static readonly string[] Sync = [App(CrmSync)];
    private static readonly string[] Invoices = [App(Billing)];
    private static readonly string[] People =
        [.. new[] { 75_514_748, 75_514_802, 76_020_117, 76_020_118, 77_310_455, 78_004_961 }.Select(user => $"userId:{user}")];

    /// <summary>Together 20 to 50 changes a minute in working hours, and one or two at night.</summary>
    public static IReadOnlyList<ChangeSource> Usual { get; } =
    [
        new("INTEGRATION", Sync, ChangeKind.ContactChanged, local => 1 + (12 * Work(local))),
        new("INTEGRATION", Sync, ChangeKind.ContactCreated, local => 0.1 + (1.2 * Work(local))),
        new("INTEGRATION", Invoices, ChangeKind.DealChanged, local => 0.2 + (4.5 * Work(local))),
        new("INTEGRATION", Invoices, ChangeKind.CompanyChanged, local => 0.1 + (2 * Work(local))),
        new("INTEGRATION", Invoices, ChangeKind.DealCreated, local => 0.4 * Work(local)),
        new("CRM_UI", People, ChangeKind.ContactChanged, local => 5 * Work(local)),
        new("CRM_UI", People, ChangeKind.DealChanged, local => 3.5 * Work(local)),
        new("CRM_UI", People, ChangeKind.ContactCreated, local => 0.5 * Work(local)),
        new("CRM_UI", People, ChangeKind.CompanyCreated, local => 0.3 * Work(local)),
        new("CRM_UI", People, ChangeKind.ContactDeleted, local => 0.05 * Work(local)),
    ];

    public static string App(int id) => id.ToString(CultureInfo.InvariantCulture);

    /// <summary>1 in the middle of a working day, 0 at night.</summary>
    public static double Work(DateTime local) => AppTraffic.Weekday(local) * AppTraffic.WorkingHours(local);
}
