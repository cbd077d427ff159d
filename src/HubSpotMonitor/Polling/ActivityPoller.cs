using System.Runtime.CompilerServices;
using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Polling;

/// <summary>One page of a history, or why there is none.</summary>
/// <param name="Events">What it held, in HubSpot's order.</param>
/// <param name="After">HubSpot's cursor of the next page; null: this is the last.</param>
/// <param name="Access">Whether it could be read.</param>
/// <param name="Says">When not: why, and what to grant. Holds no secret.</param>
/// <param name="Unreadable">Entries that could not be read.</param>
/// <param name="Impossible">Events of times that cannot be; they are kept out.</param>
public sealed record ActivityPage(
    IReadOnlyList<ActivityEvent> Events, string? After, SourceAccess Access, string? Says, int Unreadable = 0, int Impossible = 0)
{
    /// <summary>The cursor leads nowhere: the walk begins again.</summary>
    public bool MustStartOver { get; init; }

    /// <summary>Trouble of HubSpot's own, or of the cursor: where it does not pass, the walk begins again.</summary>
    public bool MayStartOver { get; init; }
}

/// <summary>Reads one portal's histories page by page and translates them. Stores nothing, judges nothing.</summary>
public sealed class ActivityPoller(HubSpotClient hubSpot, AccountCheck account)
{
    /// <summary>
    /// The pages of a walk from where it stands, as far as the caller wants them. Ends after the last page, or after one that could not be read.
    /// </summary>
    /// <param name="options">The portal.</param>
    /// <param name="feed">Which history.</param>
    /// <param name="walk">The stretch, and the next page.</param>
    /// <param name="token">What opens the portal.</param>
    /// <param name="now">The time of this run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async IAsyncEnumerable<ActivityPage> ReadAsync(
        PortalOptions options, ActivityFeed feed, ActivityWalk walk, string token, DateTimeOffset now,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(walk);
        var after = walk.After;
        HashSet<string> followed = after is null ? [] : [after];
        while (true)
        {
            var page = await PageAsync(options.Id, feed, walk with { After = after }, token, now, cancellationToken);
            if (page.After is { } next && !followed.Add(next))
                page = page with { After = null, Access = SourceAccess.Failed, Says = SourceTrouble.Circle, MustStartOver = true };
            yield return page;
            if (page.After is null) yield break;
            after = page.After;
        }
    }

    private async Task<ActivityPage> PageAsync(
        long portal, ActivityFeed feed, ActivityWalk walk, string token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            if (await account.RefuseAsync(portal, token, cancellationToken) is { } refusal) return new([], null, SourceAccess.Failed, refusal);
            return feed switch
            {
                ActivityFeed.Security => Page(
                    await hubSpot.GetSecurityActivityAsync(token, walk.From, walk.To, walk.After, cancellationToken),
                    row => ActivityTranslation.Translate(portal, row),
                    walk,
                    now),
                ActivityFeed.Login => Page(
                    await hubSpot.GetLoginsAsync(token, walk.After, cancellationToken),
                    row => ActivityTranslation.Translate(portal, row),
                    walk,
                    now),
                ActivityFeed.Audit => Page(
                    await hubSpot.GetAuditLogAsync(token, walk.From, walk.To, walk.After, cancellationToken),
                    row => ActivityTranslation.Translate(portal, row),
                    walk,
                    now),
                _ => throw new ArgumentOutOfRangeException(nameof(feed), feed, null),
            };
        }
        catch (HubSpotException e)
        {
            // The first page was to be had: what is refused, also by 404, is the cursor.
            if (walk.After is not null && e.Failure == HubSpotFailure.Refused)
                return new([], null, SourceAccess.Failed, e.Message) { MustStartOver = true };
            var (access, says) = SourceTrouble.Of(e, ActivityCheckpoint.SourceOf(feed));
            return new([], null, access, says)
            {
                MayStartOver = walk.After is not null && e.Failure is HubSpotFailure.Passing or HubSpotFailure.Malformed,
            };
        }
    }

    private static ActivityPage Page<T>(ListPage<T> page, Func<T, ActivityEvent?> translate, ActivityWalk walk, DateTimeOffset now)
    {
        List<ActivityEvent> events = [.. page.Items.Select(translate).OfType<ActivityEvent>()];
        List<ActivityEvent> possible = [.. events.Where(item => ActivityTranslation.IsPossible(item, now))];
        var (unreadable, impossible) = (page.Unreadable + page.Items.Count - events.Count, events.Count - possible.Count);
        // Had HubSpot renamed a field, the rules would pass for ever. One odd entry of a quiet day is no proof of that, and would blind it until the
        // next. On a later page odd entries are only counted: the walk would not come to its end.
        return walk.After is null && possible.Count == 0 && unreadable + impossible > 1
            ? new(
                [],
                null,
                SourceAccess.Failed,
                $"{unreadable + impossible} entries of HubSpot's first page cannot be read, and no other is there: their form may have changed.",
                unreadable,
                impossible)
            : new(possible, page.After, SourceAccess.Read, null, unreadable, impossible);
    }
}
