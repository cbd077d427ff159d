using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

[JsonConverter(typeof(JsonStringEnumConverter<DeliveryState>))]
public enum DeliveryState
{
    /// <summary>Written down, not sent yet, or to be tried again.</summary>
    Queued,

    /// <summary>Being sent since the claim; after a crash the claim runs out and it is sent again.</summary>
    Sending,
    Sent,

    /// <summary>Given up: refused for good, tried too often, or overtaken by what came after it.</summary>
    Failed,
}

/// <summary>One message on its way to one channel.</summary>
public sealed record AlertDelivery
{
    /// <summary>What <see cref="LastError"/> says of what waited for a channel that is off; others have it then.</summary>
    public const string TakenOut = "The channel was taken out of the settings before it was sent.";

    /// <summary>
    /// What <see cref="LastError"/> says of what waited so long that the next message of its incident says all that it would have said.
    /// </summary>
    public const string Overtaken = "Not sent: a later message of the same incident took its place.";

    /// <summary>The channel's name, for example <c>email</c>.</summary>
    public required string Channel { get; init; }

    public required AlertMessage Message { get; init; }

    public required DeliveryState State { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>When it may be tried next; while it is being sent, when the claim runs out.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>
    /// How often the other side, or its absence, answered. What a crash ended is not among them: it says nothing about the channel.
    /// </summary>
    public int Attempts { get; init; }

    /// <summary>How often sending was begun. More than <see cref="Attempts"/>: a crash ended it, and the message may have arrived as often.</summary>
    public int Begun { get; init; }

    /// <summary>
    /// How many attempts were made while the channel was known to be down; they do not bring the delivery nearer to being given up.
    /// </summary>
    public int Probes { get; init; }

    /// <summary>
    /// How often it was refused as if no message were taken, by a channel that worked
    /// until then; the third time it is given up. Absent in rows of before: 0.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Refusals { get; init; }

    /// <summary>The fallback channel has it too.</summary>
    public bool FellBack { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    /// <summary>When it was given up.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>What the last failed attempt said; holds no secret.</summary>
    public string? LastError { get; init; }

    /// <summary>
    /// Whether it speaks of trouble with its channel: it was given up, and the channel has taken nothing since or it is too new to be passed over.
    /// What was never tried, since the host was off or the channel taken out, is no trouble of the channel's, and what was overtaken is no loss.
    /// </summary>
    public bool CountsAgainst(ChannelState channel, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return this is { State: DeliveryState.Failed, Attempts: > 0, LastError: not (TakenOut or Overtaken), Message.IsTest: false }
            && !(FailedAt <= channel.TakenAt && now - FailedAt > ChannelHealth.ShortestWindow);
    }
}
