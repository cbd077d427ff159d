namespace HubSpotMonitor.Signals;

/// <summary>HubSpot had forgotten the place up to which the journal was read, and what it told since then is not all there any more.</summary>
/// <param name="From">The last poll before after which nothing was left to read.</param>
/// <param name="SeenAt">The poll that met it.</param>
public sealed record JournalGap(DateTimeOffset From, DateTimeOffset SeenAt);

/// <summary>How far the webhooks journal has been read, and how it went. The offset is written after the events before it.</summary>
public sealed record JournalCheckpoint
{
    /// <summary>So long HubSpot keeps the journal, as it documents.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(3);

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

    /// <summary>The last poll after which nothing was left to read; null: there was none, or an older version wrote the row.</summary>
    public DateTimeOffset? CaughtUpAt { get; init; }

    /// <summary>The last one; null: there was none.</summary>
    public JournalGap? Gap { get; init; }

    /// <summary>The first of the polls that left something to read, since one read all; null: the last one read all.</summary>
    public DateTimeOffset? BehindSince { get; init; }

    /// <summary>It went well, and more is there.</summary>
    public bool IsBehind => Outcome == PollOutcome.Good && BehindSince is not null;

    /// <summary>The checkpoint after a poll that failed.</summary>
    public static JournalCheckpoint Failed(JournalCheckpoint? before, string? offset, PollOutcome outcome, string? says, DateTimeOffset now) =>
        After(before, offset, outcome, now) with { Says = says };

    /// <summary>The checkpoint after a poll that went well.</summary>
    /// <param name="before">The one before it.</param>
    /// <param name="offset">Of the last page whose events are stored.</param>
    /// <param name="isAll">Nothing is left to read.</param>
    /// <param name="isForgotten">HubSpot no longer knew the place before it.</param>
    /// <param name="now">The time of the poll.</param>
    public static JournalCheckpoint Good(JournalCheckpoint? before, string? offset, bool isAll, bool isForgotten, DateTimeOffset now)
    {
        var from = before?.CaughtUpAt ?? before?.LastPollAt ?? now;
        var after = After(before, offset, PollOutcome.Good, now);
        return after with
        {
            CaughtUpAt = isAll ? now : from,
            BehindSince = isAll ? null : before?.BehindSince ?? now,
            // The place of a journal in which nothing happens for days is forgotten too, and nothing is lost by it.
            Gap = isForgotten && now - from > Kept ? new(from, now) : after.Gap,
        };
    }

    private static JournalCheckpoint After(JournalCheckpoint? before, string? offset, PollOutcome outcome, DateTimeOffset now) => new()
    {
        Offset = offset,
        LastPollAt = now,
        Outcome = outcome,
        FailedPolls = outcome == PollOutcome.Good ? 0 : (before?.FailedPolls ?? 0) + 1,
        FailingSince = outcome == PollOutcome.Good ? null : before?.FailingSince ?? now,
        CaughtUpAt = before?.CaughtUpAt,
        BehindSince = before?.BehindSince,
        Gap = before?.Gap,
    };
}
