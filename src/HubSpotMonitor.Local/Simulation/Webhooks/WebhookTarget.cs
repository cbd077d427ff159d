namespace HubSpotMonitor.Local.Simulation.Webhooks;

/// <summary>Where an app of HubSpot sends its events.</summary>
/// <param name="Url">What is called.</param>
/// <param name="Secret">The app's client secret.</param>
public sealed record WebhookTarget(Uri Url, string Secret)
{
    /// <summary>The address that is signed, where the receiver is known by another one than the one that is called.</summary>
    public Uri SignedUrl { get; init; } = Url;

    /// <summary>The client secret after a rotation.</summary>
    public string NextSecret { get; init; } = Secret;
}
