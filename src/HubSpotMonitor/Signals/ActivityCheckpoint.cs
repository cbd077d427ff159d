using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

/// <summary>A stretch of a history that is read page by page, over as many runs as it takes.</summary>
/// <param name="From">Nothing older is asked for.</param>
/// <param name="To">Nothing newer is asked for.</param>
/// <param name="IsWide">It reads again what was read long before: what HubSpot showed late is found so.</param>
public sealed record ActivityWalk(DateTimeOffset From, DateTimeOffset To, bool IsWide)
{
    /// <summary>HubSpot's cursor of the next page; null: it begins.</summary>
    public string? After { get; init; }

    /// <summary>Pages read so far.</summary>
    public int Pages { get; init; }

    /// <summary>The newest event on them.</summary>
    public DateTimeOffset? NewestAt { get; init; }

    public string? NewestId { get; init; }

    /// <summary>The event that was the newest one before this walk has been met.</summary>
    public bool HasMetKnown { get; init; }

    /// <summary>Since when HubSpot has had trouble at this cursor whenever it was asked; null: it had none the last time.</summary>
    public DateTimeOffset? StuckSince { get; init; }

    /// <summary>The walk after one more page.</summary>
    public ActivityWalk Read(IReadOnlyList<ActivityEvent> events, string? after, string? knownId)
    {
        var newest = events.MaxBy(item => (item.At, item.Id));
        var isNewer = newest is not null && (NewestAt is null || newest.At > NewestAt);
        return this with
        {
            After = after,
            Pages = Pages + 1,
            NewestAt = isNewer ? newest!.At : NewestAt,
            NewestId = isNewer ? newest!.Id : NewestId,
            HasMetKnown = HasMetKnown || (knownId is not null && events.Any(item => item.Id == knownId)),
            StuckSince = null,
        };
    }
}

/// <summary>Which part of a history a walk is over. It is not stored.</summary>
public enum Stretch
{
    /// <summary>The newest: what happened since it was read last.</summary>
    Near,

    /// <summary>The past, and what is read again because HubSpot may have shown it late.</summary>
    Far,
}

/// <summary>How far one portal's history has been read, and how it went. Written after the events that it speaks of.</summary>
public sealed record ActivityCheckpoint
{
    /// <summary>
    /// A source that was refused once is asked again this much later: a grant is noticed the same day, and nobody is bothered meanwhile.
    /// </summary>
    public static readonly TimeSpan AskAgainAfter = TimeSpan.FromHours(6);

    /// <summary>
    /// A source that could be read before and is refused now is asked again a quarter of an hour
    /// later, less a timer's unpunctuality: somebody may have taken the scope away to be unseen.
    /// </summary>
    private static readonly TimeSpan AskAgainSoon = TimeSpan.FromMinutes(14);

    /// <summary>After so long it will stay refused.</summary>
    private static readonly TimeSpan AskSoonFor = TimeSpan.FromHours(24);

    /// <summary>Rules look back for a day: what could not be read for longer would be past before anybody was told of it.</summary>
    public static readonly TimeSpan RulesLookBack = TimeSpan.FromHours(24);

    public required long Portal { get; init; }

    public required ActivityFeed Feed { get; init; }

    /// <summary>All that HubSpot showed up to this instant is stored; null: nothing was read to its end yet.</summary>
    public DateTimeOffset? ReadTo { get; init; }

    /// <summary>The newest stored event.</summary>
    public DateTimeOffset? NewestAt { get; init; }

    public string? NewestId { get; init; }

    /// <summary>What is being read of the newest.</summary>
    public ActivityWalk? Near { get; init; }

    /// <summary>What is being read of the past, beside it.</summary>
    public ActivityWalk? Far { get; init; }

    /// <summary>All the past that is wanted has been read once.</summary>
    public bool HasHistory { get; init; }

    /// <summary>
    /// When the past could first not be read on, and has not been read to its end since: a first page is worth nothing where all later ones are
    /// refused. Null: there was no trouble with it, or it is over.
    /// </summary>
    public DateTimeOffset? PastTroubleSince { get; init; }

    /// <summary>When what was read long before was last read again, and how many pages that took.</summary>
    public DateTimeOffset? WideAt { get; init; }

    public int WidePages { get; init; }

    /// <summary>Pages of the last walk over the newest; of the first, which reads all the past, one.</summary>
    public int NearPages { get; init; }

    public SourceAccess Access { get; init; }

    /// <summary>A sentence without secrets: what is missing and what to grant, or what is still being read.</summary>
    public string? Says { get; init; }

    /// <summary>Since when it has been so.</summary>
    public DateTimeOffset At { get; init; }

    public DateTimeOffset LastTriedAt { get; init; }

    /// <summary>The last run that could read.</summary>
    public DateTimeOffset? LastReadAt { get; init; }

