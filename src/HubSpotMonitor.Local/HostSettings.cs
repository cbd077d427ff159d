using System.Globalization;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Local.Simulation;

namespace HubSpotMonitor.Local;

/// <summary>The environment that the host is started with.</summary>
internal static class HostSettings
{
    // Where the host's user secrets lie; the same word stands in its project file.
    private const string UserSecrets = "hubspot-monitor";

    private const string Urls = "ASPNETCORE_URLS";

    // Of the inbox on this machine, which looks only whether somebody signed.
    private const string WebhookSecret = "whsec_aW5ib3gtb24tdGhpcy1tYWNoaW5lLW9ubHktMzItYg==";

    private static readonly string[] Sections =
    [
        "Store", "HubSpot", "Portals", "Posture", "Alerting", "Delivery", "Clock", "Webhooks", "Connect", "Bus", "SignIn",
        "AllowedHosts", "Kestrel", "FUNCTIONS_CUSTOMHANDLER_PORT",
    ];

    // Where a real monitor tells about itself.
    private static readonly string[] Telemetry = ["APPLICATIONINSIGHTS_", "OTEL_"];

    public static Dictionary<string, string?> ForSimulation(Uri host, string store, SimulatedWorld world, Uri inbox)
    {
        var settings = Shared(host, store);
        foreach (var name in Inherited().Where(IsOfHost))
            settings[name] = null;
        // Without this the secrets of a real account would be read beside the simulated one.
        settings["DOTNET_ENVIRONMENT"] = "Production";
        settings["ASPNETCORE_ENVIRONMENT"] = "Production";
        settings["Store__ConnectionString"] = store;
        settings["HubSpot__BaseUrl"] = Text(world.HubSpot.Address);
        settings["HubSpot__ApiVersion"] = "2026-09";
        settings["Portals__0__Id"] = world.Account.Id.ToString(CultureInfo.InvariantCulture);
        settings["Portals__0__Name"] = world.Account.Name;
        settings["Portals__0__Token"] = world.Account.Token;
        settings["Clock__Epoch"] = world.Clock.Epoch.ToString("O", CultureInfo.InvariantCulture);
        settings["Clock__Start"] = world.Clock.Start.ToString("O", CultureInfo.InvariantCulture);
        settings["Clock__Speed"] = world.Clock.Speed.ToString(CultureInfo.InvariantCulture);
        settings["Alerting__DashboardUrl"] = Text(host);
        settings["Webhooks__PublicUrl"] = Text(WebhookAddress(host));
        // Both, so that a rotation loses nothing.
        settings["Webhooks__Secrets__0"] = world.WebhookSecrets[0];
        settings["Webhooks__Secrets__1"] = world.WebhookSecrets[1];
        AddInbox(settings, inbox);
        return settings;
    }

    /// <summary>A host that begins without a token.</summary>
    public static void AddOAuth(Dictionary<string, string?> settings, Uri host, SimulatedWorld world)
    {
        settings["Portals__0__Token"] = "";
        // What HubSpot cannot tell before it is connected, and the weeks before are read by it.
        settings["Portals__0__TimeZone"] = "America/New_York";
        settings["Connect__ClientId"] = "c1e47000-0000-4000-8000-00000000acme";
        settings["Connect__ClientSecret"] = world.WebhookSecrets[0];
        settings["Connect__RedirectUrl"] = Text(new(host, "connect/callback"));
        settings["Connect__AuthorizeUrl"] = Text(new(world.HubSpot.Address, "oauth/authorize"));
    }

    /// <summary>By the environment and never by the command line, which everybody on this machine can read.</summary>
    public static void AddBus(Dictionary<string, string?> settings, string connectionString) => settings["Bus__ConnectionString"] = connectionString;

    /// <summary>Where a host on this machine receives webhooks.</summary>
    public static Uri WebhookAddress(Uri host) => new(host, "webhooks/hubspot");

    /// <summary>
    /// What is set in the environment or in user secrets stays, but for the tables, which are this run's own; the rest is filled in.
    /// </summary>
    public static Dictionary<string, string?> ForRealAccount(HostPlace host, string store, Uri inbox)
    {
        var own = Own();
        var settings = Shared(host.Address, store);
        if (host.Urls is not null)
            settings[Urls] = host.Urls;
        settings["DOTNET_ENVIRONMENT"] = "Development";
        settings["ASPNETCORE_ENVIRONMENT"] = "Development";
        if (own["Alerting:DashboardUrl"] is null)
            settings["Alerting__DashboardUrl"] = Text(host.Address);
        if (!own.GetSection("Delivery").Exists())
            AddInbox(settings, inbox);
        return settings;
    }

    /// <summary>Where the host of a real account is to listen; null: nobody said so.</summary>
    public static string? OwnUrls() => Own()[Urls] is { Length: > 0 } urls ? urls : null;

    private static IConfigurationRoot Own() => new ConfigurationBuilder().AddUserSecrets(UserSecrets).AddEnvironmentVariables().Build();

    private static Dictionary<string, string?> Shared(Uri host, string store) => new(HostLog.Settings)
    {
        [Urls] = Text(host),
        ["Store__ConnectionString"] = store,
        ["FUNCTIONS_CUSTOMHANDLER_PORT"] = null,
    };

    private static void AddInbox(Dictionary<string, string?> settings, Uri inbox)
    {
        settings["Delivery__Email__ApiKey"] = "SG.inbox-on-this-machine";
        settings["Delivery__Email__From"] = "monitor@acme.example";
        settings["Delivery__Email__To__0"] = "security@acme.example";
        settings["Delivery__Email__BaseUrl"] = Text(inbox);
        settings["Delivery__Slack__WebhookUrl"] = $"{Text(inbox)}/services/T0/B0/inbox";
        settings["Delivery__Webhook__Url"] = $"{Text(inbox)}/findings";
        settings["Delivery__Webhook__Secrets__0"] = WebhookSecret;
        settings["Delivery__Teams__WorkflowUrl"] = $"{Text(inbox)}/workflows/security-channel";
    }

    private static IEnumerable<string> Inherited() => Environment.GetEnvironmentVariables().Keys.Cast<string>();

    /// <summary>Whether a setting is one of a real monitor, which a simulated run must not take up.</summary>
    internal static bool IsOfHost(string name) =>
        Telemetry.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        || Sections.Any(section => name.Equals(section, StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(section + "__", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase));

    private static string Text(Uri address) => address.ToString().TrimEnd('/');
}
