namespace HubSpotMonitor.Signals;

/// <summary>How a channel has fared: what its circuit breaker knows, kept so that a restart forgets nothing.</summary>
public sealed record ChannelState
{
    /// <summary>The channel's name, for example <c>email</c>.</summary>
    public required string Channel { get; init; }

    /// <summary>Passing failures in a row, of whatever message.</summary>
    public int Failures { get; init; }

    /// <summary>Since when nothing is sent but a probe now and then; null while the channel works.</summary>
    public DateTimeOffset? OpenSince { get; init; }

    /// <summary>When the next message may be sent to see whether the channel works again.</summary>
    public DateTimeOffset? ProbeAt { get; init; }

    /// <summary>What the last failure said; holds no secret.</summary>
    public string? LastError { get; init; }

    /// <summary>The last failure was a refusal of whatever we send: a key, an address or a right must be mended.</summary>
    public bool IsRefused { get; init; }

    /// <summary>
    /// When it last worked again after nothing but probes were sent: what waited
    /// for it then waits no longer. Null: it never was down, as far as is known.
    /// </summary>
    public DateTimeOffset? WorksSince { get; init; }

    /// <summary>When it last took a message; null: never, as far as is known.</summary>
    public DateTimeOffset? TakenAt { get; init; }
}

/// <summary>What is known of a channel when somebody asks how it is.</summary>
/// <param name="State">Of its breaker.</param>
/// <param name="GivenUp">Messages given up within the last day. Once the channel has taken another, each
/// counts for a quarter of an hour only: that it was lost is told, and that the channel works again.</param>
/// <param name="Because">Why the newest of them was.</param>
public sealed record ChannelHealth(ChannelState State, int GivenUp, string? Because)
{
    /// <summary>How far back given up messages count.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(1);

    /// <summary>So long each of them counts at least: a run every minute tells it in that time.</summary>
    public static readonly TimeSpan ShortestWindow = TimeSpan.FromMinutes(15);
}
