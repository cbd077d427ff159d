using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Timers;

/// <summary>How one run ended.</summary>
internal enum RunOutcome
{
    Done,
    Failed,

    /// <summary>Stopped by <see cref="TimerRunner.Limit"/>.</summary>
    TooSlow,
}

/// <summary>Runs one timer function once: takes the time, limits the run, logs how it ended.</summary>
internal sealed partial class TimerRunner(TimerTable table, TimeProvider clock, ILogger<TimerRunner> logger)
{
    /// <summary>
    /// Below the functionTimeout of host.json (5 min): there the host would restart the process, and with it every other run.
    /// Measured in real time also when the clock is simulated, since it is real work that takes long.
    /// </summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <param name="function">Which.</param>
    /// <param name="invocation">The caller's number of the run.</param>
    /// <param name="caller">The caller's <c>traceparent</c>, where it has one.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<RunOutcome> RunAsync(string function, string invocation, string? caller, CancellationToken cancellationToken)
    {
        using var span = Telemetry.Run(function, "timer", invocation, caller);
        using var scope = RunScope(logger, function, invocation);
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var started = clock.GetTimestamp();
        try
        {
            await table[function](clock.GetUtcNow(), linked.Token);
            Finished(function, clock.GetElapsedTime(started).TotalMilliseconds);
            return RunOutcome.Done;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            Telemetry.Failed(span, new TimeoutException());
            StoppedByLimit(function, Limit.TotalMinutes);
            return RunOutcome.TooSlow;
        }
        // The edge: whatever it was, it is told here, and the next run comes.
        catch (Exception exception)
        {
            Telemetry.Failed(span, exception);
            RunFailed(exception, function);
            return RunOutcome.Failed;
        }
    }

    private static readonly Func<ILogger, string, string, IDisposable?> RunScope =
        LoggerMessage.DefineScope<string, string>("{Function} {Invocation}");

    [LoggerMessage(LogLevel.Information, "{Function} finished in {Milliseconds:0} ms.")]
    private partial void Finished(string function, double milliseconds);

    [LoggerMessage(LogLevel.Error, "{Function} was stopped: it did not finish within {Minutes} minutes.")]
    private partial void StoppedByLimit(string function, double minutes);

    [LoggerMessage(LogLevel.Error, "{Function} failed.")]
    private partial void RunFailed(Exception exception, string function);
}
