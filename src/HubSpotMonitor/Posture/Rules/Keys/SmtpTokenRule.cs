using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Keys;

/// <summary>The credential that nobody thinks of: it sends mail in the company's name.</summary>
internal sealed class SmtpTokenRule : IPostureRule
{
    public RuleSheet Sheet { get; } = new()
    {
        Id = "smtp-token-stale",
        Title = "SMTP token old or made by somebody who left",
        Severity = Severity.Medium,
        Section = 3,
        Needs = [AccessSource.SmtpTokens],
        Helps = [AccessSource.Users, AccessSource.SecurityActivity],
        Sees = "An SMTP token is older than the age limit, or was made by somebody who is not among the account's users any more, or was deactivated as far as events tell: Medium.",
        Why = "An SMTP token sends mail from your domain with your reputation. It never expires, and it outlives whoever made it.",
        Steps =
        [
            "Find the system that sends mail with this token: the campaign's name usually tells.",
            "Reset its password in HubSpot, and give the new one to that system.",
            "If nothing uses it: delete it.",
        ],
        BeSure = "HubSpot lists maker and day itself. Look at the sends of the campaign to see whether it is in use.",
        FalseAlarms = "A maker whose address changed, where no event of HubSpot's tells their number.",
        Settings = [nameof(PostureOptions.KeyAgeLimit)],
        Good = "Every SMTP token is young enough and its maker is still here.",
        Maps = "NHI1, NHI7",
    };

    public RuleResult Evaluate(PostureEvidence evidence) => Sheet.Judge(evidence, Find(evidence));

    private IEnumerable<Finding> Find(PostureEvidence evidence)
    {
        foreach (var token in evidence.Inventory.Where(one => one is { Kind: CredentialKind.SmtpToken, Status: CredentialStatus.Active }))
        {
            var old = token.SecretSince is { } since && evidence.Now - since >= (token.AgeLimit ?? evidence.Options.KeyAgeLimit);
            var left = token.CreatedBy is { } maker ? People.Staff.LeaveOf(evidence, maker, token)?.How : null;
            if (!old && left is null) continue;
            var what = (old, left) switch
            {
                (true, not null) => $"is {(evidence.Now - token.SecretSince!.Value).Days} days old and its maker {token.CreatedBy} {left}",
                (true, null) => $"is {(evidence.Now - token.SecretSince!.Value).Days} days old",
                _ => $"was made by {token.CreatedBy}, who {left}",
            };
            yield return Sheet.Finding(token.Id, Severity.Medium, $"{token.Name} {(old ? "is old" : "belongs to nobody")}",
                $"{token.Name} {what}.", token.SecretSince ?? evidence.Now);
        }
    }
}
