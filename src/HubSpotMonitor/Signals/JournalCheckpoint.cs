namespace HubSpotMonitor.Signals;

/// <summary>HubSpot had forgotten the place up to which the journal was read, and reading went on at its oldest page.</summary>
/// <param name="From">The last poll before that went well.</param>
/// <param name="SeenAt">The poll that met it.</param>
public sealed record JournalGap(DateTimeOffset From, DateTimeOffset SeenAt);

/// <summary>How far the webhooks journal has been read, and how it went. The offset is written after the events before it.</summary>
public sealed record JournalCheckpoint
{
    /// <summary>Of the last page whose events are stored; null while there was none.</summary>
    public string? Offset { get; init; }

    public required DateTimeOffset LastPollAt { get; init; }

    public required PollOutcome Outcome { get; init; }

    /// <summary>A sentence, when the last poll did not go well. Holds no secret.</summary>
    public string? Says { get; init; }

    /// <summary>Failed polls in a row.</summary>
    public int FailedPolls { get; init; }

    /// <summary>The first of them.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>The last poll that went well; null: there was none, or an older version wrote the row.</summary>
    public DateTimeOffset? LastGoodAt { get; init; }

    /// <summary>The last one; null: there was none.</summary>
    public JournalGap? Gap { get; init; }

    /// <summary>The checkpoint after a poll.</summary>
    public static JournalCheckpoint After(JournalCheckpoint? before, string? offset, PollOutcome outcome, string? says, JournalGap? gap, DateTimeOffset now) => new()
    {
        Offset = offset,
        LastPollAt = now,
        Outcome = outcome,
        Says = says,
        FailedPolls = outcome == PollOutcome.Good ? 0 : (before?.FailedPolls ?? 0) + 1,
        FailingSince = outcome == PollOutcome.Good ? null : before?.FailingSince ?? now,
        LastGoodAt = outcome == PollOutcome.Good ? now : before?.LastGoodAt,
        Gap = gap ?? before?.Gap,
    };
}
