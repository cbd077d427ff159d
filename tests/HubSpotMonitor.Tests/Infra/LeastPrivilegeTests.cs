using System.Text.Json;
using System.Text.RegularExpressions;

namespace HubSpotMonitor.Tests.Infra;

/// <summary>No key, no password, no right too many: read from what would be deployed.</summary>
public sealed partial class LeastPrivilegeTests
{
    // https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
    private static readonly Dictionary<string, string> Roles = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner on storageAccounts",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor on storageAccounts",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher on components",
        ["4633458b-17de-408a-874b-0445c86b69e6"] = "Key Vault Secrets User on vaults",
        ["b86a8fe4-44ce-4948-aee5-ecb2c155cd7f"] = "Key Vault Secrets Officer on vaults",
    };

    [Theory]
    [MemberData(nameof(InfraFiles.Deployments), MemberType = typeof(InfraFiles))]
    public void The_identity_gets_these_rights_and_no_others(string deployment)
    {
        string[] channels = ["email", "teams", "slack", "webhook", "smtp"];
        var expected = Roles.Values
            .Concat(["Data Sender on topics/alerts", "Data Sender on queues/polls", "Data Receiver on queues/polls"])
            .Concat(channels.Select(channel => $"Data Receiver on subscriptions/{channel}"));

        InfraFiles.Resources(deployment, "Microsoft.Authorization/roleAssignments").Select(Right).ShouldBe(expected, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(InfraFiles.Deployments), MemberType = typeof(InfraFiles))]
    public void Nothing_new_can_be_opened_with_a_key_or_a_password(string deployment)
    {
        Values(deployment, "Microsoft.Storage/storageAccounts", "allowSharedKeyAccess").ShouldAllBe(allowed => !allowed);
        Values(deployment, "Microsoft.Storage/storageAccounts", "allowBlobPublicAccess").ShouldAllBe(allowed => !allowed);
        Values(deployment, "Microsoft.ServiceBus/namespaces", "disableLocalAuth").ShouldAllBe(disabled => disabled);
        Values(deployment, "Microsoft.KeyVault/vaults", "enableRbacAuthorization").ShouldAllBe(roles => roles);
        Values(deployment, "Microsoft.KeyVault/vaults", "enablePurgeProtection").ShouldAllBe(isProtected => isProtected);
        Values(deployment, "Microsoft.Insights/components", "DisableLocalAuth").ShouldBe([true]);
        Values(deployment, "Microsoft.Web/sites", "httpsOnly").ShouldBe([true]);
        Values(deployment, "Microsoft.Web/sites/basicPublishingCredentialsPolicies", "allow").ShouldBe([false, false]);
    }

    [Theory]
    [MemberData(nameof(InfraFiles.Deployments), MemberType = typeof(InfraFiles))]
    public void Every_secret_is_a_reference(string deployment)
    {
        var secrets = InfraFiles.AppSettings(deployment).Where(setting => SecretName().IsMatch(setting.Key)).ToList();

        secrets.ShouldNotBeEmpty();
        secrets.ShouldAllBe(setting => setting.Value.Contains("@Microsoft.KeyVault(SecretUri=https://", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(InfraFiles.Deployments), MemberType = typeof(InfraFiles))]
    public void What_the_deployment_tells_afterwards_is_no_secret(string deployment) =>
        InfraFiles.Prediction(deployment).GetProperty("outputs").EnumerateObject().Select(output => output.Name)
            .ShouldBe(["APP_NAME", "PAGE_URL", "WEBHOOK_URL", "KEY_VAULT_NAME", "IDENTITY_PRINCIPAL_ID"], ignoreOrder: true);

    [Fact]
    public void With_private_networking_storage_vaults_and_bus_have_no_public_address()
    {
        string[] types = ["Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults", "Microsoft.ServiceBus/namespaces"];

        types.SelectMany(type => InfraFiles.Resources("everything", type))
            .Select(resource => resource.GetProperty("properties").GetProperty("publicNetworkAccess").GetString())
            .ShouldBe(["Disabled", "Disabled", "Disabled", "Disabled"]);
        InfraFiles.Resources("everything", "Microsoft.Network/privateEndpoints").Count.ShouldBe(5);
    }

    private static IReadOnlyList<bool> Values(string deployment, string type, string property) =>
        [.. InfraFiles.Resources(deployment, type).Select(resource => resource.GetProperty("properties").GetProperty(property).GetBoolean())];

    private static string Right(JsonElement assignment)
    {
        var scope = Scope().Match(assignment.GetProperty("id").GetString()!).Groups[1].Value.Split('/');
        var role = assignment.GetProperty("properties").GetProperty("roleDefinitionId").GetString()!.Split('/')[^1];
        return role switch
        {
            "69a216fc-b8ed-44d8-bc22-1f3c2cd27a39" => $"Data Sender on {scope[^2]}/{scope[^1]}",
            "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0" => $"Data Receiver on {scope[^2]}/{scope[^1]}",
            _ => Roles.GetValueOrDefault(role) is { } name && name.EndsWith($" on {scope[^2]}", StringComparison.Ordinal)
                ? name
                : $"{role} on {scope[^2]}",
        };
    }

    [GeneratedRegex(@"extensionResourceId\('([^']+)'")]
    private static partial Regex Scope();

    [GeneratedRegex("ApiKey|Token|Secret|Url__|WorkflowUrl|Password")]
    private static partial Regex SecretName();
}
