using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Connect;

/// <summary>Where to send a person, and what the browser must bring back.</summary>
/// <param name="Address">HubSpot's page.</param>
/// <param name="Browser">A secret for the browser's cookie.</param>
public sealed record ConnectStart(Uri Address, string Browser)
{
    public override string ToString() => nameof(ConnectStart);
}

/// <summary>What a browser brings back from HubSpot.</summary>
/// <param name="State">Ours.</param>
/// <param name="Code">HubSpot's.</param>
/// <param name="HasError">HubSpot says that there is no grant.</param>
/// <param name="Browser">From the cookie.</param>
public sealed record ConnectReturn(string? State, string? Code, bool HasError, string? Browser)
{
    public override string ToString() => nameof(ConnectReturn);
}

/// <summary>How an attempt to connect ended.</summary>
public enum ConnectOutcome
{
    Connected,

    /// <summary>The person did not agree.</summary>
    Denied,

    /// <summary>Never begun, used before, or too old.</summary>
    StateUnknown,

    /// <summary>It was begun in another browser, or somebody else's answer was slipped in.</summary>
    OtherBrowser,

    /// <summary>The person chose another account.</summary>
    WrongPortal,

    /// <summary>HubSpot does not take what we sent.</summary>
    Refused,

    /// <summary>HubSpot does not answer; a new attempt may succeed.</summary>
    Away,
}

/// <summary>An attempt's end, for its page.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Portal">The account it was begun for, where that is certain.</param>
/// <param name="Says">More about it, in a sentence without secrets.</param>
public sealed record ConnectResult(ConnectOutcome Outcome, Portal? Portal = null, string? Says = null)
{
    /// <summary>What the account granted.</summary>
    public IReadOnlyList<string> Granted { get; init; } = [];

    /// <summary>What it granted beyond <c>Connect:Scopes</c>.</summary>
    public IReadOnlyList<string> Surplus { get; init; } = [];

    /// <summary>What <c>Connect:Scopes</c> asks for and the account did not grant.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}
