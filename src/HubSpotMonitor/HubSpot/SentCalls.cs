namespace HubSpotMonitor.HubSpot;

/// <summary>Counts the requests to HubSpot of one piece of work, repeats included: each of them is one of the account's calls.</summary>
public sealed class SentCalls
{
    private static readonly AsyncLocal<SentCalls?> Current = new();

    private int _number;

    private SentCalls()
    {
    }

    /// <summary>So far.</summary>
    public int Number => Volatile.Read(ref _number);

    /// <summary>Counts from now on what the caller and all that it awaits send, until the caller returns.</summary>
    public static SentCalls Count() => Current.Value = new();

    /// <summary>Called behind whatever repeats a request.</summary>
    internal static void Add()
    {
        if (Current.Value is { } work) Interlocked.Increment(ref work._number);
    }
}
