using HubSpotMonitor.Posture.Rules.Access;
using HubSpotMonitor.Posture.Rules.Account;
using HubSpotMonitor.Posture.Rules.Keys;
using HubSpotMonitor.Posture.Rules.People;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture;

/// <summary>The one list of all rules. A test compares it with the types in the assembly and with the pages.</summary>
public static class RuleCatalog
{
    public static IReadOnlyList<IPostureRule> Rules { get; } =
    [
        new KeyRevealedRule(),
        new KeyOddlyMadeRule(),
        new ApiKeyRule(),
        new KeyAgeRule(),
        new RotationScheduleRule(),
        new DeveloperHoursRule(),
        new SecretOutOfPlaceRule(),
        new SmtpTokenRule(),
        new LegacyKindRule(),
        new StaticTokenRule(),
        new ScopeWidenedRule(),
        new OverPrivilegedRule(),
        new UnregisteredRule(),
        new NeverSeenRule(),
        new OrphanRule(),
        new LoginPlaceRule(),
        new BruteForceRule(),
        new AdminAddedRule(),
        new StaffAccessRule(),
        new TooManyAdminsRule(),
        new OutsideAdminRule(),
        new InactiveUserRule(),
        new ProtectedBlockRule(),
        new DomainInviteRule(),
        new GuardOffRule(),
        new BulkExportRule(),
        new DataDoorRule(),
        new AppConnectedRule(),
        new WebhookTargetRule(),
        new UnknownActivityRule(),
    ];

    /// <summary>Every rule of the product with its page, the detectors' too; ordered by id.</summary>
    public static IReadOnlyList<RuleSheet> Sheets { get; } =
        [.. Rules.Select(rule => rule.Sheet).Concat(DetectorSheets.All).OrderBy(sheet => sheet.Id, StringComparer.Ordinal)];

    public static IReadOnlyList<RuleResult> EvaluateAll(PostureEvidence evidence) =>
        [.. Rules.Select(rule => evidence.Options.OffRules.Contains(rule.Sheet.Id)
        ? rule.Sheet.NotEvaluable("It is switched off by Posture:OffRules.")
        : rule.Evaluate(evidence))];
}
