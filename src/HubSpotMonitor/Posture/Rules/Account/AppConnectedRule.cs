using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Account;

internal sealed class AppConnectedRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "app-connected",
        Title = "New app connected by a user",
        Severity = Severity.High,
        Section = 4,
        Needs = [AccessSource.SecurityActivity],
        Helps = [AccessSource.Registry],
        Sees = "Somebody installed an integration within the last day: High when it is not on the registry's list of allowed apps, Medium where there is no such list or when it was uninstalled again since, nothing when it is on the list. HubSpot's event has the app's number and not its name, so that kinds of apps (assistants with AI, for instance) cannot be told apart here. The rule app-installed tells the same from the webhooks journal, minutes earlier and without the person.",
        Why = "A connected app reads what its scopes allow, for as long as nobody disconnects it, on its vendor's machines.",
        Steps =
        [
            "In HubSpot open Settings > Integrations > Connected apps: which app is it, and with which scopes?",
            "Ask the person named whether they meant it, and what it is for.",
            "Disconnect it, or add its number to allowedApps in the registry. If it is gone already: ask what it was let read.",
        ],
        BeSure = "HubSpot's own event is certain.",
        FalseAlarms = "A tool that was agreed on and not yet listed.",
        Settings = [nameof(PostureOptions.RegistryFile)],
        Good = "No app was connected that is not allowed.",
        Maps = "NHI3",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, Find(evidence));

    private IEnumerable<Finding> Find(PostureEvidence evidence)
    {
        var allowed = evidence.Registry?.AllowedApps;
        foreach (var group in evidence.Today(type => type == ActivityTypes.AppInstalled).ByObject())
        {
            if (group.Last.ObjectId is { } number && allowed?.Contains(number) == true) continue;
            var list = allowed is null ? "There is no list of allowed apps to compare it with." : "It is not on the list of allowed apps.";
            yield return EndOf(group.Last, evidence) is { } end
                ? Passing(group, end, list)
                : Standing(group, allowed is null ? Severity.Medium : Severity.High, list);
        }
    }

    private Finding Standing(EventGroup group, Severity severity, string list) =>
        Sheet.Finding(group.Subject, severity, $"{group.People} connected {NameOf(group)}",
            $"{group.People} installed it{group.From}. {list}", group.First.At, group.Evidence) with
        {
            NewestEvent = group.Last.Evidence,
        };

    // Minutes are enough to read what its scopes allow.
    private Finding Passing(EventGroup group, ActivityEvent end, string list) =>
        Sheet.Finding(group.Subject, Severity.Medium, $"{group.People} connected {NameOf(group)} for {group.Lasted(end.At)}",
            $"{group.People} installed it{group.From}, and {Who.Name(end)} uninstalled it again. It was connected for {group.Lasted(end.At)}; what it read it may have kept. {list}",
            group.First.At, [.. group.Evidence, end.Evidence]) with
        {
            NewestEvent = group.Last.Evidence,
        };

    private static string NameOf(EventGroup group) => group.Last.ObjectId is { } app ? $"app {app}" : "an app";

    private static ActivityEvent? EndOf(ActivityEvent install, PostureEvidence evidence) =>
        evidence.CredentialOf(install) is { Status: CredentialStatus.Ended }
            ? evidence.Recent.FirstOrDefault(item => item.Type == ActivityTypes.AppUninstalled
                && item.At >= install.At
                && LedgerFold.KeyOf(item) == LedgerFold.KeyOf(install))
            : null;
}
