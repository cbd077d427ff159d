using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Tests.Delivery;

/// <summary>Keeps every line that anybody logs, at any level.</summary>
internal sealed class LogCapture : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>Those at warning or above.</summary>
    public ConcurrentQueue<string> Warnings { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull
    {
        Lines.Enqueue(state.ToString() ?? "");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Keep(logLevel, $"{formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }

    private void Keep(LogLevel level, string line)
    {
        Lines.Enqueue(line);
        if (level >= LogLevel.Warning) Warnings.Enqueue(line);
    }
}
