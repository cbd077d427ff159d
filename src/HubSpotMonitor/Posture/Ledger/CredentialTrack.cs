using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Ledger;

/// <summary>What the events told of one credential or app. Of each kind of act only the latest counts, so that their order does not.</summary>
public sealed record CredentialTrack
{
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

    /// <summary>One of its ends was its own, and it was neither made anew nor rotated since.</summary>
    public bool HasEnded => Ended is { } last && History.Where(note => ActivityTypes.ActOf(note.What) == CredentialAct.Ended).Append(last)
        .Any(end => !(Created?.At > end.At) && !(Rotated?.At >= end.At) && !IsOldSecretsEnd(end.At, Rotated?.At, History));

    /// <summary>Rotation was scheduled and no longer is.</summary>
    public bool LostItsSchedule => ScheduleRemoved is { } removed && !(ScheduleSet?.At > removed.At);

    public static string KeyOf(CredentialKind kind, string? number) => number is null ? $"{kind}" : $"{kind}:{number}";

    /// <summary>
    /// "Expire later" ends the old secret seven days after a rotation, and the credential goes on; who is named then is not documented, nor
    /// whether "expire now", pressed before that, is logged by the same name. The registry can name an end that is in doubt.
    /// </summary>
    /// <param name="at">When an end was logged.</param>
    /// <param name="rotatedAt">The last rotation.</param>
    /// <param name="history">Where those before it are: a secret is sometimes rotated twice within a week.</param>
    internal static bool IsOldSecretsEnd(DateTimeOffset at, DateTimeOffset? rotatedAt, IEnumerable<CredentialEvent> history)
    {
        return IsAWeekBefore(rotatedAt) || history.Any(note => ActivityTypes.ActOf(note.What) == CredentialAct.Rotated && IsAWeekBefore(note.At));

        bool IsAWeekBefore(DateTimeOffset? rotated) => at - rotated is { TotalDays: >= 6 and <= 8 };
    }

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
