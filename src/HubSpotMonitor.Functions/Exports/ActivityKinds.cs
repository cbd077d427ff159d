namespace HubSpotMonitor.Functions.Exports;

/// <summary>
/// HubSpot's names of activity in OCSF's words. The names are an open set: what is not known goes by its verb, and without one as "other".
/// </summary>
internal static class ActivityKinds
{
    private static readonly (string Prefix, string Kind)[] Entities =
    [
        ("PRIVATE_APP_", "private app"),
        ("PUBLIC_APP_", "public app"),
        ("SERVICE_KEY_", "service key"),
        ("HAPIKEY_", "API key"),
        ("SMTP_TOKEN_", "SMTP token"),
        ("CLIENT_SECRET_", "client secret"),
        ("WEBHOOK_", "webhook"),
        ("BOTS_WEBHOOK_", "webhook"),
        ("ADD_WEBHOOK_", "webhook"),
        ("MODIFY_WEBHOOK_", "webhook"),
        ("SECRET_ADDED_", "secret"),
        ("IP_RESTRICTIONS_", "access guard"),
        ("ALLOWED_", "access guard"),
        ("DOMAIN_BASED_INVITE", "access guard"),
        ("ADD_SINGLE_SIGN_ON", "single sign-on"),
        ("REMOVE_SINGLE_SIGN_ON", "single sign-on"),
        ("REQUIRE_SINGLE_SIGN_ON", "single sign-on"),
        ("UNREQUIRE_SINGLE_SIGN_ON", "single sign-on"),
    ];

    /// <returns>The account's change; null: it is none.</returns>
    public static (int Id, string Name)? AccountChange(string type) => type switch
    {
        "ADD_USER" or "JOINED_PORTAL_VIA_DOMAIN_BASED_INVITE" => (1, "Create"),
        "REACTIVATE_USER" => (2, "Enable"),
        "CHANGE_PASSWORD" => (3, "Password Change"),
        "MANUAL_PASSWORD_RESET_EMAIL_SEND" => (4, "Password Reset"),
        "DEACTIVATE_USER" => (5, "Disable"),
        "REMOVE_USER" => (6, "Delete"),
        "ADD_ADMIN_USER" or "ADD_ADMIN_PERMISSIONS" => (7, "Attach Policy"),
        "REMOVE_ADMIN_USER" or "REMOVE_ADMIN_PERMISSIONS" => (8, "Detach Policy"),
        "ADD_TWO_FACTOR_AUTHENTICATION" => (10, "MFA Factor Enable"),
        "REMOVE_TWO_FACTOR_AUTHENTICATION" => (11, "MFA Factor Disable"),
        "IMPERSONATE_USER" => (99, type),
        _ when type.StartsWith("PERSONAL_ACCESS_KEY_", StringComparison.Ordinal)
            || type.StartsWith("HUBSPOT_EMPLOYEE_ACCESS_", StringComparison.Ordinal) => (99, type),
        _ => null,
    };

    /// <returns>What was managed; null: nothing that is one.</returns>
    public static string? Entity(string type) => Entities.FirstOrDefault(entity => type.StartsWith(entity.Prefix, StringComparison.Ordinal)).Kind;

    public static (int Id, string Name) EntityVerb(string type) => Words(type) switch
    {
        // The schedule went, not the key.
        var words when words.Overlaps(["SCHEDULE"]) => (3, "Update"),
        var words when words.Overlaps(["ENABLED"]) => (8, "Enable"),
        var words when words.Overlaps(["DISABLED"]) => (9, "Disable"),
        var words when words.Overlaps(["ACTIVATE", "ACTIVATED"]) => (10, "Activate"),
        var words when words.Overlaps(["DEACTIVATE", "DEACTIVATED"]) => (11, "Deactivate"),
        _ => CallVerb(type),
    };

    public static (int Id, string Name) CallVerb(string type) => Words(type) switch
    {
        var words when words.Overlaps(["DELETE", "DELETED", "REMOVE", "REMOVED", "REVOKE", "REVOKED"]) => (4, "Delete"),
        var words when words.Overlaps(["CREATE", "CREATED", "ADD", "ADDED", "IMPORT"]) => (1, "Create"),
        var words when words.Overlaps(
        [
            "UPDATE", "UPDATED", "MODIFY", "CHANGE", "CHANGED", "ROTATE", "ROTATED", "RESET", "WRITE", "REQUIRE", "UNREQUIRE",
        ]) => (3, "Update"),
        var words when words.Overlaps(["VIEW", "VIEWED", "REVEAL", "RETRIEVED", "EXPORT", "DOWNLOAD", "DOWNLOADED", "READ"]) => (2, "Read"),
        _ => (99, type.Length == 0 ? "Other" : type),
    };

    private static HashSet<string> Words(string type) => [.. type.ToUpperInvariant().Split('_', '/', '.', ' ')];
}
