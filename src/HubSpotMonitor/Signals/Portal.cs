namespace HubSpotMonitor.Signals;

/// <summary>A HubSpot account. HubSpot calls it portal, account or hub; the number is the same.</summary>
public readonly record struct Portal(long Id, string Name)
{
    /// <summary>The monitor itself, for what concerns no account: for instance a forged webhook, which names none that could be trusted.</summary>
    public static Portal Monitor { get; } = new(0, "HubSpotMonitor");

    public override string ToString() => this == Monitor ? Name : $"{Name} ({Id})";
}
