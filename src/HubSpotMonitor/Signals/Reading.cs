using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

/// <summary>How far a reading can be trusted.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReadingQuality>))]
public enum ReadingQuality
{
    /// <summary>Taken fresh.</summary>
    Measured,

    /// <summary>HubSpot said that it answered from its cache.</summary>
    Cached,

    /// <summary>An interval over which polls are missing: its count is right, its shape is unknown.</summary>
    Gap,

    /// <summary>An interval over midnight: the end of the old day was not seen, so the count is too low.</summary>
    Reset,

    /// <summary>No calls were counted since the day's limit is used up and HubSpot refuses them all: how many were wanted is unknown.</summary>
    Refused,
}

/// <summary>One value of one metric of one portal at one instant.</summary>
public sealed record Reading
{
    public required long Portal { get; init; }

    /// <summary>One of <see cref="Signals.Metric"/>.</summary>
    public required string Metric { get; init; }

    /// <summary>What within the portal it is about, for example an event type and who caused it; null: the portal as a whole.</summary>
    public string? Subject { get; init; }

    /// <summary>When the value was true; for a count, the end of its interval. UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>In the metric's unit. Of a counter: since local midnight. Of a count: since <see cref="Since"/>.</summary>
    public required double Value { get; init; }

    public ReadingQuality Quality { get; init; }

    /// <summary>The start of the interval that a count covers; absent for a counter.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The daily ceiling HubSpot named beside the value.</summary>
    public double? Limit { get; init; }

    /// <summary>When HubSpot said the counter starts again.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>What the model held to be normal when it judged this count; absent before there is a model.</summary>
    public Expectation? Expected { get; init; }
}

/// <summary>A model's opinion of one count, in calls.</summary>
/// <param name="Low">95 of 100 quiet readings lie above.</param>
/// <param name="Middle">The expected count.</param>
/// <param name="High">95 of 100 quiet readings lie below.</param>
/// <param name="TailProbability">How often a quiet reading is at least this high, 0 to 1.</param>
public sealed record Expectation(double Low, double Middle, double High, double TailProbability);
