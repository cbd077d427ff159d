using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Posture.Registry;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture;

/// <summary>A usage alert that is open, or ended within the last day.</summary>
/// <param name="Rule">Of the alert.</param>
/// <param name="Since">Its beginning, which is that of the sum in which it was seen: up to three days early.</param>
/// <param name="ToldAt">When it opened, or came back last.</param>
/// <param name="Severity">Of the alert.</param>
public sealed record UsageTrouble(string Rule, DateTimeOffset Since, DateTimeOffset ToldAt, Severity Severity);

/// <summary>All that a rule may look at. Made once for a run, so that all rules see the same.</summary>
public sealed record PostureEvidence
{
    /// <summary>How long a rule about an event goes on firing: a day is enough for somebody to look, and then it resolves by itself.</summary>
    public static readonly TimeSpan EventWindow = ActivityCheckpoint.RulesLookBack;

    /// <summary>How far back <see cref="Recent"/> goes: the window, and what may explain its first hour.</summary>
    public static readonly TimeSpan RecentWindow = TimeSpan.FromHours(48);

    public required Portal Portal { get; init; }

    public required DateTimeOffset Now { get; init; }

    public required AccountClock Clock { get; init; }

    public required PostureOptions Options { get; init; }

    /// <summary>Null: nothing is registered for this account.</summary>
    public required PortalRegistry? Registry { get; init; }

    /// <summary>What was known before the recent events: against this something is new.</summary>
    public required AccessLedger Before { get; init; }

    /// <summary>With the recent events.</summary>
    public required AccessLedger After { get; init; }

    /// <summary>Every event since <see cref="Before"/>, oldest first.</summary>
    public required IReadOnlyList<ActivityEvent> Recent { get; init; }

    public required AccessSnapshot Snapshot { get; init; }

    public required IReadOnlyList<Credential> Inventory { get; init; }

    public required IReadOnlyList<SourceState> Sources { get; init; }

    /// <summary>
    /// Histories that could not be read for longer than <see cref="EventWindow"/>,
    /// and since when: what happened meanwhile is told for a day after it was seen.
    /// </summary>
    public IReadOnlyDictionary<ActivityFeed, DateTimeOffset> NewsFrom { get; init; } = new Dictionary<ActivityFeed, DateTimeOffset>();

    /// <summary>The security history is read as far back as HubSpot shows it: what is not in it happened before it begins.</summary>
    public bool HasSecurityHistory { get; init; }

    /// <summary>Usage alerts of the last day. Not the open ones only: a thief who pauses does not give the key back.</summary>
    public IReadOnlyList<UsageTrouble> Usage { get; init; } = [];

    /// <summary>Secrets seen where none belongs.</summary>
    public IReadOnlyList<SecretSighting> Secrets { get; init; } = [];

    /// <summary>Puts it together.</summary>
    /// <param name="portal">The account.</param>
    /// <param name="clock">Its clock.</param>
    /// <param name="options">Thresholds.</param>
    /// <param name="registry">The whole registry.</param>
    /// <param name="before">Folded until about <see cref="RecentWindow"/> ago.</param>
    /// <param name="recent">Every event since; those from the future are left out.</param>
    /// <param name="snapshot">Lists and the own token.</param>
    /// <param name="writers">What webhooks told of who changes records.</param>
    /// <param name="sources">States of the activity feeds, of usage and webhooks; those of the snapshot and of the registry are added.</param>
    /// <param name="now">The time of this run.</param>
    public static PostureEvidence Gather(
        Portal portal,
        AccountClock clock,
        PostureOptions options,
        AccessRegistry registry,
        AccessLedger before,
        IEnumerable<ActivityEvent> recent,
        AccessSnapshot snapshot,
        IEnumerable<EventProfile> writers,
        IEnumerable<SourceState> sources,
        DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(snapshot);
        var entry = registry.For(portal.Id);
        var events = recent.Where(item => item.Portal == portal.Id && item.At <= now).DistinctBy(item => item.Evidence)
            .OrderBy(item => item.At).ThenBy(item => item.Feed).ThenBy(item => item.Id, StringComparer.Ordinal).ToList();
        var after = AccessLedger.Fold(before, events, now.AddTicks(1));
        return new()
        {
            Portal = portal,
            Now = now,
            Clock = clock,
            Options = options,
            Registry = entry,
            Before = before,
            After = after,
            Recent = events,
            Snapshot = snapshot,
            Inventory = Posture.Inventory.Build(after, snapshot, entry, writers, now),
            Sources = [.. sources, .. snapshot.Sources, RegistryState(entry, portal, now)],
            Secrets =
            [
                .. registry.Secrets.Select(secret => new SecretSighting(secret.Found.Fingerprint, $"the access registry, line {secret.Line}", now)),
            ],
        };
    }

    /// <summary>Security activity of the last day, and what was not seen before it, of these types.</summary>
    public IEnumerable<ActivityEvent> Today(Func<string, bool> type) =>
        Recent.Where(item => item.Feed == ActivityFeed.Security && IsToday(item) && type(item.Type));

    /// <summary>Logins since <see cref="Before"/>, oldest first.</summary>
    public IEnumerable<ActivityEvent> Logins => Recent.Where(item => item.Feed == ActivityFeed.Login);

    /// <summary>It happened within the last day, or was not seen before it.</summary>
    public bool IsToday(ActivityEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item.At > Now - EventWindow || (NewsFrom.TryGetValue(item.Feed, out var from) && item.At >= from);
    }

    public SourceState? State(AccessSource source) => Sources.Where(state => state.Source == source).MaxBy(state => state.At);

    public bool CanRead(AccessSource source) => State(source) is { Access: SourceAccess.Read };

    /// <returns>Why a source says nothing; null: it was read.</returns>
    public string? Missing(AccessSource source) => State(source) switch
    {
        { Access: SourceAccess.Read } => null,
        { Says: { Length: > 0 } says } => says,
        { Access: SourceAccess.Failed } => $"{SourceWords.Name(source)} could not be read at the last try.",
        { Access: SourceAccess.Denied } => $"{SourceWords.Name(source)} may not be read: {SourceWords.Grant(source)}",
        { Access: SourceAccess.NotSetUp } => $"{SourceWords.Name(source)} is not set up: {SourceWords.Grant(source)}",
        _ => $"{SourceWords.Name(source)} has not been read yet.",
    };

    /// <summary>The credential that an event is about. Null: none is known.</summary>
    public Credential? CredentialOf(ActivityEvent item) =>
        LedgerFold.KeyOf(item) is { } key ? Inventory.FirstOrDefault(one => one.Id == key) : null;

    private static SourceState RegistryState(PortalRegistry? entry, Portal portal, DateTimeOffset now) => entry is not null
        ? new(AccessSource.Registry, SourceAccess.Read, null, now)
        : new(AccessSource.Registry, SourceAccess.NotSetUp,
            $"Nothing is registered for {portal.Name}: {SourceWords.Grant(AccessSource.Registry)}", now);
}
