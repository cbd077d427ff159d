namespace HubSpotMonitor.Local.Simulation.Webhooks;

/// <summary>What was sent and what became of it.</summary>
public sealed record WebhookCounts
{
    /// <summary>Requests of HubSpot's own, whatever they were answered.</summary>
    public int Requests { get; init; }

    /// <summary>Those of them that repeat a failed one.</summary>
    public int Retries { get; init; }

    /// <summary>Those of them that were sent although the same batch goes out anyway.</summary>
    public int Duplicates { get; init; }

    /// <summary>Different events that were sent.</summary>
    public int Sent { get; init; }

    /// <summary>Events that were answered with success.</summary>
    public int Acknowledged { get; init; }

    /// <summary>Events that failed in all attempts.</summary>
    public int GivenUp { get; init; }

    /// <summary>Requests that are not HubSpot's.</summary>
    public int Forged { get; init; }

    /// <summary>Those of them that were answered with success.</summary>
    public int ForgedAccepted { get; init; }

    /// <summary>Events whose batch failed and will be sent again.</summary>
    public int Waiting => Sent - Acknowledged - GivenUp;

    internal WebhookCounts Since(WebhookCounts before) => new()
    {
        Requests = Requests - before.Requests,
        Retries = Retries - before.Retries,
        Duplicates = Duplicates - before.Duplicates,
        Sent = Sent - before.Sent,
        Acknowledged = Acknowledged - before.Acknowledged,
        GivenUp = GivenUp - before.GivenUp,
        Forged = Forged - before.Forged,
        ForgedAccepted = ForgedAccepted - before.ForgedAccepted,
    };
}
