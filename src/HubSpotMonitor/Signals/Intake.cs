using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

/// <summary>What became of a request that claims to be a webhook of HubSpot's.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IntakeOutcome>))]
public enum IntakeOutcome
{
    Accepted,

    /// <summary>Neither a v3 signature nor one of a version that the settings allow.</summary>
    SignatureMissing,

    /// <summary>Only a signature of a version that the settings do not allow.</summary>
    SignatureVersionRefused,

    /// <summary>Not the base64 or hex text that its version has.</summary>
    SignatureMalformed,

    /// <summary>A v3 signature without the time it was made.</summary>
    TimestampMissing,

    /// <summary>Not 13 digits: milliseconds since 1970.</summary>
    TimestampMalformed,

    /// <summary>Signed more than five minutes ago: perhaps a request that somebody recorded.</summary>
    TimestampTooOld,

    /// <summary>Signed more than five minutes from now.</summary>
    TimestampInFuture,

    /// <summary>Well formed, but not made with one of our secrets over this address and this body.</summary>
    SignatureWrong,
    BodyTooLarge,

    /// <summary>
    /// Its body came too slowly, or was large while others were read: the sender was told to send it again. Whether it was signed is not known.
    /// </summary>
    BodyNotRead,

    /// <summary>Signed, but not a JSON array.</summary>
    BodyNotJson,

    /// <summary>Signed and read, but not stored in time: HubSpot was told to send it again.</summary>
    StoreUnavailable,
}

/// <summary>What became of an event of an accepted request.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EventOutcome>))]
public enum EventOutcome
{
    Stored,

    /// <summary>It is there already.</summary>
    Repeated,

    /// <summary>Of an account that the settings do not name.</summary>
    UnknownPortal,

    /// <summary>Told to another app than ours.</summary>
    UnknownApp,

    /// <summary>It could not be understood or stored; it lies among the dead letters.</summary>
    DeadLettered,
}

/// <summary>An event that could not be stored, kept until the cause is mended.</summary>
public sealed record DeadLetter
{
    /// <summary>Unique among all dead letters, the same for every attempt to deliver the event.</summary>
    public required string Id { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>When it was received first. UTC.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The account's number, where the event told it.</summary>
    public long? Portal { get; init; }

    /// <summary>The event as it was received.</summary>
    public required string Raw { get; init; }

    /// <summary>How the last attempt to store it again ended, in a sentence; null when nobody tried.</summary>
    public string? LastTry { get; init; }

    /// <summary>Larger than a row can hold: <see cref="Raw"/> is its beginning only, and it cannot be stored again.</summary>
    public bool IsCut { get; init; }
}
