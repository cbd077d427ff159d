using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>Keys of the tables' rows. They are made of what makes the thing itself, so a repeat falls on the same row.</summary>
public static class Keys
{
    /// <summary>Azure refuses these in a key; Azurite answers 500 or takes them.</summary>
    private const string Forbidden = @"/\#?";

    private const int LongestKey = 512;

    /// <summary>Readings: one partition per portal, metric, subject and month, so that a window is at most a few range reads.</summary>
    public static string ReadingPartition(long portal, string metric, string? subject, DateTimeOffset at) => subject is null
        ? string.Create(CultureInfo.InvariantCulture, $"{portal}|{metric}|{at.UtcDateTime:yyyyMM}")
        : string.Create(CultureInfo.InvariantCulture, $"{portal}|{metric}@{Hash(subject)}|{at.UtcDateTime:yyyyMM}");

    /// <summary>The subjects that a portal's metric has readings of.</summary>
    public static string SubjectPartition(long portal, string metric) => string.Create(CultureInfo.InvariantCulture, $"{portal}|{metric}@subjects");

    public static string Subject(string subject) => Hash(subject);

    /// <summary>The profiles of a portal's sources of changes lie from here…</summary>
    public const string ProfilesFrom = "profile|";

    /// <summary>…to here.</summary>
    public const string ProfilesTo = "profile~";

    public static string Profile(string subject) => ProfilesFrom + Hash(subject);

    public static string ReadingRow(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss.fff", CultureInfo.InvariantCulture);

    /// <summary>A series' detector.</summary>
    public static string Model(string metric, string? subject) => subject is null ? metric : $"{metric}@{Hash(subject)}";

    /// <summary>Events and their counts: one partition per portal and day on which they happened.</summary>
    public static string EventPartition(long portal, DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"{portal}|{at.UtcDateTime:yyyyMMdd}");

    /// <summary>An event within its day: by time, and by what makes it itself, so that every attempt to deliver it falls on the same row.</summary>
    public static string EventRow(DateTimeOffset at, string identity) => EventRowFrom(at) + identity;

    /// <summary>Sorts before every event of this millisecond and after those of the one before.</summary>
    public static string EventRowFrom(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"e|{at.UtcDateTime:HHmmssfff}|");

    /// <summary>Sorts behind the events before an instant of their day; null: behind all of them.</summary>
    public static string EventRowsUntil(DateTimeOffset? end) => end is { } at ? EventRowFrom(at) : "e}";

    /// <summary>What one transaction adds to the count of a minute; made of the events counted.</summary>
    public static string EventCountRow(DateTimeOffset minute, IEnumerable<string> identities) =>
        EventCountRowFrom(minute) + Hash(string.Concat(identities));

    public static string EventCountRowFrom(DateTimeOffset minute) => string.Create(CultureInfo.InvariantCulture, $"c|{minute.UtcDateTime:HHmm}|");

    /// <summary>Sorts behind the counts before a minute of their day; null: behind all of them.</summary>
    public static string EventCountRowsUntil(DateTimeOffset? end) => end is { } at ? EventCountRowFrom(at) : "c}";

    /// <summary>A minute of a portal whose count has changed.</summary>
    public static string EventMinute(long portal, DateTimeOffset minute) =>
        string.Create(CultureInfo.InvariantCulture, $"{portal}|{minute.UtcDateTime:yyyyMMddHHmm}");

    /// <summary>Activity: one partition per portal, history and day, so that they sort by time.</summary>
    public static string ActivityPartition(long portal, ActivityFeed feed, DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"{portal}|{feed}|{at.UtcDateTime:yyyyMMdd}");

    /// <summary>An event within its day; HubSpot's ids hold letters that a key may not.</summary>
    public static string ActivityRow(DateTimeOffset at, string id) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:HHmmssfff}|{Hash(id)}");

    /// <summary>A poll of one account that is done by one at a time.</summary>
    public static string Poll(long portal, string kind) => string.Create(CultureInfo.InvariantCulture, $"{portal}|poll {kind}");

    public const string ActivityCheckpointFrom = "activity|";

    /// <summary>Sorts behind every one of them.</summary>
    public const string ActivityCheckpointTo = "activity~";

    public static string ActivityCheckpoint(ActivityFeed feed) => $"{ActivityCheckpointFrom}{feed}";

    /// <summary>Every part of a packed value begins so.</summary>
    public static string PackedParts(string value) => $"{value}|";

    /// <summary>Sorts behind every one of them.</summary>
    public static string PackedPartsEnd(string value) => $"{value}}}";

    public static string PackedPart(string value, string version, int part) =>
        string.Create(CultureInfo.InvariantCulture, $"{PackedParts(value)}{version}|{part:D4}");

