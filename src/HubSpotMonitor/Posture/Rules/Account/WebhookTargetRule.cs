using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Account;

internal sealed class WebhookTargetRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "webhook-target-changed",
        Title = "Webhook target added or changed",
        Severity = Severity.High,
        Section = 5,
        Needs = [AccessSource.SecurityActivity],
        Sees = "An app's webhook settings or subscriptions, a webhook in a workflow or a bot's webhook were added or changed within the last day: High. HubSpot's event does not name the target.",
        Why = "A webhook sends every change of a record out by itself, with no key and no call that would be counted. It is the quietest way to keep data flowing.",
        Steps =
        [
            "Open the app, workflow or bot named in the evidence and look where it sends to: is that host yours, is it https?",
            "Ask the person named what it is for.",
            "Remove it if nobody can say; else note the host under webhookHosts in the registry.",
        ],
        BeSure = "Only the target tells: compare its host with webhookHosts in your registry.",
        FalseAlarms = "Work on an integration that somebody announced.",
        Good = "No webhook was added or changed.",
        Maps = "T1567.004",
    };

    public RuleResult Evaluate(PostureEvidence evidence) =>
        Sheet.Judge(evidence, evidence.Today(IsOfWebhooks).ByObject().Select(group => Tell(evidence, group)));

    private Finding Tell(PostureEvidence evidence, EventGroup group) =>
        Sheet.Finding(group.Subject, Severity.High, $"{group.People} changed where webhooks go",
            $"{group.People} did {group.Types}{group.From}. HubSpot does not say where it goes to now.{Hosts(evidence)}",
            group.First.At, group.Evidence) with
        {
            NewestEvent = group.Last.Evidence,
        };

    private static bool IsOfWebhooks(string type) =>
        type is "WEBHOOK_SETTINGS_UPDATE" or "WEBHOOK_SUBSCRIPTION_CREATE" or "WEBHOOK_SUBSCRIPTION_UPDATE"
            or "ADD_WEBHOOK_IN_WORKFLOW" or "MODIFY_WEBHOOK_IN_WORKFLOW" or "BOTS_WEBHOOK_POST" or "BOTS_WEBHOOK_UPDATE";

    private static string Hosts(PostureEvidence evidence) =>
        evidence.Registry is { WebhookHosts.Count: > 0 } registry
            ? $" Allowed are {string.Join(", ", registry.WebhookHosts.Order(StringComparer.Ordinal))}."
            : "";
}
