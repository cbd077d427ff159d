using HubSpotMonitor.Posture.Knowledge;
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
        Sees = "Somebody installed an integration within the last day that is not uninstalled yet: High when it is not on the registry's list of allowed apps, Medium where there is no such list, nothing when it is on it. HubSpot's event has the app's number and not its name, so that kinds of apps (assistants with AI, for instance) cannot be told apart here. The rule app-installed tells the same from the webhooks journal, minutes earlier and without the person.",
        Why = "A connected app reads what its scopes allow, for as long as nobody disconnects it, on its vendor's machines.",
        Steps =
        [
            "In HubSpot open Settings > Integrations > Connected apps: which app is it, and with which scopes?",
            "Ask the person named whether they meant it, and what it is for.",
            "Disconnect it, or add its number to allowedApps in the registry.",
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
            if (evidence.CredentialOf(group.Last) is { Status: CredentialStatus.Ended }) continue;
            yield return Sheet.Finding(group.Subject, allowed is null ? Severity.Medium : Severity.High, $"{group.People} connected {(group.Last.ObjectId is { } app ? $"app {app}" : "an app")}",
                $"{group.People} installed it{group.From}. {(allowed is null ? "There is no list of allowed apps to compare it with." : "It is not on the list of allowed apps.")}", group.First.At, group.Evidence);
        }
    }
}
