using HubSpotMonitor.Bus;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Hosting;

/// <summary>
/// On one machine the host takes the orders to poll itself, where there are so
/// many portals that they are ordered; in Azure the Functions host brings them.
/// </summary>
internal sealed class PollConsumers(
    SubscriptionReader orders, Pipeline pipeline, FanOut fanOut, MonitorScope scope, TimeProvider time) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => fanOut.IsFor(scope.Portals.Count)
        ? orders.RunPollsAsync((order, token) => pipeline.PollPortalAsync(order, time.GetUtcNow(), token), stoppingToken)
        : Task.CompletedTask;
}
