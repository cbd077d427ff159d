using System.Text.RegularExpressions;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Polling;

/// <summary>
/// What a token's form tells of its kind. Private apps and service keys share one form; only an app's has an app id in its introspection.
/// That is a guess, since HubSpot documents neither: the registry and the security history know better. The form of a project app's static
/// token is not documented.
/// </summary>
public static partial class TokenForm
{
    /// <param name="token">Only looked at.</param>
    /// <param name="appId">What introspection says; null: it names no app, or was not asked.</param>
    public static CredentialKind KindOf(string token, long? appId)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.StartsWith("pat-", StringComparison.OrdinalIgnoreCase))
            return appId is null ? CredentialKind.ServiceKey : CredentialKind.LegacyPrivateApp;
        if (PersonalKey().IsMatch(token)) return CredentialKind.PersonalAccessKey;
        return OAuth().IsMatch(token) ? CredentialKind.OAuthGrant : CredentialKind.Unknown;
    }

    [GeneratedRegex("^" + SecretPatterns.PersonalKeyHead)]
    private static partial Regex PersonalKey();

    [GeneratedRegex(@"^C[A-Za-z0-9_\-=]{79,2000}\z")]
    private static partial Regex OAuth();
}
