using System.Collections.Concurrent;
using HubSpotMonitor.HubSpot;

namespace HubSpotMonitor.Polling;

/// <summary>
/// Makes sure that a token opens the account it is set up for: nothing of
/// another account may be stored. One call for a token that was not seen before.
/// </summary>
public sealed class AccountCheck(HubSpotClient hubSpot)
{
    private readonly ConcurrentDictionary<long, string> _right = new();

    /// <returns>Null, or a sentence about whose token it is.</returns>
    /// <exception cref="HubSpotException">HubSpot did not answer as asked.</exception>
    public async Task<string?> RefuseAsync(long portal, string token, CancellationToken cancellationToken) =>
        _right.TryGetValue(portal, out var right) && right == token ? null : Refuse(portal, token, await OwnerAsync(token, cancellationToken));

    /// <summary>The same for who has HubSpot's answer already.</summary>
    /// <param name="portal">The account of the settings.</param>
    /// <param name="token">Its token there.</param>
    /// <param name="owner">Whose it is, as HubSpot says; null: it does not say.</param>
    /// <returns>Null, or a sentence about whose token it is.</returns>
    public string? Refuse(long portal, string token, long? owner)
    {
        if (owner is { } other && other != portal)
            return $"The token in the settings of portal {portal} belongs to portal {other}. Nothing of it is stored: put the right token there.";
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
