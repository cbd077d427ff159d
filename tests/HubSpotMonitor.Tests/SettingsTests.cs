using System.Text.Json;
using System.Text.RegularExpressions;
using HubSpotMonitor.Alerting;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Connect;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Delivery.Email;
using HubSpotMonitor.Delivery.Slack;
using HubSpotMonitor.Delivery.Smtp;
using HubSpotMonitor.Delivery.Teams;
using HubSpotMonitor.Delivery.Webhook;
using HubSpotMonitor.Functions.SignIn;
using HubSpotMonitor.Functions.Timers;
using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Posture;
using HubSpotMonitor.Store;
using HubSpotMonitor.Webhooks;
using Microsoft.AspNetCore.Authentication;

namespace HubSpotMonitor.Tests;

/// <summary>Holds the sample settings and the options classes together.</summary>
public sealed partial class SettingsTests
{
    private static readonly string[] NotOurs =
    [
        "FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage", "ASPNETCORE_URLS", "ServiceBusConnection",
        "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "OTEL_EXPORTER_OTLP_ENDPOINT",
        "AzureWebJobs.DeliverEmail.Disabled", "AzureWebJobs.DeliverSmtp.Disabled", "AzureWebJobs.DeliverTeams.Disabled",
        "AzureWebJobs.DeliverSlack.Disabled", "AzureWebJobs.DeliverWebhook.Disabled", "AzureWebJobs.PollPortal.Disabled",
    ];

    private static readonly Dictionary<string, Type> Sections = new()
    {
        ["Store"] = typeof(StoreOptions),
        ["SignIn"] = typeof(SignInOptions),
        ["HubSpot"] = typeof(HubSpotOptions),
        ["Portals__0"] = typeof(PortalOptions),
        ["Connect"] = typeof(ConnectOptions),
        ["Webhooks"] = typeof(WebhooksOptions),
        ["Posture"] = typeof(PostureOptions),
        ["Alerting"] = typeof(AlertingOptions),
        ["Alerting__Routes__0"] = typeof(RouteOptions),
        ["Bus"] = typeof(BusOptions),
        ["Delivery"] = typeof(DeliveryOptions),
        ["Delivery__Smtp"] = typeof(SmtpOptions),
        ["Delivery__Slack"] = typeof(SlackOptions),
        ["Delivery__Webhook"] = typeof(WebhookOptions),
        ["Delivery__Email"] = typeof(EmailOptions),
        ["Delivery__Teams"] = typeof(TeamsOptions),
        ["Clock"] = typeof(ClockOptions),
    };

    /// <summary>Every option as its setting is written.</summary>
    internal static IEnumerable<string> Options => Sections.SelectMany(section => section.Value.GetProperties()
        .Where(IsSetting).Select(property => $"{section.Key}__{property.Name}"));

    [Fact]
    public void Every_option_has_a_sample_and_no_sample_is_orphaned() =>
        SampleKeys().Select(WithoutIndex).Distinct().Order().ShouldBe(Options.Concat(NotOurs).Order());

    [Fact]
    public void Every_options_class_of_the_product_is_held_here()
    {
        var classes = new[] { typeof(Pipeline).Assembly, typeof(ClockOptions).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal)
                && type.IsClass
                && type != typeof(PortalsOptions)
                && !type.IsSubclassOf(typeof(AuthenticationSchemeOptions)));
        classes.ShouldBe(Sections.Values, ignoreOrder: true);
    }

    [Fact]
    public void Every_sample_stands_under_a_comment()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "local.settings.sample.json")).Select(line => line.Trim()).ToList();
        var groups = string.Join('\n', lines).Split("\n\n");
        groups.ShouldAllBe(group => group.Contains("//", StringComparison.Ordinal));
    }

    // A list of options classes is a section of its own.
    private static bool IsSetting(System.Reflection.PropertyInfo property) =>
        (property.CanWrite || property.PropertyType.IsGenericType) && !property.PropertyType.GenericTypeArguments.Any(Sections.ContainsValue);

    /// <summary>The option behind an entry of a list: Delivery__Email__To__0 is one of To.</summary>
    internal static string WithoutIndex(string setting) => ListIndex().Replace(setting, "");

    internal static IEnumerable<string> SampleKeys()
    {
        using var sample = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repository.Root, "local.settings.sample.json")),
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        return [.. sample.RootElement.GetProperty("Values").EnumerateObject().Select(setting => setting.Name)];
    }

    // Delivery__Email__To__0 is an entry of To; Portals__0__Id is an option of an entry.
    [GeneratedRegex(@"__\d+\z")]
    private static partial Regex ListIndex();
}
