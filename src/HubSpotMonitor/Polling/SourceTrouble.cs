using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Polling;

/// <summary>What a refusal means for a source, and what to grant.</summary>
internal static class SourceTrouble
{
    /// <summary>A cursor that comes again would be followed for ever.</summary>
    public const string Circle = "HubSpot's pages lead in a circle: what they held is kept, and the next run begins again at what was read before.";

    /// <summary>403 stays until somebody grants something, and 404 until the address or the plan changes; all else may pass.</summary>
    public static (SourceAccess Access, string Says) Of(HubSpotException e, AccessSource source) =>
        e.Failure == HubSpotFailure.MissingScope || e.IsUnknown
            ? (SourceAccess.Denied, $"{e.Message} {Grant(source)}")
            : (SourceAccess.Failed, e.Message);

    private static string Grant(AccessSource source) => source switch
    {
        AccessSource.AuditLog => "The audit log needs an Enterprise plan, and the scope account-info.security.read.",
        AccessSource.SecurityActivity or AccessSource.LoginHistory =>
            "Grant the monitor's credential the scope account-info.security.read; a free plan may not have this history.",
        AccessSource.Users => "Grant the monitor's credential the scope settings.users.read.",
        AccessSource.SmtpTokens => "Grant the monitor's credential the scope transactional-email, if the account sends transactional mail.",
        _ => "Every credential may ask this: look whether the token is one of a private app or a service key.",
    };
}
