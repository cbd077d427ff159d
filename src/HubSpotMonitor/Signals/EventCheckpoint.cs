namespace HubSpotMonitor.Signals;

/// <summary>The longest time between two receipts that ended on a day.</summary>
public sealed record DailyGap(DateOnly Day, TimeSpan Longest);

/// <summary>A subject whose rule fired of late.</summary>
public sealed record FiredSubject(string Subject, DateTimeOffset LastAt);

/// <summary>What the work on one portal's webhook events remembers from run to run. Written after the data it speaks of.</summary>
public sealed record EventCheckpoint
{
    public required long Portal { get; init; }

    /// <summary>When the first event ever was received.</summary>
    public required DateTimeOffset FirstReceivedAt { get; init; }

    public required DateTimeOffset LastReceivedAt { get; init; }

    /// <summary>Of the last 14 days with events, oldest first.</summary>
    public required IReadOnlyList<DailyGap> Gaps { get; init; }

    /// <summary>Subjects that fired within the last hour.</summary>
    public required IReadOnlyList<FiredSubject> Fired { get; init; }
}
