using Cronos;

namespace HubSpotMonitor.Functions.Timers;

/// <summary>
/// On one machine there is no Functions host: this keeps the time for every timer function, as its <c>function.json</c> says (UTC, as in
/// Azure). Each has a loop of its own, so two runs of one function never overlap; what was missed meanwhile is made good by one run.
/// </summary>
internal sealed class Schedule(FunctionFolders folders, TimerRunner runner, TimeProvider clock, IHostApplicationLifetime lifetime) : BackgroundService
{
    // Whoever starts the monitor wants to see something now. Training reads weeks of readings and can wait for its night.
    private static readonly string[] RunAtStart = [FunctionNames.PollUsage, FunctionNames.SweepAlerts];

    // Read when the host starts, so that a schedule that cannot be understood stops the start.
    private readonly IReadOnlyList<(string Function, CronExpression Cron)> _timers =
        [.. folders.Timers.Select(timer => (timer.Name, timer.ParseSchedule()))];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Not before the port is ours: a second monitor that is about to fail must not poll and alert first.
            await StartedAsync(stoppingToken);
            await Task.WhenAll(_timers.Select(timer => KeepAsync(timer.Function, timer.Cron, stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutting down.
        }
    }

    private async Task StartedAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
    }

    private async Task KeepAsync(string function, CronExpression schedule, CancellationToken cancellationToken)
    {
        var last = clock.GetUtcNow();
        if (RunAtStart.Contains(function))
            await runner.RunAsync(function, "at start", null, cancellationToken);

        while (schedule.GetNextOccurrence(Reached(last), TimeZoneInfo.Utc) is { } due)
        {
            if (!await WaitUntilAsync(due, cancellationToken))
                continue;
            // Not the due time: everything that fell due until now is covered by this run.
            last = clock.GetUtcNow();
            await runner.RunAsync(function, FormattableString.Invariant($"due {due:HH:mm:ss}"), null, cancellationToken);
        }
    }

    // A clock that was set back since would let everything wait until it is again what it was.
    private DateTimeOffset Reached(DateTimeOffset last) => clock.GetUtcNow() is var now && last - now > Jitter ? now : last;

    /// <returns>False: the clock was set back while we waited, and another time comes before this one.</returns>
    private async Task<bool> WaitUntilAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        var longest = due - clock.GetUtcNow() + Jitter;
        // A timer may fire a moment early, and a clock is often set back a little.
        while (due - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero)
        {
            if (wait > longest)
                return false;
            await Task.Delay(wait < OneMillisecond ? OneMillisecond : wait, clock, cancellationToken);
        }
        return true;
    }

    // What the time servers correct is less. By so little the same time would otherwise come twice.
    private static readonly TimeSpan Jitter = TimeSpan.FromSeconds(5);

    // Task.Delay counts whole milliseconds and would not wait at all for less.
    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);
}
