using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Dashboard;

/// <summary>What HubSpot's histories of the accounts told, for those who take it elsewhere.</summary>
public sealed class ActivityReport(ActivityTable activity)
{
    /// <summary>Events of one account with <paramref name="from"/> &lt;= At &lt; <paramref name="to"/>, as they are read: there may be many.</summary>
    public IAsyncEnumerable<ActivityEvent> ReadAsync(long portal, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        activity.ReadAsync(portal, null, from, to, cancellationToken);
}