    /// <summary>
    /// The beginning of the last time in which it could not be read for more than <see cref="RulesLookBack"/>; null: there was none.
    /// </summary>
    public DateTimeOffset? UnseenFrom { get; init; }

    /// <summary>When all of that time had been read.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>Not to be asked before this.</summary>
    public DateTimeOffset? AskAgainAt { get; init; }

    /// <summary>Entries so far that could not be read, and events of times that cannot be. A repeated page counts again.</summary>
    public long Unreadable { get; init; }

    public long Impossible { get; init; }

    [JsonIgnore]
    public SourceState State => new(SourceOf(Feed), Access, Says, At);

    /// <summary>
    /// What happened from this instant on is news, however long ago that is: it was seen within the last day only. Null: nothing of the kind.
    /// </summary>
    public DateTimeOffset? NewsFrom(DateTimeOffset now) => SeenAt <= now && now - SeenAt < RulesLookBack ? UnseenFrom : null;

    public static AccessSource SourceOf(ActivityFeed feed) => feed switch
    {
        ActivityFeed.Security => AccessSource.SecurityActivity,
        ActivityFeed.Login => AccessSource.LoginHistory,
        ActivityFeed.Audit => AccessSource.AuditLog,
        _ => throw new ArgumentOutOfRangeException(nameof(feed), feed, null),
    };

    /// <summary>The checkpoint after a page that was stored; more of the walk is to come.</summary>
    /// <param name="stretch">What the walk is over.</param>
    /// <param name="walk">With that page.</param>
    /// <param name="now">The time of this run.</param>
    public ActivityCheckpoint AfterPage(Stretch stretch, ActivityWalk walk, DateTimeOffset now) =>
        stretch == Stretch.Far ? Readable(now) with { Far = walk } : Readable(now) with { Near = walk };

    /// <summary>The checkpoint after the last page of a walk, which becomes the point to go on from.</summary>
    /// <param name="stretch">What the walk is over.</param>
    /// <param name="walk">With that page.</param>
    /// <param name="reachesEnd">HubSpot had no further page.</param>
    /// <param name="now">The time of this run.</param>
    public ActivityCheckpoint AfterWalk(Stretch stretch, ActivityWalk walk, bool reachesEnd, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(walk);
        var read = Readable(now);
        // The login history has no filter by time: a walk to its end has read all there is.
        var isWholeLogin = Feed == ActivityFeed.Login && reachesEnd;
        var isPast = stretch == Stretch.Far && !HasHistory;
        if ((walk.IsWide || isWholeLogin) && !isPast) read = read with { WideAt = now, WidePages = walk.Pages };
        if (isPast || isWholeLogin) read = read with { HasHistory = true, WideAt = read.WideAt ?? now };
        if (stretch == Stretch.Far) return read with { Far = null, PastTroubleSince = null };
        // A walk that the outage interrupted ends first, and the one over the outage itself after it.
        if (HasHistory && now - ReadTo > RulesLookBack) read = read with { UnseenFrom = NewsFrom(now) ?? ReadTo, SeenAt = now };
        var isNewer = walk.NewestAt is not null && (NewestAt is null || walk.NewestAt > NewestAt || NewestAt > now.AddHours(1));
        return read with
        {
            Near = null,
            NearPages = ReadTo is null ? 1 : walk.Pages,
            ReadTo = walk.To,
            NewestAt = isNewer ? walk.NewestAt : NewestAt,
            NewestId = isNewer ? walk.NewestId : NewestId,
        };
    }

    /// <summary>The checkpoint after a try that brought nothing: what was read before stays, and no cursor is to blame for it.</summary>
    public ActivityCheckpoint AfterRefusal(SourceAccess access, string? says, DateTimeOffset now)
    {
        var found = Found(access, says, now);
        return found with { Near = Unstuck(Near), Far = Unstuck(Far), AskAgainAt = access == SourceAccess.Denied ? found.AskDeniedAt(now) : null };
    }

    private static ActivityWalk? Unstuck(ActivityWalk? walk) => walk is null ? null : walk with { StuckSince = null };

    // The first refusal of what was read before may be a slip of HubSpot's: the next run asks once more, and then it is told.
    private DateTimeOffset? AskDeniedAt(DateTimeOffset now) => (LastReadAt, now - At) switch
    {
        (null, _) => now + AskAgainAfter,
        (_, var since) when since <= TimeSpan.Zero => null,
        (_, var since) when since < AskSoonFor => now + AskAgainSoon,
        _ => now + AskAgainAfter,
    };

    private ActivityCheckpoint Readable(DateTimeOffset now) => Found(SourceAccess.Read, null, now) with { LastReadAt = now, AskAgainAt = null };

    private ActivityCheckpoint Found(SourceAccess access, string? says, DateTimeOffset now) => this with
    {
        Access = access,
        Says = says,
        At = access == Access ? At : now,
        LastTriedAt = now,
    };
}
