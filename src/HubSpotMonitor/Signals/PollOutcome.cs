using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

/// <summary>How a poll of one portal went.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PollOutcome>))]
public enum PollOutcome
{
    Good,

    /// <summary>There is a figure, but something beside it is missing.</summary>
    Partial,
    DeadToken,
    MissingScope,

    /// <summary>An account by OAuth that nobody has connected, or whose grant has ended.</summary>
    NotConnected,

    /// <summary>HubSpot does not take our client id or client secret; the accounts' grants may live.</summary>
    WrongApp,

    /// <summary>The token belongs to another account than the settings say; nothing of it is stored.</summary>
    WrongPortal,

    /// <summary>The account's daily limit is used up, and HubSpot refuses us too.</summary>
    LimitReached,

    /// <summary>HubSpot refuses the monitor's app, which makes more calls in a few seconds than it may.</summary>
    TooFast,

    /// <summary>The place where the grants' secrets are kept does not give them.</summary>
    SecretsAway,

    /// <summary>No answer, or trouble on HubSpot's side.</summary>
    Unreachable,

    /// <summary>An answer that is not what HubSpot documents.</summary>
    Malformed,

    /// <summary>HubSpot answered, but has no figure.</summary>
    NoFigure,

    /// <summary>This machine's clock cannot be right; nothing is stored under a wrong time.</summary>
    ClockWrong,

    /// <summary>The monitor itself failed: told to the metrics only, and in no checkpoint.</summary>
    Failed,
}