    /// <summary>Made of when and what, so that a repeat falls on the same rows and another value never does.</summary>
    public static string PackedVersion(DateTimeOffset at, ReadOnlySpan<byte> packed) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:yyyyMMddHHmmssfff}{Convert.ToHexStringLower(SHA256.HashData(packed))[..12]}");

    public static string IntakeRow(DateTimeOffset minute, string host) =>
        string.Create(CultureInfo.InvariantCulture, $"{minute.UtcDateTime:HHmm}|{host}");

    /// <summary>Whether a text from outside can be one of our hashes.</summary>
    public static bool IsId(string text) => text is { Length: 24 } && text.All(char.IsAsciiHexDigitLower);

    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    public static string Portal(long portal) => portal.ToString(CultureInfo.InvariantCulture);

    /// <summary>The present incidents lie from here…</summary>
    public const string CurrentAlertsFrom = "current|";

    /// <summary>…to here,</summary>
    public const string CurrentAlertsTo = "current~";

    /// <summary>those that are over from here…</summary>
    public const string ClosedAlertsFrom = "closed|";

    /// <summary>…to here.</summary>
    public const string ClosedAlertsTo = "closed~";

    /// <summary>The row of the present incident of a rule and subject: at most one can be open.</summary>
    public static string CurrentAlert(string rule, string subject) => $"{CurrentAlertsFrom}{Hash($"{rule}\n{subject}")}";

    /// <summary>The row of an incident that is over; the newest come first.</summary>
    public static string ClosedAlert(Alert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return $"{ClosedAlertsFrom}{NewestFirst(alert.OpenedAt)}|{alert.Id}";
    }

    /// <summary>Partition of what finds alerts: rows that name, not alerts.</summary>
    public const string AlertIndex = "index";

    /// <summary>The notes of portals that have an incident lie from here…</summary>
    public const string MarkedFrom = "portal|";

    /// <summary>…to here.</summary>
    public const string MarkedTo = "portal~";

    /// <summary>The note that a portal has an incident.</summary>
    public static string Marked(long portal) => $"{MarkedFrom}{Portal(portal)}";

    /// <summary>Where an incident lies, by its id.</summary>
    public static string PlaceOfAlert(string id) => $"alert|{id}";

    /// <summary>An alert's id: safe in an address, and another one when the same rule fires again later.</summary>
    public static string AlertId(long portal, string rule, string subject, DateTimeOffset openedAt) =>
        Hash(string.Create(CultureInfo.InvariantCulture, $"{portal}\n{rule}\n{subject}\n{openedAt.UtcTicks}"));

    /// <summary>A silence or maintenance window: made of what was asked for and when, so that the same request sent twice makes one.</summary>
    public static string SilenceId(params string?[] parts) => Hash(string.Join('\n', parts));

    /// <summary>Feedback about a rule and subject; the same incident again falls on the same row.</summary>
    public static string FeedbackRow(Feedback feedback)
    {
        ArgumentNullException.ThrowIfNull(feedback);
        return $"{NewestFirst(feedback.From)}|{Hash($"{feedback.Rule}\n{feedback.Subject}")}";
    }

    /// <summary>A signing key of the links in messages, by its number: who makes the same number at the same time loses.</summary>
    public static string LinkKey(int number) => number.ToString("D6", CultureInfo.InvariantCulture);

    /// <summary>The id of a digest's message: of one portal and the instant up to which it tells.</summary>
    public static string DigestId(long portal, DateTimeOffset to) =>
        Hash(string.Create(CultureInfo.InvariantCulture, $"digest\n{portal}\n{to.UtcTicks}"));

    /// <summary>Deliveries that wait: a partition per channel, the row made of the message, so that a repeat is recognised.</summary>
    public static string Delivery(AlertMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return $"{NewestFirst(message.At)}|{message.Id}";
    }

    /// <summary>An attempt to connect an account, by a hash of its state.</summary>
    public static string ConnectState(string state) => Hash(state);

    /// <summary>A key of the host's key ring, by its name.</summary>
    public static string KeyOfRing(string name) => Hash(name);

    /// <summary>A rotation's proof: the newest come first.</summary>
    public static string RotationProof(RotationProof proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        return $"{NewestFirst(proof.At)}|{proof.Id}";
    }

    /// <summary>A proof's id, made of what was proved and when.</summary>
    public static string RotationProofId(string credential, string oldMark, string newMark, DateTimeOffset at) =>
        Hash(string.Create(CultureInfo.InvariantCulture, $"{credential}\n{oldMark}\n{newMark}\n{at.UtcTicks}"));

    /// <summary>
    /// What a proof keeps of a secret to know it again. Two that end alike differ in it, and nobody gets back from it to the secret.
    /// </summary>
    public static string SecretMark(string secret) => Hash(secret);

    /// <summary>A secret in a place: seen there again it is the same row.</summary>
    public static string Sighting(SecretSighting sighting)
    {
        ArgumentNullException.ThrowIfNull(sighting);
        return Hash($"{sighting.Fingerprint}\n{sighting.Where}");
    }

    /// <summary>The only row of a channel's partition.</summary>
    public const string ChannelState = "state";

    public const string Claim = "claim";

    /// <exception cref="ArgumentException">Azure would refuse the key.</exception>
    public static string Checked(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length > LongestKey)
            throw new ArgumentException($"A table key has at most {LongestKey} letters; this one has {key.Length}.", nameof(key));
        if (key.Any(letter => char.IsControl(letter) || Forbidden.Contains(letter, StringComparison.Ordinal)))
            throw new ArgumentException($"The table key '{key}' holds a letter that Azure refuses.", nameof(key));
        return key;
    }

    /// <summary>Sorts later instants before earlier ones.</summary>
    public static string NewestFirst(DateTimeOffset at) =>
        (DateTimeOffset.MaxValue.UtcTicks - at.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..24];
}
