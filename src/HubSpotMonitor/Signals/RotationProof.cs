using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

/// <summary>What HubSpot answers to a secret.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SecretAnswer>))]
public enum SecretAnswer
{
    /// <summary>No answer that tells: no connection, trouble at HubSpot.</summary>
    Unknown,

    /// <summary>200, or a refusal for too many calls where HubSpot names the secret's account all the same.</summary>
    Works,

    /// <summary>403: it lives, but may not do what was asked.</summary>
    WorksWithoutScope,

    /// <summary>401.</summary>
    Refused,
}

[JsonConverter(typeof(JsonStringEnumConverter<RotationVerdict>))]
public enum RotationVerdict
{
    /// <summary>HubSpot did not tell enough, or names another app than the credential is taken for.</summary>
    Undecided,

    /// <summary>
    /// The old secret, which an earlier proof of this credential saw work, is refused; the new one works, and it belongs to the account.
    /// </summary>
    Proven,

    /// <summary>The old secret is refused and the new one works, but no earlier proof saw the old one work: it may be any dead text.</summary>
    OldNeverSeen,

    /// <summary>The new one works, and so does the old.</summary>
    OldStillWorks,

    /// <summary>The new secret is refused.</summary>
    NewRefused,

    /// <summary>The new secret belongs to another account.</summary>
    OtherPortal,

    /// <summary>Old and new belong to different apps: nothing was rotated.</summary>
    OtherApp,
}

/// <summary>The evidence of one rotation, for an auditor. Fingerprints only.</summary>
public sealed record RotationProof
{
    /// <summary>Unique among a portal's proofs.</summary>
    public required string Id { get; init; }

    public required long Portal { get; init; }

    /// <summary>The credential's id in the inventory.</summary>
    public required string Credential { get; init; }

    public required string OldFingerprint { get; init; }

    public required string NewFingerprint { get; init; }

    /// <summary>
    /// By which the old secret is known again: its fingerprint many a text has. It
    /// is kept beside the proof and never shown. Null: an older version wrote it.
    /// </summary>
    [JsonIgnore]
    public string? OldMark { get; init; }

    [JsonIgnore]
    public string? NewMark { get; init; }

    public required SecretAnswer OldAnswer { get; init; }

    public required SecretAnswer NewAnswer { get; init; }

    /// <summary>The app that the new secret belongs to, as HubSpot says.</summary>
    public long? AppId { get; init; }

    public required RotationVerdict Verdict { get; init; }

    /// <summary>The verdict in a sentence, and what to do.</summary>
    public required string Says { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string By { get; init; }

    public required DateTimeOffset At { get; init; }
}
