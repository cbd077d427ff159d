using System.Text.Json;
using System.Text.RegularExpressions;
using HubSpotMonitor.Functions.SignIn;
using HubSpotMonitor.Functions.Timers;

namespace HubSpotMonitor.Tests.Infra;

/// <summary>
/// Settings and functions stand in the template, in the options classes, in the sample and in the function.json files: here they are held together.
/// </summary>
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
        Entities("topics/subscriptions/rules").ShouldBe(
            Entities("topics/subscriptions").Select(subscription => $"{subscription}/$Default"), ignoreOrder: true);

    [Fact]
    public void The_app_is_a_custom_handler_that_costs_nothing_while_it_rests()
    {
        var config = InfraFiles.Resources("sample", "Microsoft.Web/sites").Single().GetProperty("properties").GetProperty("functionAppConfig");

        config.GetProperty("runtime")
            .GetRawText()
            .ReplaceLineEndings("")
            .Replace(" ", "", StringComparison.Ordinal)
            .ShouldBe("""{"name":"custom","version":"1.0"}""");
        config.GetProperty("scaleAndConcurrency").GetProperty("alwaysReady").GetArrayLength().ShouldBe(0);
    }

    // Flex Consumption refuses a deployment that names ftpsState, linuxFxVersion, use32BitWorkerProcess and others here (Azure's error 51021).
    [Theory]
    [MemberData(nameof(InfraFiles.Deployments), MemberType = typeof(InfraFiles))]
    public void The_app_is_asked_for_nothing_that_its_plan_does_not_know(string deployment) =>
        InfraFiles.Resources(deployment, "Microsoft.Web/sites")
            .Single()
            .GetProperty("properties")
            .GetProperty("siteConfig")
            .EnumerateObject()
            .Select(property => property.Name)
            .ShouldBe(["minTlsVersion", "http20Enabled"]);

    [Fact]
    public void Every_timer_is_missed_when_it_does_not_succeed_in_three_of_its_runs_or_two_nights()
    {
        var query = InfraFiles.Criterion("sample", "timers").GetProperty("query").GetString()!;
        var (often, hourly) = (Within("30m"), Within("3h"));

        often.Concat(hourly).ShouldBe(Names(Expected().Match(query).Value), ignoreOrder: true);
        often.Concat(hourly).Concat(Names(Nightly().Match(query).Value)).ShouldBe(Folders.Timers.Select(timer => timer.Name), ignoreOrder: true);
        LongestInterval(often).ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes(10));
        LongestInterval(hourly).ShouldBeLessThanOrEqualTo(TimeSpan.FromHours(1));

        List<string> Within(string time) => Names(Regex.Match(query, $@"name in \([^)]*\), ago\({time}\)").Value);
    }

    [Fact]
    public void What_lies_on_the_bus_and_is_not_taken_is_told_by_Azure()
    {
        var criterion = InfraFiles.Criterion("sample", "bus-waiting");

        (criterion.GetProperty("metricName").GetString(), criterion.GetProperty("timeAggregation").GetString())
            .ShouldBe(("ActiveMessages", "Minimum"));
        criterion.GetProperty("dimensions").EnumerateArray().Single().GetProperty("values").EnumerateArray().Select(value => value.GetString())
            .ShouldBe(Entities("topics").Concat(Entities("queues")));
    }

    [Fact]
    public void An_order_that_grew_old_is_dropped_and_an_alert_that_did_is_kept_for_somebody_to_see()
    {
        InfraFiles.KeepsOld("queues").ShouldBe([false]);
        InfraFiles.KeepsOld("topics/subscriptions").ShouldAllBe(isKept => isKept);
    }

    [Theory]
    [MemberData(nameof(InfraFiles.Deployments), MemberType = typeof(InfraFiles))]
    public void Each_monitor_has_a_container_of_its_own_for_its_package_also_in_a_shared_account(string deployment)
    {
        var app = InfraFiles.Resources(deployment, "Microsoft.Web/sites").Single();
        var container = InfraFiles.Resources(deployment, "Microsoft.Storage/storageAccounts/blobServices/containers")
            .Single()
            .GetProperty("name")
            .GetString()!
            .Split('/')[^1];

        container.ShouldBe($"app-package-{app.GetProperty("name").GetString()!.Split('-')[^1]}");
        app.GetProperty("properties")
            .GetProperty("functionAppConfig")
            .GetProperty("deployment")
            .GetProperty("storage")
            .GetProperty("value")
            .GetString()!
            .ShouldContain($"'{container}'");
    }

    [Fact]
    public void Every_variable_of_the_workflow_that_deploys_is_explained()
    {
        var workflow = File.ReadAllText(Path.Combine(Repository.Root, ".github", "workflows", "deploy.yml"));
        var explained = File.ReadAllText(Path.Combine(Repository.Root, "docs", "deploy.md"));
        var variables = Variable().Matches(workflow).Select(match => match.Groups[1].Value).Distinct().ToList();

        variables.ShouldContain("ACCESS_REGISTRY");
        variables.ShouldAllBe(variable => explained.Contains($"`{variable}`", StringComparison.Ordinal));
    }

    // The sample explains the first portal.
    private static IEnumerable<string> OurSettings(string deployment) =>
        InfraFiles.AppSettings(deployment).Keys
            .Except(NotOurs)
            .Select(setting => SettingsTests.WithoutIndex(PortalIndex().Replace(setting, "Portals__0__")))
            .Distinct();

    private static IReadOnlyList<string> Entities(string kind) =>
        [.. InfraFiles.Resources("sample", $"Microsoft.ServiceBus/namespaces/{kind}")
            .Select(entity => entity.GetProperty("name").GetString()!.Split('/', 2)[1])];

    private static IEnumerable<JsonElement> ServiceBusTriggers() =>
        Directory.EnumerateFiles(AppContext.BaseDirectory, "function.json", SearchOption.AllDirectories)
            .Select(path => JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("bindings"))
            .SelectMany(bindings => bindings.EnumerateArray())
            .Where(binding => Text(binding, "type") == "serviceBusTrigger");

    private static string? Text(JsonElement binding, string name) => binding.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string? Route(string function) => Folders.All.Single(folder => folder.Name == function).Trigger.Route;

    private static List<string> Names(string list) => [.. Quoted().Matches(list).Select(match => match.Groups[1].Value)];

    private static TimeSpan LongestInterval(List<string> timers) => Folders.Timers.Where(timer => timers.Contains(timer.Name)).Max(Interval);

    private static TimeSpan Interval(FunctionFolder timer)
    {
        var runs = timer.ParseSchedule().GetOccurrences(DateTime.UnixEpoch, DateTime.UnixEpoch.AddDays(2)).Take(2).ToList();
        return runs[1] - runs[0];
    }

    private static bool Covers(string open, string path) =>
        open.EndsWith('*') ? path.StartsWith(open[..^1], StringComparison.OrdinalIgnoreCase) : path.Equals(open, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^Portals__\d+__")]
    private static partial Regex PortalIndex();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"dynamic\([^)]*\)")]
    private static partial Regex Expected();

    [GeneratedRegex(@"success == false and name in \([^)]*\)")]
    private static partial Regex Nightly();

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"vars\.(\w+)")]
    private static partial Regex Variable();
}
