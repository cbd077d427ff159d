using Azure.Core;

namespace HubSpotMonitor.Bus.Tokens;

/// <summary>Of the monitor's own identity, which needs roles on the entities and no key.</summary>
internal sealed class EntraTokens(TokenCredential credential) : IBusTokens
{
    private static readonly TokenRequestContext Bus = new(["https://servicebus.azure.net/.default"]);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public async Task<BusToken> GetAsync(string audience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var token = await credential.GetTokenAsync(Bus, limit.Token);
            return new("jwt", token.Token, token.ExpiresOn);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
        // The identity's service: what it says names tenant and client, and helps; it never repeats a token.
        catch (Azure.Identity.AuthenticationFailedException e)
        {
            throw new BusException(
                "The monitor's identity gets no token for the bus: check AZURE_CLIENT_ID and that the identity exists.", isPermanent: true, e);
        }
    }
}
