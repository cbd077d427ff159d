using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture;

/// <summary>What the sources are called, on which plan they exist, and what makes them readable.</summary>
public static class SourceWords
{
    public static string Name(AccessSource source) => source switch
    {
        AccessSource.SecurityActivity => "The security activity",
        AccessSource.LoginHistory => "The login history",
        AccessSource.AuditLog => "The audit log",
        AccessSource.Users => "The list of users",
        AccessSource.OwnToken => "What HubSpot says of the monitor's token",
        AccessSource.SmtpTokens => "The list of SMTP tokens",
        AccessSource.Usage => "API usage",
        AccessSource.Webhooks => "Webhooks",
        AccessSource.Registry => "The access registry",
        AccessSource.WebhooksJournal => "The webhooks journal",
        _ => $"{source}",
    };

    public static string Grant(AccessSource source) => source switch
    {
        AccessSource.SecurityActivity or AccessSource.LoginHistory => "give the monitor's credential the scope account-info.security.read.",
        AccessSource.AuditLog => "give the monitor's credential the scope account-info.security.read; the audit log exists on Enterprise plans only.",
        AccessSource.Users => "give the monitor's credential the scope settings.users.read.",
        AccessSource.SmtpTokens => "give the monitor's credential the scope transactional-email; it exists with the transactional email add-on only.",
        AccessSource.OwnToken or AccessSource.Usage => "set a valid token for the account.",
        AccessSource.Webhooks => "set Webhooks__PublicUrl and Webhooks__Secrets__0.",
        AccessSource.WebhooksJournal =>
            "set Webhooks__JournalClientId and Webhooks__Secrets__0; the app needs the scope developer.webhooks_journal.read and journal subscriptions.",
        AccessSource.Registry => "set Posture__RegistryFile to a file that names the account, as docs/access-registry.sample.yaml does.",
        _ => "see the documentation.",
    };

    /// <summary>As HubSpot's pages list them; what a free account answers is not documented, and a refusal is said as such.</summary>
    public static string Plan(AccessSource source) => source switch
    {
        AccessSource.SecurityActivity or AccessSource.LoginHistory => "Starter and up",
        AccessSource.AuditLog => "Enterprise",
        AccessSource.SmtpTokens => "Professional with transactional email",
        _ => "any",
    };
}
