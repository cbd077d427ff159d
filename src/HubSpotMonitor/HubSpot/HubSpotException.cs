namespace HubSpotMonitor.HubSpot;

/// <summary>The ways in which HubSpot does not answer, told apart because each asks for another act.</summary>
public enum HubSpotFailure
{
    /// <summary>401: the credential is wrong, revoked or deactivated.</summary>
    DeadToken,

    /// <summary>The account has no grant that lives: somebody must connect it, or connect it again.</summary>
    NotConnected,

    /// <summary>The grant may live, but the place where its secrets are kept does not give them now.</summary>
    SecretsAway,

    /// <summary>The token endpoint does not take our client id or client secret: the grant itself may be alive.</summary>
    WrongApp,

    /// <summary>403: the credential lives, but lacks a scope, or the plan lacks the feature.</summary>
    MissingScope,

    /// <summary>429 with policy DAILY: the account's calls of today are used up.</summary>
    DailyLimit,

    /// <summary>Any other 429: more calls in a few seconds than the app may make.</summary>
    TooFast,

    /// <summary>423, 477, 5xx, no connection, no answer in time: it may pass.</summary>
    Passing,

    /// <summary>An answer that is not what HubSpot documents, or far too large.</summary>
    Malformed,

    /// <summary>Any other refusal, such as 404 for a retired version.</summary>
    Refused,
}

/// <summary>HubSpot did not answer as asked. The message is a sentence for people and holds no secret.</summary>
public sealed class HubSpotException(HubSpotFailure failure, string message, RateLimits? limits = null, Exception? inner = null)
    : Exception(message, inner)
{
    public HubSpotFailure Failure { get; } = failure;

    /// <summary>404: HubSpot does not know the address.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>A refusal can still carry the counters.</summary>
    public RateLimits? Limits { get; } = limits;
}
