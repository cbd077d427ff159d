using HubSpotMonitor.Functions.Hosting;

namespace HubSpotMonitor.Functions.SignIn;

/// <summary>Who says who somebody is.</summary>
internal enum SignInMode
{
    /// <summary>In Azure: App Service Authentication stands in front and passes on whom it let through.</summary>
    Platform,

    /// <summary>Called by a Functions host without that: nobody can be known, so page and API stay closed.</summary>
    Closed,

    /// <summary>On one machine: whoever sits at it, and nobody else.</summary>
    Machine,

    /// <summary>On one machine, with a password.</summary>
    Password,
}

/// <summary>How people come in; decided once, at the start.</summary>
internal sealed record FrontDoor(SignInMode Mode)
{
    /// <summary>The one scheme of authentication that there is.</summary>
    public const string Scheme = "sign-in";

    // Set by App Service where its authentication is switched on, which then takes its own headers from what comes from outside:
    // https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities. Microsoft.Identity.Web looks at the same variable.
    private const string PlatformSetting = "WEBSITE_AUTH_ENABLED";

    public static FrontDoor From(HostMode mode, IConfiguration configuration) => (mode.IsCustomHandler, HasPassword(configuration)) switch
    {
        (true, _) => bool.TryParse(configuration[PlatformSetting], out var isOn) && isOn ? new(SignInMode.Platform) : new(SignInMode.Closed),
        (false, true) => new(SignInMode.Password),
        _ => new(SignInMode.Machine),
    };

    private static bool HasPassword(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration[$"{SignInOptions.Section}:{nameof(SignInOptions.Password)}"]);
}
