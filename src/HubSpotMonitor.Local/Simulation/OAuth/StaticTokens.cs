namespace HubSpotMonitor.Local.Simulation.OAuth;

/// <summary>Static tokens of the accounts' apps, beside the one of the monitor: they can be added and ended, as in a rotation.</summary>
public sealed class StaticTokens
{
    private readonly Dictionary<string, (long Account, long? App)> _tokens = [];
    private readonly Lock _door = new();

    internal StaticTokens(IEnumerable<SimulatedAccount> accounts)
    {
        foreach (var account in accounts)
        {
            Add(account.Token, account.Id, app: null); // a service key: it belongs to no app
            Add(account.NextToken, account.Id, app: null); // opens nothing before the rotation that makes it
        }
    }

    /// <summary>Adds a token; the one before lives on, as with "expire later".</summary>
    public void Add(string token, long account, long? app = SimulatedAccount.MonitorApp)
    {
        lock (_door) _tokens[token] = (account, app);
    }

    /// <summary>Ends a token, as "expire now" does.</summary>
    public void End(string token)
    {
        lock (_door) _tokens.Remove(token);
    }

    internal (long Account, long? App)? Find(string token)
    {
        lock (_door) return _tokens.TryGetValue(token, out var found) ? found : null;
    }
}
