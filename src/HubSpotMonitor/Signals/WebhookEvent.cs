namespace HubSpotMonitor.Signals;

/// <summary>One change in a HubSpot account, as HubSpot told it.</summary>
public sealed record WebhookEvent
{
    /// <summary>The account's number.</summary>
    public required long Portal { get; init; }

    /// <summary>The app that subscribed to it; 0 when the event does not say.</summary>
    public long AppId { get; init; }

    /// <summary>HubSpot's name of what happened, for example <c>contact.deletion</c>; may be one that is not documented.</summary>
    public required string Type { get; init; }

    /// <summary>Who made the change: see <see cref="ChangeSource"/>.</summary>
    public required string Source { get; init; }

    /// <summary>When it happened, by HubSpot's clock. UTC, milliseconds.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>A hash of what makes the event itself and no other: the same for every attempt to deliver it.</summary>
    public required string Identity { get; init; }

    /// <summary>The event's JSON as it was received, UTF-8, with every field, known or not.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>The minute it happened in.</summary>
    public DateTimeOffset Minute => At.Floor(TimeSpan.FromMinutes(1));
}
