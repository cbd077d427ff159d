namespace HubSpotMonitor.Local.Scenarios;

/// <summary>What an account pays for; it decides which histories HubSpot shows.</summary>
public enum AccountPlan
{
    Free,
    Starter,
    Professional,
    Enterprise,
}

/// <summary>Something happens once that HubSpot's security activity tells.</summary>
public sealed record SecurityAct : Effect
{
    public required string Type { get; init; }

    /// <summary>Who does it; nobody: HubSpot itself.</summary>
    public string? By { get; init; }

    public string? Target { get; init; }

    /// <summary>From a country where nobody of the company has been before.</summary>
    public bool Abroad { get; init; }
}

/// <summary>Somebody logs in, or tries to, so many times spread over the effect's time.</summary>
public sealed record LoginAttempts : Effect
{
    public required string By { get; init; }

    /// <summary>Null: once.</summary>
    public int? Times { get; init; }

    public bool Succeed { get; init; }

    public bool Abroad { get; init; }
}

/// <summary>Somebody is no longer among the users.</summary>
public sealed record RemoveUser : Effect
{
    public required string Who { get; init; }
}

/// <summary>The monitor's own credential may do more than before.</summary>
public sealed record GrantScopes : Effect
{
    public required IReadOnlyList<string> Scopes { get; init; }
}

/// <summary>
/// The monitor's token is rotated: from now on the account's next one opens it as well, and the old one dies when its time is over.
/// </summary>
public sealed record RotateToken : Effect
{
    public required TimeSpan OldLives { get; init; }
}
