using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Dashboard;

/// <summary>Something that happened in an account, from whichever source told of it.</summary>
/// <param name="At">When. UTC.</param>
/// <param name="Feed">Null: a webhook told it.</param>
/// <param name="Type">HubSpot's name of it.</param>
/// <param name="Who">The acting user or app, as far as known.</param>
/// <param name="From">A place or address.</param>
/// <param name="Target">What was acted upon.</param>
public sealed record StreamItem(DateTimeOffset At, ActivityFeed? Feed, string Type, string? Who, string? From, string? Target);

/// <summary>Which part of the stream is asked for.</summary>
/// <param name="Portal">Whose.</param>
/// <param name="Webhooks">With what webhooks told.</param>
/// <param name="Feeds">With what these histories tell.</param>
/// <param name="Text">Part of a type, name, place or object; empty: all.</param>
/// <param name="Span">How far back.</param>
public sealed record StreamQuery(long Portal, bool Webhooks, IReadOnlyList<ActivityFeed> Feeds, string Text, TimeSpan Span);

/// <summary>The newest of what happened in an account: webhook events and HubSpot's histories in one order.</summary>
public sealed class StreamReport(EventTable events, ActivityTable activity)
{
    /// <summary>How often a window that holds too much is read again, a sixteenth as long: ten minutes are then a seventh of a second.</summary>
    private const int MostNarrowings = 3;

    /// <summary>Of one window and source; more would be long to wait for.</summary>
    internal const int MostOfWindow = 5_000;

    private static readonly TimeSpan FirstWindow = TimeSpan.FromMinutes(10);

    /// <summary>Looks back in ever longer windows, so that a busy account costs a short read and a calm one few.</summary>
    /// <returns>The newest first, and whether windows held more than could be looked through: then newer ones may be missing.</returns>
    public Task<(IReadOnlyList<StreamItem> Items, bool IsCut)> ReadAsync(
        StreamQuery query, int take, DateTimeOffset now, CancellationToken cancellationToken) =>
        ReadAsync(query, take, MostOfWindow, now, cancellationToken);

    /// <summary>The same, where at most <paramref name="mostOfWindow"/> of one window and source can be looked through.</summary>
    internal async Task<(IReadOnlyList<StreamItem> Items, bool IsCut)> ReadAsync(
        StreamQuery query, int take, int mostOfWindow, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        List<StreamItem> found = [];
        var (to, window, isCut, narrowings) = (now.AddMinutes(1), FirstWindow, false, 0);
        while (found.Count < take && to > now - query.Span)
        {
            var from = to - window < now - query.Span ? now - query.Span : to - window;
            // The minute that is yet to come counts for no length.
            var end = to < now ? to : now;
            var (items, isPart) = await ReadWindowAsync(query, from, to, mostOfWindow, cancellationToken);
            // Rows come oldest first, so in a storm of deletions the newest are what a cut window lacks.
            if (isPart && narrowings++ < MostNarrowings)
            {
                window = to - end + ((end - from) / 16);
                continue;
            }
            isCut |= isPart;
            found.AddRange(items.OrderByDescending(item => item.At));
            // From its own length: after one that had to be narrow, a long one would hold too much again.
            (to, window) = (from, (end - from) * 3);
        }
        return ([.. found.Take(take)], isCut);
    }

    /// <summary>
    /// What HubSpot's histories told, with <paramref name="from"/> &lt;= At &lt; <paramref name="to"/>, as it is read: there may be much.
    /// </summary>
    public IAsyncEnumerable<ActivityEvent> ReadActivityAsync(
        long portal, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        activity.ReadAsync(portal, null, from, to, cancellationToken);

    private async Task<(List<StreamItem> Items, bool IsCut)> ReadWindowAsync(
        StreamQuery query, DateTimeOffset from, DateTimeOffset to, int most, CancellationToken cancellationToken)
    {
        List<Task<List<StreamItem>>> reads = [.. query.Feeds.Select(feed =>
            activity.ReadAsync(query.Portal, feed, from, to, cancellationToken).Take(most).Select(Of).ToListAsync(cancellationToken).AsTask())];
        if (query.Webhooks)
        {
            reads.Add(
                events.ReadAsync(query.Portal, null, from, to, cancellationToken).Take(most).Select(Of).ToListAsync(cancellationToken).AsTask());
        }
        var all = await Task.WhenAll(reads);
        return ([.. all.SelectMany(items => items).Where(item => Holds(item, query.Text))], all.Any(items => items.Count == most));
    }

    private static bool Holds(StreamItem item, string text) =>
        text.Length == 0
            || new[] { item.Type, item.Who, item.From, item.Target }.Any(part => part?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);

    private static StreamItem Of(ActivityEvent item) => new(item.At, item.Feed, item.Type, item.User, Place(item), item.ObjectId);

    private static StreamItem Of(StoredEvent stored) =>
        new(stored.Event.At, null, stored.Event.Type, ChangeSource.Words(stored.Event.Source), null, null);

    private static string? Place(ActivityEvent item) => (item.Location, item.IpAddress) switch
    {
        ({ } place, { } address) => $"{place} ({address})",
        var (place, address) => place ?? address,
    };
}
