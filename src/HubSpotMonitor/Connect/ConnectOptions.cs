using HubSpotMonitor.HubSpot;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Connect;

/// <summary>Section <c>Connect</c>: the app by which accounts are connected with OAuth. Off while <see cref="ClientId"/> is empty.</summary>
public sealed class ConnectOptions
{
    private const string CallbackPath = "/connect/callback";

    /// <summary>The app's client id.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The app's client secret. From Key Vault or user secrets.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>
    /// What is asked for, with blanks between; it must equal what the app's
    /// settings require, or HubSpot blocks the installation. Nothing here writes.
    /// </summary>
    public string Scopes { get; set; } = "oauth account-info.security.read settings.users.read";

    /// <summary>The monitor's address of return, exactly as it stands among the app's redirect URLs.</summary>
    public Uri? RedirectUrl { get; set; }

    /// <summary>Where a person agrees.</summary>
    public Uri AuthorizeUrl { get; set; } = new("https://app.hubspot.com/oauth/authorize");

    /// <summary>
    /// Sends a PKCE challenge (RFC 7636), so that a code that is caught on its way is worth nothing. HubSpot documents <c>code_verifier</c>;
    /// that it checks it for every kind of app is not confirmed, and a server that knows nothing of it ignores it.
    /// </summary>
    public bool Pkce { get; set; } = true;

    /// <summary>Whether accounts can be connected.</summary>
    public bool IsOn => !string.IsNullOrWhiteSpace(ClientId);

    internal OAuthApp App => new(ClientId, ClientSecret);

    internal IReadOnlyList<string> ScopeList => Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    internal bool HasCallback =>
        RedirectUrl is { IsAbsoluteUri: true, Query: "", Fragment: "" } url && url.AbsolutePath.EndsWith(CallbackPath, StringComparison.Ordinal);

    /// <summary>Where an account is connected, for people to click on.</summary>
    public string StartOf(long? portal) => $"{RedirectUrl!.GetLeftPart(UriPartial.Path)[..^"/callback".Length]}?portal={portal}";
}

internal sealed class ConnectOptionsValidator : IValidateOptions<ConnectOptions>
{
    public ValidateOptionsResult Validate(string? name, ConnectOptions options)
    {
        if (!options.IsOn)
        {
            return options.ClientSecret.Length > 0 || options.RedirectUrl is not null
                ? ValidateOptionsResult.Fail(
                    "Connect:ClientId is missing: set Connect__ClientId, Connect__ClientSecret and Connect__RedirectUrl, or no Connect setting at all.")
                : ValidateOptionsResult.Success;
        }
        return Wrong(options).ToResult();
    }

    private static IEnumerable<string> Wrong(ConnectOptions options)
    {
        if (!options.ClientId.IsPlain()) yield return "Connect:ClientId holds a blank, a line break or another letter that no client id has.";
        if (string.IsNullOrWhiteSpace(options.ClientSecret))
            yield return "Connect:ClientSecret is missing: it stands on the app's Auth page beside the client id.";
        else if (options.ClientSecret.StartsWith("pat-", StringComparison.OrdinalIgnoreCase))
            yield return "Connect:ClientSecret is an access token; the app's client secret is wanted.";
        else if (!options.ClientSecret.IsPlain())
            yield return "Connect:ClientSecret holds a blank, a line break or another letter that no secret has.";
        if (!options.ScopeList.Contains("oauth")) yield return "Connect:Scopes does not name oauth, without which HubSpot installs no app.";
        if (!options.ScopeList.All(PlainText.IsPlain))
            yield return "Connect:Scopes holds a letter that no scope has: write scopes as HubSpot does, with one blank between two.";
        if (!options.HasCallback || !IsSafe(options.RedirectUrl!))
            yield return $"Connect:RedirectUrl is '{options.RedirectUrl.Shown()}': write the monitor's https address ending in /connect/callback, for example https://monitor.example.com/connect/callback.";
        if (!options.AuthorizeUrl.IsAbsoluteUri || !IsSafe(options.AuthorizeUrl) || options.AuthorizeUrl.Query.Length > 0)
            yield return $"Connect:AuthorizeUrl is '{options.AuthorizeUrl.Shown()}': people are sent there to agree, so it must be an https address without a query (http only on this machine).";
    }

    private static bool IsSafe(Uri url) => url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback);
}
