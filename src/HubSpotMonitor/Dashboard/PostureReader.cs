using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Dashboard;

/// <summary>One portal and what the rules say of it.</summary>
/// <param name="Portal">The account.</param>
/// <param name="TimeZone">Its clock, once known.</param>
/// <param name="Report">Null: it was not judged yet.</param>
public sealed record PortalPosture(Portal Portal, string? TimeZone, PostureReport? Report);

/// <summary>Who can get in, and what is wrong with it, as the last run found it.</summary>
public sealed class PostureReader(MonitorScope scope, AccessTable access, CheckpointTable checkpoints)
{
    /// <summary>The rules are asked every five minutes: after a dozen times without, what they said last may no longer be so.</summary>
    public static readonly TimeSpan LateAfter = TimeSpan.FromHours(1);

    /// <summary>The portals in the order of the settings, or one of them.</summary>
    /// <param name="portal">Null: all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<IReadOnlyList<PortalPosture>> ReadAsync(long? portal, CancellationToken cancellationToken) =>
        await Task.WhenAll(scope.Portals.Where(one => portal is null || one.Id == portal).Select(one => ReadOneAsync(one, cancellationToken)));

    private async Task<PortalPosture> ReadOneAsync(Portal portal, CancellationToken cancellationToken)
    {
        var report = access.ReadReportAsync(portal.Id, cancellationToken);
        var checkpoint = await checkpoints.ReadAsync(portal.Id, cancellationToken);
        return new(portal, checkpoint?.TimeZone, await report);
    }
}
