using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Ledger;

/// <summary>What the events told of one guard that they switch off and on. Of each only the latest counts, so that their order does not.</summary>
public sealed record GuardTrack
{
    /// <summary>The guard's name; where each person has one, with HubSpot's number of whose it is.</summary>
    public required string Key { get; init; }

    public CredentialEvent? Off { get; init; }

    public CredentialEvent? On { get; init; }

    /// <summary>HubSpot's number of whose it is; null: the account's, or nobody's is named.</summary>
    public string? ObjectId => Guard.NumberIn(Key);

    /// <summary>Of the guard.</summary>
    public string Name => ObjectId is { } number ? Key[..^(number.Length + 1)] : Key;

    /// <summary>As far as events tell. Of both in one instant nothing is claimed.</summary>
    public bool IsOff => Off is { } off && !(On?.At >= off.At);

    public GuardTrack With(ActivityEvent item, bool isOff)
    {
        ArgumentNullException.ThrowIfNull(item);
        var note = Who.Note(item);
        return isOff ? this with { Off = Trail.Later(Off, note) } : this with { On = Trail.Later(On, note) };
    }
}
