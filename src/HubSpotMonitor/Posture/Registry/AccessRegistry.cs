using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Registry;

/// <summary>What you say exists and what for. HubSpot has no list of keys, so that only this tells a forgotten key from a wanted one.</summary>
public sealed record AccessRegistry(IReadOnlyList<PortalRegistry> Portals)
{
    public static AccessRegistry None { get; } = new([]);

    /// <summary>Secrets that stand in the file, each with its line: none belongs there.</summary>
    public IReadOnlyList<(SecretFound Found, int Line)> Secrets { get; init; } = [];

    /// <summary>Null: nothing is registered for this account.</summary>
    public PortalRegistry? For(long portal) => Portals.FirstOrDefault(one => one.Id == portal);
}

/// <summary>One account's part.</summary>
public sealed record PortalRegistry(long Id)
{
    public IReadOnlyList<RegisteredCredential> Credentials { get; init; } = [];

    /// <summary>Numbers of apps that may be connected. Null: there is no such list.</summary>
    public IReadOnlySet<string>? AllowedApps { get; init; }

    /// <summary>The company's own mail domains, lower case.</summary>
    public IReadOnlySet<string> MailDomains { get; init; } = new HashSet<string>();

    /// <summary>Where webhooks may go, lower case. HubSpot's events do not name the target; kept for the people who look.</summary>
    public IReadOnlySet<string> WebhookHosts { get; init; } = new HashSet<string>();
}

/// <summary>One credential or app that somebody answers for.</summary>
public sealed record RegisteredCredential
{
    /// <summary>Your own name for it, unique within the account.</summary>
    public required string Id { get; init; }

    public required CredentialKind Kind { get; init; }

    /// <summary>HubSpot's number of it, as it stands in the address of its page.</summary>
    public string? ObjectId { get; init; }

    public string? Name { get; init; }

    /// <summary>Mail address of the person who answers for it.</summary>
    public required string Owner { get; init; }

    public string? Purpose { get; init; }

    /// <summary>The systems that use it: they break when it is rotated.</summary>
    public IReadOnlyList<string> Consumers { get; init; } = [];

    /// <summary>Null: not said.</summary>
    public IReadOnlyList<string>? NeededScopes { get; init; }

    public TimeSpan? AgeLimit { get; init; }

    public DateOnly? Created { get; init; }

    public DateOnly? Rotated { get; init; }

    /// <summary>When it was switched off for good, for what HubSpot's events leave in doubt. What acts later has not ended.</summary>
    public DateOnly? Ended { get; init; }

    /// <summary>One token for several accounts, or held by a vendor: OAuth would fit better.</summary>
    public bool MultiAccount { get; init; }
}
