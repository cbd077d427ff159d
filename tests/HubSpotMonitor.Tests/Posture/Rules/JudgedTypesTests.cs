using System.Text.Json;
using HubSpotMonitor.Posture;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Posture.Rules;

public sealed class JudgedTypesTests
{
    /// <summary>
    /// Known types that no rule need tell of by themselves. Whoever adds a type to the list decides here or in a rule what it means.
    /// </summary>
    private static readonly string[] Harmless =
    [
        // Something is closed, taken away or switched on: a rule tells when it was opened or switched off.
        "ACCOUNT_REMOVED_FROM_MULTI_ACCOUNT_ORGANIZATION", "ADD_SINGLE_SIGN_ON", "ADD_TWO_FACTOR_AUTHENTICATION", "ALLOWED_GEOLOCATIONS_ENABLED",
        "AUTOMATED_INACTIVE_USER_DEACTIVATION_ENABLED", "DATA_BACKUP_SCHEDULE_DELETED", "DATA_SHARING_CONNECTION_REMOVED", "DEACTIVATE_USER",
        "DOMAIN_BASED_INVITES_DISABLED", "DOMAIN_BASED_INVITE_REMOVED", "HAPIKEY_DEACTIVATE", "HUBSPOT_EMPLOYEE_ACCESS_DISABLED",
        "IP_RESTRICTIONS_ENABLED", "MULTI_ACCOUNT_REPORTING_CONNECTION_REMOVED", "MULTI_ACCOUNT_WORKFLOWS_CONNECTION_REMOVED", "PASSKEY_DELETED",
        "REMOVE_ADMIN_PERMISSIONS", "REMOVE_ADMIN_USER", "REMOVE_USER", "REQUIRE_SINGLE_SIGN_ON", "SANDBOX_DELETION", "SMTP_TOKEN_DELETED",
        "SMTP_TOKEN_PASSWORD_RESET", "TWO_FACTOR_PROTECTED_ENDPOINT_SUCCEEDED", "UNINSTALL_INTEGRATION",

        // People and teams, every day; what a new person may do is told when they get rights, keys or files.
        "AUTOMATED_INACTIVE_USER_DEACTIVATION_DISABLED", "BULK_EMAIL_DOMAIN_CHANGE", "CHANGE_PASSWORD", "MANUAL_PASSWORD_RESET_EMAIL_SEND",
        "MANUAL_REGISTRATION_EMAIL_SEND", "TEAM_ADDED", "TEAM_DELETED", "TEAM_USER_ADDED", "TEAM_USER_DELETED",

        // Data comes in, is put right or stays: what leaves is told when the file does.
        "BOTS_WEBHOOK_VIEWED", "DATASET_SYNC", "DATA_ACCESS_REQUEST_SUBMITTED", "DATA_BACKUP_CREATED", "DATA_BACKUP_SCHEDULE_UPDATED",
        "DATA_RESTORE_COMPLETED", "EXPORT_APPROVAL", "GDPR_DELETE", "IMPORT", "MERGE_REVERT", "PROPERTY_HISTORY_REVISION",
        "SANDBOX_SYNC_TO_PRODUCTION", "UNIFIED_RESTORE_UNDO_EXECUTION",

        // It opens mail and no records; from an unusual place it is told.
        "SMTP_TOKEN_RETRIEVED",

        // Settings of mail, marketing and the law, which open no access.
        "ATTACHMENT_LOGGING_DISABLED", "ATTACHMENT_LOGGING_ENABLED", "CHANGE_AD_EVENT_CONSENT_SETTING", "CHANGE_AD_EVENT_DATA_SHARING_SETTING",
        "CONTACT_OWNER_AUTO_ASSIGN_DISABLED", "CONTACT_OWNER_AUTO_ASSIGN_ENABLED", "EMAIL_LOGGING_SYNC_SET_ALL", "EMAIL_LOGGING_SYNC_SET_CONTACTS",
        "EMAIL_LOGGING_SYNC_SET_REPLIES", "EMAIL_TRACKING_DISABLED", "EMAIL_TRACKING_ENABLED", "GDPR_TOGGLE_DISABLED", "GDPR_TOGGLE_ENABLED",
        "LEGAL_BASIS_REQUIREMENT_DISABLED", "LEGAL_BASIS_REQUIREMENT_ENABLED", "MARKETING_CONTACTS_APP_SETTINGS_DISABLED",
        "MARKETING_CONTACTS_APP_SETTINGS_ENABLED", "NEVER_LOG_FOR_PORTAL_ADDITION", "NEVER_LOG_FOR_PORTAL_DELETION",
        "NEVER_LOG_FOR_USER_ADDITION", "NEVER_LOG_FOR_USER_DELETION", "SENSITIVE_DATA_DISABLED", "SENSITIVE_DATA_ENABLED",

        // Content, sequences and payments: not this product's subject.
        "ACCEPTANCE_TEST", "PAYMENT_ACCOUNT_CREATION", "PAYMENT_ACCOUNT_INFO_UPDATE", "PAYMENT_BANK_ACCOUNT_CHANGE", "PAYMENT_ONBOARDING_LINK_SEND",
        "PRODUCTION_DEPLOYMENT", "RESTRICTED_LIST_ADDED_TO_CONTENT", "SEQUENCE_CLONED", "SEQUENCE_CREATED", "SEQUENCE_ENROLLMENT_INITIATED",
        "SEQUENCE_ENROLLMENT_STATE_CHANGED", "SEQUENCE_MODIFIED", "TEMPLATE_DELETED", "TEMPLATE_MODIFIED", "TOUCHLESS_PURCHASE",
    ];

    private static readonly string[] Known =
        JsonSerializer.Deserialize<string[]>(
            File.ReadAllText(Path.Combine(Repository.Root, "src", "HubSpotMonitor", "Posture", "Data", "activity-types.json")))!;

    [Fact]
    public void Every_known_type_of_activity_is_judged_by_a_rule_or_known_to_be_harmless() =>
        Known.Where(type => !IsJudged(type)).ShouldBe(Harmless, ignoreOrder: true);

    // Three times at night, by an admin who never did it, and before a spike: worse it cannot be.
    private static bool IsJudged(string type)
    {
        var night = World.Now.AddHours(-9);
        var world = new World
        {
            Users = [World.User(Events.Jane, superAdmin: true), World.User(World.Sam, superAdmin: true)],
            Usage = [new("usage-spike", night.AddHours(1), night.AddHours(1), Severity.High)],
        }.And(Enumerable.Range(0, 3).Select(index => Events.Security(type, night.AddMinutes(index), "9", World.Sam)));
        return RuleCatalog.EvaluateAll(world.Gather()).Any(result => result.Outcome == RuleOutcome.Fail);
    }
}
