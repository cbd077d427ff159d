using System.Collections.Concurrent;
using System.Diagnostics;
using Azure.Core;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>
/// Counts what pages read from the tables of one test: each request costs money and a round trip.
/// Transactions name no table in their address, and are not seen.
/// </summary>
internal sealed class TableRequests : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly string _prefix;
    private readonly List<IDisposable> _subscriptions = [];

    public TableRequests(string prefix)
    {
        _prefix = prefix;
        _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    /// <summary>Method and address of each, in no order.</summary>
    public ConcurrentBag<string> Sent { get; } = [];

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Azure.Core") _subscriptions.Add(value.Subscribe(this));
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key.EndsWith(".Start", StringComparison.Ordinal)
            && value.Value is HttpMessage message
            && message.Request.Uri.ToString().Contains(_prefix, StringComparison.Ordinal))
        {
            Sent.Add($"{message.Request.Method} {message.Request.Uri}");
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());
}
