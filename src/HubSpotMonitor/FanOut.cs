using HubSpotMonitor.Bus;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor;

/// <summary>
/// More portals than one run can poll: an order for each goes onto the bus, and whoever is free takes it. An order that comes twice is done once.
/// </summary>
public sealed partial class FanOut(PollOrders orders, ClaimTable claims, IOptions<BusOptions> options, ILogger<FanOut> logger)
{
    /// <summary>Below the functionTimeout of host.json (5 min), as for a timer's run.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <summary>Longer than anybody may take, shorter than until the next order.</summary>
    private static readonly TimeSpan HeldFor = TimeSpan.FromMinutes(4.5);

    private int _told;

    /// <summary>Whether so many portals are polled one by one.</summary>
    public bool IsFor(int portals)
    {
        if (portals <= options.Value.PollsAbove) return false;
        if (options.Value.IsOn) return true;
        if (Interlocked.Exchange(ref _told, 1) == 0) LogNoBus(portals);
        return false;
    }

    /// <exception cref="BusException">The bus did not take them all; the next run orders again.</exception>
    public Task OrderAsync(PollKind kind, IEnumerable<long> portals, DateTimeOffset now, CancellationToken cancellationToken) =>
        orders.SendAsync([.. portals.Select(portal => new PollOrder { Kind = kind, Portal = portal, At = now })], cancellationToken);

    /// <summary>Does what an order asks for, unless it is done or somebody is at it.</summary>
    /// <returns>Whether it was done here.</returns>
    public async Task<bool> OnceAsync(PollOrder order, DateTimeOffset now, Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        var work = Keys.Poll(order.Portal, order.Kind.ToString());
        if (await claims.TryTakeAsync(work, order.At, now + HeldFor, now, cancellationToken) is not { } claim) return false;
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await act(linked.Token);
        }
        catch
        {
            // Given back at once, so that the order can be tried again; a crash gives it back by its time.
            await claims.ReleaseAsync(claim, doneUpTo: null, CancellationToken.None);
            throw;
        }
        await claims.ReleaseAsync(claim, now, cancellationToken);
        return true;
    }

    [LoggerMessage(
        LogLevel.Warning,
        "{Portals} portals are polled by one run, 16 at once: above Bus:PollsAbove a bus would share them out, and none is configured.")]
    private partial void LogNoBus(int portals);
}
