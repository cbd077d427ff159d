namespace HubSpotMonitor.Signals;

/// <summary>What an alert is about, where one slice says it and others ask for it.</summary>
public static class Subjects
{
    /// <summary>The account's API usage as a whole.</summary>
    public const string Usage = "usage";

    /// <summary>Most accounts at once, for one reason.</summary>
    public const string Accounts = "accounts";

    /// <summary>Everything at the webhook address: nothing comes, or nothing is accepted.</summary>
    public const string Webhooks = "webhooks";

    /// <summary>Requests at the webhook address that HubSpot did not sign, among genuine ones.</summary>
    public const string Forged = "forged";

    /// <summary>Requests that HubSpot signed and that could not be taken.</summary>
    public const string WebhookRefused = "webhook-refused";

    /// <summary>The webhooks journal, which cannot be read.</summary>
    public const string Journal = "journal";

    /// <summary>What the journal no longer holds and was not read in time.</summary>
    public const string JournalGap = "journal-gap";
}
