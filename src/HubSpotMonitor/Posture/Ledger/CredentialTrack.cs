using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Ledger;

/// <summary>What the events told of one credential or app. Of each kind of act only the latest counts, so that their order does not.</summary>
public sealed record CredentialTrack
{
    /// <summary>
    /// "Expire later" ends the old secret seven days after a rotation, and "expire now" in the days before; the credential goes on. Whether that is
    /// logged by the name of the credential's own end is not documented: so long after a rotation an end is in doubt, and a key that lives must not
    /// get out of sight. The registry can name it.
    /// </summary>
    private static readonly TimeSpan EndIsInDoubt = TimeSpan.FromDays(8);

    /// <summary>Kind and HubSpot's number; without a number the person's, since some kinds are one for each person.</summary>
    public required string Key { get; init; }

    public required CredentialKind Kind { get; init; }

    public string? ObjectId { get; init; }

    public CredentialEvent? Created { get; init; }

    public CredentialEvent? Rotated { get; init; }

    public CredentialEvent? Revealed { get; init; }

    public CredentialEvent? Ended { get; init; }

    public CredentialEvent? ScheduleSet { get; init; }

    public CredentialEvent? ScheduleRemoved { get; init; }

    public IReadOnlyList<CredentialEvent> History { get; init => field = value ?? []; } = [];

    /// <summary>Its end is not in doubt, and it was neither made anew nor rotated since.</summary>
    public bool HasEnded => Ended is { } end && !(Created?.At > end.At) && !(end.At - Rotated?.At <= EndIsInDoubt);

    /// <summary>Rotation was scheduled and no longer is.</summary>
    public bool LostItsSchedule => ScheduleRemoved is { } removed && !(ScheduleSet?.At > removed.At);

    public CredentialTrack With(ActivityEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var note = Who.Note(item);
        var longer = this with { History = Trail.Add(History, note) };
        return ActivityTypes.ActOf(item.Type) switch
        {
            CredentialAct.Created => longer with { Created = Trail.Later(Created, note) },
            CredentialAct.Rotated => longer with { Rotated = Trail.Later(Rotated, note) },
            CredentialAct.Revealed => longer with { Revealed = Trail.Later(Revealed, note) },
            CredentialAct.Ended => longer with { Ended = Trail.Later(Ended, note) },
            CredentialAct.ScheduleSet => longer with { ScheduleSet = Trail.Later(ScheduleSet, note) },
            CredentialAct.ScheduleRemoved => longer with { ScheduleRemoved = Trail.Later(ScheduleRemoved, note) },
            _ => longer,
        };
    }
}
