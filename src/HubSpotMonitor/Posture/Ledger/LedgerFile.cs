using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using HubSpotMonitor.Posture.Knowledge;

namespace HubSpotMonitor.Posture.Ledger;

/// <summary>A ledger put away: JSON in one fixed order, packed. The same ledger gives the same bytes.</summary>
internal sealed record LedgerFile
{
    /// <summary>
    /// Of the form. One to come is not read: the ledger is folded again from what is stored. The first one held more than this; the first two knew
    /// countries of logins only, and neither guards nor who was let in or deactivated; the first three not who adds users, nor countries of that and
    /// of passkeys; the first four not countries of new passwords and mail domains, nor of who takes users out or lets them in again.
    /// </summary>
    private const int PresentVersion = 5;

    /// <summary>Packs to within a few per cent of the best in a tenth of its time.</summary>
    private const int Quality = 5;

    public required int Version { get; init; }
    public required long Portal { get; init; }
    public required DateTimeOffset FoldedUntil { get; init; }
    public DateTimeOffset? SecuritySince { get; init; }
    public DateTimeOffset? LoginsSince { get; init; }
    public required IReadOnlyList<CredentialTrack> Credentials { get; init; }
    public required IReadOnlyList<UserTrack> Users { get; init; }

    /// <summary>Files of before lack it.</summary>
    public IReadOnlyList<GuardTrack> Guards { get; init => field = value ?? []; } = [];

    public required IReadOnlyList<TypeDays> Days { get; init; }

    public static byte[] Save(AccessLedger ledger)
    {
        var file = new LedgerFile
        {
            Version = PresentVersion,
            Portal = ledger.Portal,
            FoldedUntil = ledger.FoldedUntil,
            SecuritySince = ledger.SecuritySince,
            LoginsSince = ledger.LoginsSince,
            Credentials = [.. ledger.Credentials.Values.OrderBy(track => track.Key, StringComparer.Ordinal)],
            Users = [.. ledger.Users.Values.OrderBy(track => track.Key, StringComparer.Ordinal)],
            Guards = [.. ledger.Guards.Values.OrderBy(track => track.Key, StringComparer.Ordinal)],
            Days = ledger.Days,
        };
        using var block = new MemoryStream();
        using (var packed = new BrotliStream(block, new BrotliCompressionOptions { Quality = Quality }, leaveOpen: true))
            JsonSerializer.Serialize(packed, file, LedgerJson.Default.LedgerFile);
        return block.ToArray();
    }

    public static AccessLedger? Load(byte[] saved)
    {
        using var packed = new BrotliStream(new MemoryStream(saved), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        packed.CopyTo(plain);
        var bytes = plain.GetBuffer().AsSpan(0, (int)plain.Length);
        if (JsonSerializer.Deserialize(bytes, LedgerJson.Default.LedgerVersion) is not { Version: >= 1 and <= PresentVersion }) return null;
        var file = JsonSerializer.Deserialize(bytes, LedgerJson.Default.LedgerFile)!;
        return new AccessLedger
        {
            Portal = file.Portal,
            FoldedUntil = file.FoldedUntil,
            IsOutdated = file.Version < PresentVersion,
            SecuritySince = file.SecuritySince,
            LoginsSince = file.LoginsSince,
            Credentials = file.Credentials.Select(Mended).ToDictionary(track => track.Key, StringComparer.Ordinal),
            Users = file.Users.ToDictionary(track => track.Key, StringComparer.Ordinal),
            Guards = file.Guards.ToDictionary(track => track.Key, StringComparer.Ordinal),
            Days = file.Days,
        };
    }

    // In the first version a new client secret counted as a new token.
    private static CredentialTrack Mended(CredentialTrack track) =>
        track.Rotated is { } note && ActivityTypes.ActOf(note.What) != CredentialAct.Rotated
            ? track with { Rotated = track.History.LastOrDefault(one => ActivityTypes.ActOf(one.What) == CredentialAct.Rotated) }
            : track;
}

internal sealed record LedgerVersion(int Version);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(LedgerFile))]
[JsonSerializable(typeof(LedgerVersion))]
internal sealed partial class LedgerJson : JsonSerializerContext;
