namespace HubSpotMonitor.HubSpot;

/// <summary>Counts the requests to HubSpot of one piece of work, repeats included: each of them is one of the account's calls.</summary>
public sealed class SentCalls
{
    private static readonly AsyncLocal<SentCalls?> current = new();

    private int _number;

    private SentCalls()
    {
    }

    /// <summary>So far.</summary>
    public int Number => Volatile.Read(ref _number);

    /// <summary>Counts from now on what the caller and all that it awaits send, until the caller returns.</summary>
    public static SentCalls Count() => current.Value = new();

    private void Add() => Interlocked.Increment(ref _number);

    /// <summary>Stands behind whatever repeats a request.</summary>
    internal sealed class Counter : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            current.Value?.Add();
            return base.SendAsync(request, cancellationToken);
        }
    }
}
