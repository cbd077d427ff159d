using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace HubSpotMonitor.Local.Simulation.OAuth;

/// <summary>What the accounts granted to apps: codes, access tokens and refresh tokens, each as long as it lives.</summary>
internal sealed class SimulatedGrants(TimeProvider clock)
{
    public static readonly TimeSpan AccessLife = TimeSpan.FromMinutes(30);

    // HubSpot names no life of a code; some minutes are usual.
    private static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Code> _codes = new();
    private readonly ConcurrentDictionary<string, Access> _accesses = new();
    private readonly ConcurrentDictionary<string, GivenGrant> _refreshes = new();

    /// <summary>A person agreed.</summary>
    /// <returns>The code for the browser to carry.</returns>
    public string Agree(GivenGrant grant, string redirectUrl, string? challenge)
    {
        var code = $"na1-{Guid.NewGuid()}";
        _codes[code] = new(grant, redirectUrl, challenge, clock.GetUtcNow() + CodeLife);
        return code;
    }

    /// <returns>The grant, once; null: the code is not one, was used, or is too old.</returns>
    public Code? Take(string code) => _codes.TryRemove(code, out var taken) && clock.GetUtcNow() < taken.Until ? taken : null;

    public string NewRefreshToken(GivenGrant grant)
    {
        var token = $"na1-{Guid.NewGuid()}";
        _refreshes[token] = grant;
        return token;
    }

    public string NewAccessToken(GivenGrant grant)
    {
        var token = "C" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(90)).Replace('+', '-').Replace('/', '_');
        _accesses[token] = new(grant, clock.GetUtcNow() + AccessLife);
        return token;
    }

    public GivenGrant? OfRefreshToken(string token) => _refreshes.GetValueOrDefault(token);

    public GivenGrant? OfAccessToken(string token) =>
        _accesses.TryGetValue(token, out var access) && clock.GetUtcNow() < access.Until ? access.Grant : null;

    /// <summary>A refresh token dies; access tokens made of it live on.</summary>
    public bool Forget(string refreshToken) => _refreshes.TryRemove(refreshToken, out _);

    /// <summary>The app is uninstalled: everything dies.</summary>
    public void Uninstall(long account)
    {
        foreach (var (token, _) in _refreshes.Where(pair => pair.Value.Account == account)) _refreshes.TryRemove(token, out _);
        foreach (var (token, _) in _accesses.Where(pair => pair.Value.Grant.Account == account)) _accesses.TryRemove(token, out _);
    }

    internal sealed record Code(GivenGrant Grant, string RedirectUrl, string? Challenge, DateTimeOffset Until);

    private sealed record Access(GivenGrant Grant, DateTimeOffset Until);
}

/// <summary>What one account granted to one app.</summary>
internal sealed record GivenGrant(long Account, string ClientId, IReadOnlyList<string> Scopes);
