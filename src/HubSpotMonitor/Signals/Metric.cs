namespace HubSpotMonitor.Signals;

/// <summary>The names of what is measured. The same word stands in the table, in the API and on the page.</summary>
public static class Metric
{
    /// <summary>Calls made since the account's local midnight, as HubSpot's usage endpoint reports them; minutes late.</summary>
    public const string UsageReported = "usage-reported";

    /// <summary>The same counter, read from the rate-limit headers of our own calls; not late, absent for OAuth tokens.</summary>
    public const string UsageLive = "usage-live";

    /// <summary>Calls made in an interval: the difference between two values of a counter.</summary>
    public const string Calls = "calls";

    /// <summary>Webhook events that happened in a minute, per type and change source: <see cref="EventSubject"/>.</summary>
    public const string Events = "events";

    /// <summary>Webhook events in a quarter of an hour, per app that caused them: see <see cref="ChangeSource"/>.</summary>
    public const string AppEvents = "app-events";

    /// <summary>Attempts to log in, good and bad, in an hour.</summary>
    public const string Logins = "logins";

    /// <summary>Exports of all kinds in an hour.</summary>
    public const string Exports = "exports";

    /// <summary>
    /// Webhook requests received in a minute, per <see cref="IntakeOutcome"/>. Of <see cref="Portal.Monitor"/>: who forges names no portal.
    /// </summary>
    public const string WebhookRequests = "webhook-requests";

    /// <summary>Minutes since a portal's last webhook event was received.</summary>
    public const string WebhookSilence = "webhook-silence";

    public static IReadOnlyList<string> All { get; } =
        [UsageReported, UsageLive, Calls, Events, AppEvents, Logins, Exports, WebhookRequests, WebhookSilence];

    /// <summary>The subject of <see cref="Events"/>: <c>contact.deletion|INTEGRATION:9393361</c>.</summary>
    public static string EventSubject(string type, string source) => $"{type}|{source}";

    /// <summary>Type and source of a subject. HubSpot's names hold no bar; were there one in a type, it would show in the source.</summary>
    public static (string Type, string Source) EventParts(string subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return subject.IndexOf('|', StringComparison.Ordinal) is var bar and >= 0
            ? (subject[..bar], subject[(bar + 1)..])
            : (subject, ChangeSource.Unknown);
    }
}
