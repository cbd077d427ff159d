using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

[JsonConverter(typeof(JsonStringEnumConverter<AlertState>))]
public enum AlertState
{
    Open,
    Resolved,
}

/// <summary>
/// An incident: what somebody must hear of. At most one is open per portal, rule and subject. Changes return new records.
/// </summary>
public sealed record Alert
{
    /// <summary>Unique among all alerts, safe in an address.</summary>
    public required string Id { get; init; }

    public required Portal Portal { get; init; }

    public required AlertState State { get; init; }

    /// <summary>The worst severity reached.</summary>
    public required Severity Severity { get; init; }

    /// <summary>The latest finding that fired.</summary>
    public required Finding Finding { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When the rule last fired.</summary>
    public required DateTimeOffset LastFiredAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>How many transitions there were; numbers the messages.</summary>
    public int Transitions { get; init; }

    /// <summary>The messages decided but not yet handed to the bus, oldest first: the row is its own outbox.</summary>
    public IReadOnlyList<AlertMessage> Unpublished { get; init; } = [];
}
