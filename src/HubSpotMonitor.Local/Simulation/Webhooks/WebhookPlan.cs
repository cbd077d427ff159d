using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation.Traffic;

namespace HubSpotMonitor.Local.Simulation.Webhooks;

/// <summary>What HubSpot sends of an account's events and in which disorder: batches shuffled, twice, or an older one after a newer one.</summary>
internal sealed class WebhookPlan(SimulatedAccount account, IReadOnlyList<ScenarioRun> runs)
{
    private const int OrderSource = 2600;

    private const double ShuffledShare = 0.1;
    private const double LateShare = 0.08;
    private const double DuplicateShare = 0.05;

    private readonly CrmActivity _activity = new(account, runs);
    private WebhookDelivery? _late;

    /// <summary>Whether HubSpot sends nothing now.</summary>
    public bool IsStopped(DateTimeOffset at) => IsActive<StopWebhooks>(at);

    /// <summary>Whether the app's secret is the next one already.</summary>
    public bool IsRotated(DateTimeOffset at) => IsActive<RotateSecret>(at);

    /// <summary>What goes out, computed while it goes out, so that many hours need no more memory than one.</summary>
    public IEnumerable<WebhookDelivery> Between(DateTimeOffset from, DateTimeOffset to)
    {
        foreach (var batch in _activity.Between(from, to).Where(item => !IsStopped(item.At)).Chunk(WebhookSender.LargestBatch))
        {
            var draw = new Draw(account.Seed, OrderSource, batch[0].EventId);
            if (draw.Unit() < ShuffledShare)
                Shuffle(batch, ref draw);
            var delivery = new WebhookDelivery(batch);
            if (_late is null && draw.Unit() < LateShare)
            {
                _late = delivery;
                continue;
            }
            yield return delivery;
            if (draw.Unit() < DuplicateShare)
                yield return delivery with { IsDuplicate = true };
            foreach (var late in Late())
                yield return late;
        }
    }

    /// <summary>The batch that was kept back, if there is one.</summary>
    public IEnumerable<WebhookDelivery> Late()
    {
        if (_late is not { } late)
            yield break;
        _late = null;
        yield return late;
    }

    public IEnumerable<WebhookDelivery> Forged(DateTimeOffset from, DateTimeOffset to) =>
        Forgery.Between(runs, from, to).Select(forgery => new WebhookDelivery([]) { Forgery = forgery });

    private static void Shuffle(CrmEvent[] batch, ref Draw draw)
    {
        for (var last = batch.Length - 1; last > 0; last--)
        {
            var other = (int)Math.Min(last, (last + 1) * draw.Unit());
            (batch[last], batch[other]) = (batch[other], batch[last]);
        }
    }

    private bool IsActive<T>(DateTimeOffset at)
        where T : Effect => runs.Any(run => run.Active<T>(at).Any());
}
