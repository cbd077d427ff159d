namespace HubSpotMonitor.Signals;

/// <summary>A HubSpot account. HubSpot calls it portal, account or hub; the number is the same.</summary>
public readonly record struct Portal(long Id, string Name)
{
    public override string ToString() => $"{Name} ({Id})";
}
