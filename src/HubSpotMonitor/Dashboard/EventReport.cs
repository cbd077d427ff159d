using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Dashboard;

/// <summary>What page and API show of webhooks.</summary>
public sealed class EventReport(MonitorScope scope, EventTable events, DeadLetterTable deadLetters, IntakeTable intake, ReadingTable readings)
{
    /// <summary>What the page draws: long enough to see a rhythm, short enough to see a minute.</summary>
    public static readonly TimeSpan RateWindow = TimeSpan.FromHours(3);

    /// <summary>Stored events of a portal, in the order in which they happened; at most <paramref name="take"/>.</summary>
    public async Task<IReadOnlyList<StoredEvent>> ReadEventsAsync(
        long portal, string? type, DateTimeOffset from, DateTimeOffset to, int take, CancellationToken cancellationToken) =>
        await events.ReadAsync(portal, type, from, to, cancellationToken).Take(take).ToListAsync(cancellationToken);

    /// <summary>The newest dead letters; at most <paramref name="take"/>.</summary>
    public Task<IReadOnlyList<DeadLetter>> ReadDeadLettersAsync(int take, CancellationToken cancellationToken) =>
        deadLetters.ReadAsync(take, cancellationToken);

    /// <summary>What became of requests, by minute.</summary>
    public Task<IReadOnlyList<IntakeCount>> ReadIntakeAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        intake.ReadAsync(from, to, cancellationToken);

    /// <summary>What became of the events of accepted requests, added up.</summary>
    public Task<IReadOnlyDictionary<EventOutcome, int>> ReadEventOutcomesAsync(
        DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        intake.ReadEventsAsync(from, to, cancellationToken);

    /// <summary>Who changes records how fast, per portal: the busiest first.</summary>
    public async Task<IReadOnlyList<SourceRates>> ReadRatesAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var portals = await Task.WhenAll(scope.Portals.Select(portal => ReadRatesAsync(portal, now, cancellationToken)));
        return [.. portals.SelectMany(rates => rates)];
    }

    private async Task<IReadOnlyList<SourceRates>> ReadRatesAsync(Portal portal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var from = now - RateWindow;
        var subjects = (await readings.ReadSubjectsAsync(portal.Id, Metric.Events, cancellationToken)).Where(subject => subject.LastAt >= from);
        var counts = await Task.WhenAll(
            subjects.Select(subject => readings.ReadAsync(portal.Id, Metric.Events, subject.Subject, from, now.AddDays(1), cancellationToken)));
        return [.. counts.SelectMany(subject => subject).Select(Count)
            .GroupBy(count => count.Source)
            .Select(source => new SourceRates(portal, source.Key, [.. source.OrderBy(count => count.Minute)]))
            .OrderByDescending(source => source.Total)];
    }

    private static EventCount Count(Reading reading)
    {
        var (type, source) = Metric.EventParts(reading.Subject!);
        return new(reading.Since!.Value, type, source, (int)reading.Value);
    }
}

/// <summary>What one source did in one portal of late.</summary>
/// <param name="Portal">The account.</param>
/// <param name="Source">See <see cref="ChangeSource"/>.</param>
/// <param name="Counts">By minute and type, oldest first.</param>
public sealed record SourceRates(Portal Portal, string Source, IReadOnlyList<EventCount> Counts)
{
    public int Total => Counts.Sum(count => count.Count);

    /// <summary>By event type, the most frequent first.</summary>
    public IReadOnlyList<(string Type, int Count)> Types =>
        [.. Counts.GroupBy(count => count.Type).Select(type => (type.Key, type.Sum(count => count.Count))).OrderByDescending(type => type.Item2)];
}
