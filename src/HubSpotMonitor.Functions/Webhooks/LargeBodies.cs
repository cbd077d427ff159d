namespace HubSpotMonitor.Functions.Webhooks;

/// <summary>The large bodies that this host reads at once, of senders that nobody has verified yet.</summary>
/// <param name="most">How many of them there may be.</param>
internal sealed class LargeBodies(int most)
{
    private int _read;

    /// <returns>False: there are as many as there may be.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _read) <= most)
            return true;

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _read);
}
