using HubSpotMonitor.Connect;
using HubSpotMonitor.Polling;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor;

/// <summary>Every account needs a way in: a token in the settings, or a grant that somebody can give.</summary>
internal sealed class PortalCredentialsValidator(IOptions<ConnectOptions> connect) : IValidateOptions<PortalsOptions>
{
    public ValidateOptionsResult Validate(string? name, PortalsOptions options)
    {
        if (connect.Value.IsOn) return ValidateOptionsResult.Success;
        return options.Portals.Select(Missing).OfType<string>().ToResult();
    }

    private static string? Missing(PortalOptions portal, int index) => portal.HasToken
        ? null
        : $"Portals:{index}:Token is missing: set the token of a service key or private app of account {portal.Id}, or Connect:ClientId to connect it by OAuth.";
}
