namespace HubSpotMonitor.Signals;

/// <summary>The longest time between two receipts that ended on a day.</summary>
public sealed record DailyGap(DateOnly Day, TimeSpan Longest);

/// <summary>A subject whose rule fired of late.</summary>
public sealed record FiredSubject(string Subject, DateTimeOffset LastAt);

/// <summary>An app that somebody installed.</summary>
/// <param name="Source">See <see cref="ChangeSource"/>.</param>
/// <param name="At">The minute of the installation.</param>
/// <param name="ToldAt">When the monitor saw it.</param>
/// <param name="IsGone">It was uninstalled since.</param>
/// <param name="IsOver">There is nothing more to say of it.</param>
public sealed record InstalledApp(string Source, DateTimeOffset At, DateTimeOffset ToldAt, bool IsGone, bool IsOver);

/// <summary>What the work on one portal's webhook events remembers from run to run. Written after the data it speaks of.</summary>
public sealed record EventCheckpoint
{
    public required long Portal { get; init; }

    /// <summary>When the first event ever was received.</summary>
    public required DateTimeOffset FirstReceivedAt { get; init; }

    /// <summary>
    /// When the latest event was pushed; until one was (<see cref="IsPushed"/>), when the latest was received, from the journal too.
    /// </summary>
    public required DateTimeOffset LastReceivedAt { get; init; }

    /// <summary>
    /// HubSpot has pushed an event: from then on the journal ends no silence, until
    /// none was pushed for two weeks. Rows of old do not say it, until the next push.
    /// </summary>
    public bool IsPushed { get; init; }

    /// <summary>When the journal last told an event; null: never, or in a row of old.</summary>
    public DateTimeOffset? PulledAt { get; init; }

    /// <summary>Of the last 14 days with events, oldest first.</summary>
    public required IReadOnlyList<DailyGap> Gaps { get; init; }

    /// <summary>Subjects that fired within the last hour.</summary>
    public required IReadOnlyList<FiredSubject> Fired { get; init; }

    /// <summary>Apps installed of late.</summary>
    public IReadOnlyList<InstalledApp> Installed { get; init => field = value ?? []; } = [];
}
