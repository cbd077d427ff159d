using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Access;

/// <summary>Reads the pages about access.</summary>
internal sealed class AccessReader(PostureReader posture, MonitorScope scope, TimeProvider clock, PageReading reading)
{
    public Task<AccessModel> ReadAsync(AccessQuery query, CancellationToken cancellationToken)
    {
        var model = new AccessModel { Now = clock.GetUtcNow(), Query = query, All = scope.Portals };
        return reading.TryAsync(
            async token => model with { Portals = await posture.ReadAsync(query.Portal, token) },
            model with { Trouble = PageReading.NoStore },
            cancellationToken);
    }
}
