using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>
/// Table <c>Intake</c>: what became of webhook requests and their events. A row per minute and host, so that no two hosts write the same.
/// </summary>
public sealed class IntakeTable(Tables tables)
{
    private const string Name = "Intake";

    /// <summary>Writes one host's totals of one minute, over those it wrote before.</summary>
    /// <param name="host">Unique among all hosts and starts.</param>
    /// <param name="minute">The minute's start.</param>
    /// <param name="counts">By the name of an <see cref="IntakeOutcome"/> or <see cref="EventOutcome"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task WriteAsync(string host, DateTimeOffset minute, IReadOnlyDictionary<string, int> counts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var row = new TableEntity(Keys.Day(minute), Keys.IntakeRow(minute, host)) { ["Minute"] = minute };
        foreach (var (outcome, count) in counts) row[outcome] = count;
        return tables.UpsertAsync(Name, [row], cancellationToken);
    }

    /// <summary>Requests with <paramref name="from"/> &lt;= minute &lt; <paramref name="to"/>, of all hosts together, oldest first.</summary>
    public async Task<IReadOnlyList<IntakeCount>> ReadAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        [.. (await ReadRowsAsync(from, to, cancellationToken))
            .SelectMany(row => Enum.GetValues<IntakeOutcome>()
                .Select(outcome => new IntakeCount(row.GetDateTimeOffset("Minute")!.Value, outcome, row.GetInt32(outcome.ToString()) ?? 0)))
            .GroupBy(count => (count.Minute, count.Outcome))
            .Select(same => new IntakeCount(same.Key.Minute, same.Key.Outcome, same.Sum(count => count.Count)))
            .Where(count => count.Count > 0)
            .OrderBy(count => count.Minute).ThenBy(count => count.Outcome)];

    /// <summary>What became of the events of these minutes, added up.</summary>
    public async Task<IReadOnlyDictionary<EventOutcome, int>> ReadEventsAsync(
        DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var rows = await ReadRowsAsync(from, to, cancellationToken);
        return Enum.GetValues<EventOutcome>().ToDictionary(outcome => outcome, outcome => rows.Sum(row => row.GetInt32(outcome.ToString()) ?? 0));
    }

    /// <summary>Deletes the days that lie wholly before an instant.</summary>
    /// <returns>How many rows.</returns>
    public Task<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        tables.DeleteAsync(Name, TableClient.CreateQueryFilter($"PartitionKey lt {Keys.Day(before)}"), cancellationToken);

    private async Task<IReadOnlyList<TableEntity>> ReadRowsAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey ge {Keys.Day(from)} and PartitionKey le {Keys.Day(to)} and Minute ge {from} and Minute lt {to}");
        return await tables.ReadAsync(Name, filter, cancellationToken).ToListAsync(cancellationToken);
    }
}
