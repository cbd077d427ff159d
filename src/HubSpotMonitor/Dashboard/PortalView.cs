using System.Text.Json.Serialization;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Dashboard;

[JsonConverter(typeof(JsonStringEnumConverter<PortalState>))]
public enum PortalState
{
    /// <summary>Not polled yet.</summary>
    Waiting,
    Watching,

    /// <summary>Watching, but with less than there should be: <see cref="PortalView.StateReason"/> says what.</summary>
    Degraded,

    /// <summary>No usable answer from HubSpot, or nobody asks it any more.</summary>
    Blind,
}

/// <summary>One portal as the overview and <c>/api/portals</c> show it.</summary>
public sealed record PortalView
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    public required PortalState State { get; init; }

    /// <summary>A sentence, when the state is not <see cref="PortalState.Watching"/>.</summary>
    public string? StateReason { get; init; }

    /// <summary>IANA zone name of the account's clock, once known.</summary>
    public string? TimeZone { get; init; }

    public TimeSpan UtcOffset { get; init; }

    public DateTimeOffset? LastGoodPollAt { get; init; }

    /// <summary>Calls since the account's midnight.</summary>
    public double? UsedToday { get; init; }

    public double? Limit { get; init; }

    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>Calls expected by the time of reset.</summary>
    public double? ForecastAtReset { get; init; }

    /// <summary>When the limit would be reached, if before the reset.</summary>
    public DateTimeOffset? LimitReachedAt { get; init; }

    /// <summary>What judges the readings: <c>Model of 28 days, live since 24 Nov</c>, or that it is still learning.</summary>
    public required string Model { get; init; }

    public required int OpenAlerts { get; init; }

    /// <summary>Of the open alerts; null: there is none.</summary>
    public Severity? Worst { get; init; }

    /// <summary>The calls of the last day beside what was expected, an hour each, oldest first.</summary>
    public IReadOnlyList<HourOfCalls> Hours { get; init; } = [];

    /// <summary>Calls that the monitor's own polls made on the last whole UTC day; null: none was counted whole.</summary>
    public int? OwnCallsYesterday { get; init; }

    /// <summary>And on the day that runs.</summary>
    public int OwnCallsToday { get; init; }

    /// <summary>What the rules came to; null: not judged yet.</summary>
    public PostureScore? Posture { get; init; }
}
