namespace HubSpotMonitor.Functions.SignIn;

/// <summary>
/// The cookie of a session. What people ask for by https gets it for encrypted requests only, also where a tunnel or a proxy takes the encryption
/// off, so that the request itself is plain http: the settings tell.
/// </summary>
/// <param name="encrypted">The https addresses at which people ask.</param>
internal sealed class SessionCookie(IReadOnlyList<Uri> encrypted) : CookieBuilder
{
    public override CookieOptions Build(HttpContext context, DateTimeOffset expiresFrom)
    {
        var options = base.Build(context, expiresFrom);
        options.Secure |= encrypted.Any(address => IsAskedAt(address, context.Request.Host));
        return options;
    }

    // The port counts: at one of its own the same name may be asked by plain http, and a browser would throw the cookie away there.
    private static bool IsAskedAt(Uri address, HostString host) =>
        address.Host.Equals(host.Host, StringComparison.OrdinalIgnoreCase) && (host.Port ?? address.Port) == address.Port;
}
