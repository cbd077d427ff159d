using System.Text.Json;
using System.Text.RegularExpressions;
using HubSpotMonitor.Functions;
using HubSpotMonitor.Functions.SignIn;
using HubSpotMonitor.Functions.Timers;

namespace HubSpotMonitor.Tests.Infra;

/// <summary>Settings and functions stand in the template, in the options classes, in the sample and in the function.json files: here they are held together.</summary>
public sealed partial class InfraAgreementTests
{
    // The Functions host's and the platform's; AZURE_CLIENT_ID is read by Azure.Identity.
    private static readonly string[] NotOurs =
    [
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "APPLICATIONINSIGHTS_CONNECTION_STRING", "AZURE_CLIENT_ID",
        "AzureWebJobsStorage__accountName", "AzureWebJobsStorage__clientId", "AzureWebJobsStorage__credential",
        "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID",
        "ServiceBusConnection__clientId", "ServiceBusConnection__credential", "ServiceBusConnection__fullyQualifiedNamespace",
    ];

    private static readonly FunctionFolders Folders = FunctionFolders.Read(AppContext.BaseDirectory);

    private static readonly JsonElement Everything = InfraFiles.SignIn("everything");

    private static readonly string[] OpenPaths =
        [.. Everything.GetProperty("globalValidation").GetProperty("excludedPaths").EnumerateArray().Select(path => path.GetString()!)];

    [Theory]
    [MemberData(nameof(InfraFiles.Deployments), MemberType = typeof(InfraFiles))]
    public void Every_app_setting_is_read_by_somebody(string deployment) =>
        OurSettings(deployment).ShouldBeSubsetOf(SettingsTests.Options);

    [Theory]
    [MemberData(nameof(InfraFiles.Deployments), MemberType = typeof(InfraFiles))]
    public void Every_app_setting_of_ours_is_explained_in_the_sample(string deployment) =>
        OurSettings(deployment).ShouldBeSubsetOf(SettingsTests.SampleKeys().Select(SettingsTests.WithoutIndex));

    [Fact]
    public void The_host_gets_its_storage_and_its_bus_by_identity() =>
        NotOurs.ShouldBeSubsetOf(InfraFiles.AppSettings("sample").Keys);

    [Fact]
    public void What_HubSpot_is_told_to_call_is_what_is_answered()
    {
        var address = new Uri(InfraFiles.AppSettings("everything")["Webhooks__PublicUrl"]);

        Route("ReceiveWebhook").ShouldBe(address.AbsolutePath.TrimStart('/'));
        OpenPaths.Where(open => Covers(open, address.AbsolutePath)).ShouldHaveSingleItem();
    }

    [Fact]
    public void Only_these_paths_are_open_without_a_sign_in() =>
        OpenPaths.ShouldBe(["/webhooks/*", "/alerts/*", "/assets/*", "/health", "/connect/callback"]);

    [Fact]
    public void No_function_that_shows_data_lies_under_an_open_path()
    {
        string[] open = ["ReceiveWebhook", "ActOnAlert", "Assets", "CheckHealth", "FinishConnect"];

        Folders.All.Where(folder => folder.Trigger.Route is { } route && OpenPaths.Any(path => Covers(path, "/" + Parameter().Replace(route, "x"))))
            .Select(folder => folder.Name).ShouldBeSubsetOf(open);
    }

    [Fact]
    public void Without_an_app_registration_the_page_is_closed_and_not_open()
    {
        var validation = InfraFiles.SignIn("existing").GetProperty("globalValidation");

        validation.GetProperty("requireAuthentication").GetBoolean().ShouldBeTrue();
        validation.GetProperty("unauthenticatedClientAction").GetString().ShouldBe("Return403");
    }

    [Fact]
    public void The_app_roles_that_are_made_in_Entra_are_the_ones_that_the_app_asks_for()
    {
        using var roles = JsonDocument.Parse(File.ReadAllText(Path.Combine(InfraFiles.Folder, "appRoles.json")));

        roles.RootElement.EnumerateArray().Select(role => role.GetProperty("value").GetString()).ShouldBe([Roles.Reader, Roles.Responder]);
    }

    [Fact]
    public void Every_subscription_that_a_function_listens_to_is_made_and_so_is_every_queue()
    {
        foreach (var trigger in ServiceBusTriggers())
        {
            if (Text(trigger, "subscriptionName") is { } subscription)
                Entities("topics/subscriptions").ShouldContain($"{Text(trigger, "topicName")}/{subscription}");
            else
                Entities("queues").ShouldContain(Text(trigger, "queueName"));
            Text(trigger, "connection").ShouldBe("ServiceBusConnection");
        }
        Entities("topics").ShouldBe(["alerts"]);
        Entities("queues").ShouldBe(["polls"]);
    }

    [Fact]
    public void Every_subscription_has_one_rule_and_takes_the_place_of_the_one_that_lets_all_through() =>
        Entities("topics/subscriptions/rules").ShouldBe(Entities("topics/subscriptions").Select(subscription => $"{subscription}/$Default"), ignoreOrder: true);

    [Fact]
    public void The_app_is_a_custom_handler_that_costs_nothing_while_it_rests()
    {
        var config = InfraFiles.Resources("sample", "Microsoft.Web/sites").Single().GetProperty("properties").GetProperty("functionAppConfig");

        config.GetProperty("runtime").GetRawText().ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal).ShouldBe("""{"name":"custom","version":"1.0"}""");
        config.GetProperty("scaleAndConcurrency").GetProperty("alwaysReady").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("sample", FunctionNames.PollUsage)]
    [InlineData("everything", FunctionNames.PollPortal)]
    public void The_rule_for_stale_polls_asks_for_the_function_that_polls_itself_or_works_off_orders(string deployment, string function) =>
        InfraFiles.Resources(deployment, "Microsoft.Insights/scheduledQueryRules")
            .Single(rule => rule.GetProperty("name").GetString()!.EndsWith("poll-stale", StringComparison.Ordinal))
            .GetRawText().ShouldContain($"name == \\\"{function}\\\"");

    // The sample explains the first portal.
    private static IEnumerable<string> OurSettings(string deployment) =>
        InfraFiles.AppSettings(deployment).Keys.Except(NotOurs).Select(setting => SettingsTests.WithoutIndex(PortalIndex().Replace(setting, "Portals__0__"))).Distinct();

    private static IReadOnlyList<string> Entities(string kind) =>
        [.. InfraFiles.Resources("sample", $"Microsoft.ServiceBus/namespaces/{kind}").Select(entity => entity.GetProperty("name").GetString()!.Split('/', 2)[1])];

    private static IEnumerable<JsonElement> ServiceBusTriggers() =>
        Directory.EnumerateFiles(AppContext.BaseDirectory, "function.json", SearchOption.AllDirectories)
            .Select(path => JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("bindings"))
            .SelectMany(bindings => bindings.EnumerateArray())
            .Where(binding => Text(binding, "type") == "serviceBusTrigger");

    private static string? Text(JsonElement binding, string name) => binding.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string? Route(string function) => Folders.All.Single(folder => folder.Name == function).Trigger.Route;

    private static bool Covers(string open, string path) =>
        open.EndsWith('*') ? path.StartsWith(open[..^1], StringComparison.OrdinalIgnoreCase) : path.Equals(open, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^Portals__\d+__")]
    private static partial Regex PortalIndex();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
