using System.Collections.Concurrent;
using HubSpotMonitor.HubSpot;

namespace HubSpotMonitor.Polling;

/// <summary>Makes sure that a token opens the account it is set up for: nothing of another account may be stored. One call for a token that was not seen before.</summary>
public sealed class AccountCheck(HubSpotClient hubSpot)
{
    private readonly ConcurrentDictionary<long, string> _right = new();

    /// <returns>Null, or a sentence about whose token it is.</returns>
    /// <exception cref="HubSpotException">HubSpot did not answer as asked.</exception>
    public async Task<string?> RefuseAsync(long portal, string token, CancellationToken cancellationToken)
    {
        if (_right.TryGetValue(portal, out var right) && right == token) return null;
        if (await OwnerAsync(token, cancellationToken) is { } owner && owner != portal)
            return $"The token in the settings of portal {portal} belongs to portal {owner}. Nothing of it is stored: put the right token there.";
        _right[portal] = token;
        return null;
    }

    private async Task<long?> OwnerAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            return (await hubSpot.GetDetailsAsync(token, cancellationToken)).Body.PortalId;
        }
        catch (HubSpotException e) when (e.Failure == HubSpotFailure.MissingScope)
        {
            // Newer versions may want a scope of their own for details.
            return null;
        }
    }
}
