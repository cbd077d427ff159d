namespace HubSpotMonitor.Signals;

/// <summary>The rules that one slice judges and others speak of. The same word stands in alerts, in settings, in the API and on the page.</summary>
public static class RuleIds
{
    public const string UsageSpike = "usage-spike";
    public const string UsageSlowDrain = "usage-slow-drain";
    public const string UsageSilence = "usage-silence";
    public const string UsageNearLimit = "usage-near-limit";
    public const string MonitorBlind = "monitor-blind";
    public const string MassChange = "mass-change";
    public const string WebhookSignatureFailures = "webhook-signature-failures";
    public const string AppInstalled = "app-installed";
    public const string AppEventsSpike = "app-events-spike";
    public const string LoginsSpike = "logins-spike";
    public const string ExportsSpike = "exports-spike";
    public const string DeliveryFailing = "delivery-failing";
    public const string KeyTooOld = "key-too-old";
    public const string CredentialOrphaned = "credential-orphaned";
    public const string CredentialUnregistered = "credential-unregistered";
    public const string TokenOverPrivileged = "token-over-privileged";
}
