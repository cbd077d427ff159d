using System.Runtime.InteropServices;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Webhooks;

/// <summary>
/// Counts what becomes of requests. Written down at most once a second, so that a flood of forgeries costs us no flood of writes;
/// a crash loses the counts of that second, never an event.
/// </summary>
public sealed partial class IntakeCounter(IntakeTable table, ILogger<IntakeCounter> logger) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestRequest = TimeSpan.FromMinutes(5);

    private readonly string _host = Guid.NewGuid().ToString("N")[..12];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<DateTimeOffset, Dictionary<string, int>> _minutes = [];
    private readonly HashSet<DateTimeOffset> _unwritten = [];
    private Task _writing = Task.CompletedTask;

    public void Count(IntakeOutcome outcome, DateTimeOffset now)
    {
        Telemetry.Received(outcome);
        Add(outcome.ToString(), 1, now);
    }

    public void Count(EventOutcome outcome, int events, DateTimeOffset now)
    {
        if (events == 0) return;
        Telemetry.Received(outcome, events);
        Add(outcome.ToString(), events, now);
    }

    /// <summary>Writes what is not written yet.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            foreach (var (minute, counts) in Unwritten())
            {
                await table.WriteAsync(_host, minute, counts, cancellationToken);
                Written(minute, counts);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _writing;
        _turn.Dispose();
    }

    private void Add(string outcome, int count, DateTimeOffset now)
    {
        var minute = now.Floor(TimeSpan.FromMinutes(1));
        lock (_lock)
        {
            if (!_minutes.TryGetValue(minute, out var counts)) _minutes[minute] = counts = [];
            CollectionsMarshal.GetValueRefOrAddDefault(counts, outcome, out _) += count;
            _unwritten.Add(minute);
            if (_writing.IsCompleted) _writing = WriteSoonAsync();
        }
    }

    private async Task WriteSoonAsync()
    {
        // Real time, whatever the clock: it is the store that is to be spared.
        await Task.Delay(Pause, TimeProvider.System);
        try
        {
            await FlushAsync(CancellationToken.None);
        }
        // The next count, or the next run of the timer, tries again; there is nobody to tell here.
        catch (Exception exception)
        {
            LogNotWritten(exception);
        }
    }

    private IReadOnlyList<(DateTimeOffset Minute, Dictionary<string, int> Counts)> Unwritten()
    {
        lock (_lock) return [.. _unwritten.Order().Select(minute => (minute, new Dictionary<string, int>(_minutes[minute])))];
    }

    private void Written(DateTimeOffset minute, Dictionary<string, int> counts)
    {
        lock (_lock)
        {
            if (_minutes[minute].Values.Sum() == counts.Values.Sum()) _unwritten.Remove(minute);
            // The totals of a minute are needed while it may still grow: a request
            // counts for the minute in which it came, also when its answer took long.
            foreach (var old in _minutes.Keys.Where(key => key < minute - LongestRequest && !_unwritten.Contains(key)).ToList()) _minutes.Remove(old);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The counts of webhook requests could not be written; they are tried again.")]
    private partial void LogNotWritten(Exception exception);
}
