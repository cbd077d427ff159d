using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Alerting.Acts;

/// <summary>How a link stands.</summary>
public enum LinkCheck
{
    Valid,

    /// <summary>Not one of ours, changed on its way, of another alert, or signed with a key that is out of use.</summary>
    Forged,
    Expired,

    /// <summary>It acted before.</summary>
    Used,

    /// <summary>The alert is over, or came back since: its newest message has links that act.</summary>
    Outdated,
}

/// <summary>What a link's token says.</summary>
/// <param name="Portal">The alert's account.</param>
/// <param name="Transition">The transition whose message it stands in.</param>
/// <param name="Act">What it does.</param>
/// <param name="ExpiresAt">Until when.</param>
public sealed record ActToken(long Portal, int Transition, AlertAct Act, DateTimeOffset ExpiresAt)
{
    /// <summary>What is noted when it is used.</summary>
    public string Use => string.Create(CultureInfo.InvariantCulture, $"{Transition}-{AlertActs.Word(Act)}");
}

/// <summary>
/// Signed links: what they do to which alert cannot be changed, and nobody can make one. A token is the facts and an HMAC-SHA256 over
/// them and the alert's id, in base64url.
/// </summary>
public static class ActLinks
{
    /// <summary>A long weekend.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(72);

    private const int FactBytes = 4 + 8 + 4 + 1 + 8;
    private const int LongestToken = 200;

    /// <summary>The links of a message: all acts while it is open, the feedback when it is over.</summary>
    public static IReadOnlyList<ActionLink> Of(AlertMessage message, LinkKey key, Uri dashboardUrl, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(message);
        var number = int.Parse(message.Id.AsSpan(message.Id.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        var acts = message.Transition == Transition.Resolved ? [AlertAct.Expected] : Enum.GetValues<AlertAct>();
        return [.. acts.Select(act =>
        {
            var token = Sign(message.AlertId, new(message.Portal.Id, number, act, now + Lifetime), key);
            return new ActionLink(AlertActs.Label(act), new Uri(dashboardUrl, $"alerts/{message.AlertId}/act?token={token}"));
        })];
    }

    public static string Sign(string alertId, ActToken token, LinkKey key)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> bytes = stackalloc byte[FactBytes + HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt32BigEndian(bytes, key.Number);
        BinaryPrimitives.WriteInt64BigEndian(bytes[4..], token.Portal);
        BinaryPrimitives.WriteInt32BigEndian(bytes[12..], token.Transition);
        bytes[16] = (byte)token.Act;
        BinaryPrimitives.WriteInt64BigEndian(bytes[17..], token.ExpiresAt.ToUnixTimeSeconds());
        Mac(alertId, bytes[..FactBytes], key, bytes[FactBytes..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a token and looks at signature and time; whether the alert still waits for it is not its affair.</summary>
    public static (LinkCheck Check, ActToken? Token) Read(string alertId, string? text, IReadOnlyList<LinkKey> keys, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (Decode(text) is not { } bytes) return (LinkCheck.Forged, null);
        var number = BinaryPrimitives.ReadInt32BigEndian(bytes);
        if (keys.FirstOrDefault(key => key.Number == number) is not { } key) return (LinkCheck.Forged, null);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Mac(alertId, bytes.AsSpan(0, FactBytes), key, mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes.AsSpan(FactBytes))) return (LinkCheck.Forged, null);
        // Signed by us: from here on its facts are ours.
        var facts = bytes.AsSpan();
        var token = new ActToken(
            BinaryPrimitives.ReadInt64BigEndian(facts[4..]),
            BinaryPrimitives.ReadInt32BigEndian(facts[12..]),
            (AlertAct)facts[16],
            DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(facts[17..])));
        return (now < token.ExpiresAt ? LinkCheck.Valid : LinkCheck.Expired, token);
    }

    /// <summary>Whether the alert still waits for a token.</summary>
    public static LinkCheck Check(Alert? alert, ActToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (alert is null || token.Transition < alert.OpenedBy) return LinkCheck.Outdated;
        if (alert.UsedLinks.Contains(token.Use)) return LinkCheck.Used;
        return alert.State == AlertState.Resolved && token.Act != AlertAct.Expected ? LinkCheck.Outdated : LinkCheck.Valid;
    }

    private static byte[]? Decode(string? text)
    {
        if (text is null || text.Length > LongestToken || !Base64Url.IsValid(text)) return null;
        var bytes = Base64Url.DecodeFromChars(text);
        // More than one text may stand for the same bytes; only the one that we write is taken.
        return bytes.Length == FactBytes + HMACSHA256.HashSizeInBytes && Base64Url.EncodeToString(bytes) == text ? bytes : null;
    }

    private static void Mac(string alertId, ReadOnlySpan<byte> facts, LinkKey key, Span<byte> mac) =>
        HMACSHA256.HashData(key.Key, [.. Encoding.UTF8.GetBytes($"act\n{alertId}\n"), .. facts], mac);
}
