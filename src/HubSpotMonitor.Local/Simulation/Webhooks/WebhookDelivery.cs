namespace HubSpotMonitor.Local.Simulation.Webhooks;

/// <summary>One request to come: some events, or a forgery.</summary>
internal sealed record WebhookDelivery(IReadOnlyList<CrmEvent> Events)
{
    public int Attempt { get; private init; }

    public bool IsDuplicate { get; init; }

    public Forgery? Forgery { get; init; }

    public WebhookDelivery NextAttempt() =>
        this with { Attempt = Attempt + 1, Events = [.. Events.Select(item => item with { AttemptNumber = item.AttemptNumber + 1 })] };
}
