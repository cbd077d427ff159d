using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Ledger;

/// <summary>
/// What all events of one account came to: a record per credential, per person and per guard, and counts by day. It is a pure function of the events:
/// latest, earliest and counts only, so that neither pieces nor order change it. It grows with the number of credentials and people, not
/// with time: a credential has at most 28 KB, a person about half a kilobyte, all before packing to a tenth.
/// </summary>
public sealed record AccessLedger
{
    public required long Portal { get; init; }

    /// <summary>Every event before this instant is in it, as far as it was known when it was folded.</summary>
    public DateTimeOffset FoldedUntil { get; init; }

    /// <summary>
    /// Put away by an older version: of people and guards it tells less than the events do, and both must be folded anew before it is put away again.
    /// </summary>
    public bool IsOutdated { get; init; }

    /// <summary>The earliest event of the security history; null: there was none.</summary>
    public DateTimeOffset? SecuritySince { get; init; }

    /// <summary>The earliest login.</summary>
    public DateTimeOffset? LoginsSince { get; init; }

    /// <summary>By their keys.</summary>
    public IReadOnlyDictionary<string, CredentialTrack> Credentials { get; init; } = new Dictionary<string, CredentialTrack>();

    /// <summary>By their keys.</summary>
    public IReadOnlyDictionary<string, UserTrack> Users { get; init; } = new Dictionary<string, UserTrack>();

    /// <summary>By their keys.</summary>
    public IReadOnlyDictionary<string, GuardTrack> Guards { get; init; } = new Dictionary<string, GuardTrack>();

    /// <summary>Security activity and logins by type, ordered by type. What this version does not know counts together.</summary>
    public IReadOnlyList<TypeDays> Days { get; init; } = [];

    public static AccessLedger Empty(long portal) => new() { Portal = portal };

    /// <summary>
    /// Takes events in. Best ordered by time, feed and id, and each once: within one call repeats are recognised, between calls the store does that.
    /// </summary>
    /// <param name="ledger">What was known; it stays as it is.</param>
    /// <param name="events">Those of other accounts are left out.</param>
    /// <param name="until">Events at this instant or later wait: a clock that runs ahead must not date everything into the future.</param>
    public static AccessLedger Fold(AccessLedger ledger, IEnumerable<ActivityEvent> events, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(events);
        var fold = new LedgerFold(ledger);
        foreach (var item in events)
        {
            if (item.Portal == ledger.Portal && item.At < until) fold.Take(item);
        }
        return fold.Result(until);
    }

    /// <summary>How many events of these types each UTC day had, by the day's number.</summary>
    public IReadOnlyDictionary<int, int> CountsOf(IReadOnlySet<string> types) =>
        Days.Where(one => types.Contains(one.Type))
            .SelectMany(one => one.Days.Zip(one.Counts))
            .GroupBy(day => day.First)
            .ToDictionary(day => day.Key, day => day.Sum(count => count.Second));

    public byte[] Save() => LedgerFile.Save(this);

    /// <returns>Null: written by a version to come; fold again from the stored events.</returns>
    public static AccessLedger? Load(byte[] saved) => LedgerFile.Load(saved);
}
