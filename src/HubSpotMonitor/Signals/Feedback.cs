namespace HubSpotMonitor.Signals;

/// <summary>Somebody says that what a rule found is meant to be; the detection may learn from it, within bounds.</summary>
public sealed record Feedback
{
    public required long Portal { get; init; }

    public required string Rule { get; init; }

    public required string Subject { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>When it ended, or when the feedback was given.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The name somebody gave.</summary>
    public required string By { get; init; }

    public string? Why { get; init; }

    /// <summary>When they said it, or took it back.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>They took it back. It is kept all the same: a detector that has heard it must hear this too.</summary>
    public bool IsWithdrawn { get; init; }
}
