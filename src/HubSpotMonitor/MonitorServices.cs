using HubSpotMonitor.Alerting;
using HubSpotMonitor.Alerting.Acts;
using HubSpotMonitor.Alerting.Silences;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Bus.Links;
using HubSpotMonitor.Connect;
using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Delivery.Email;
using HubSpotMonitor.Delivery.Slack;
using HubSpotMonitor.Delivery.Smtp;
using HubSpotMonitor.Delivery.Teams;
using HubSpotMonitor.Delivery.Webhook;
using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Posture;
using HubSpotMonitor.Rotation;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Store.Secrets;
using HubSpotMonitor.Webhooks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor;

/// <summary>Registrations, in the order of the flow. A host adds its own <see cref="TimeProvider"/> before, if it has one.</summary>
public static class MonitorServices
{
    public static IServiceCollection AddHubSpotMonitor(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.AddPolling(configuration);
        services.AddConnect();
        services.AddStore();
        services.AddWebhooks();
        services.AddPosture();
        services.AddSingleton<DetectorStore>();
        services.AddSingleton<UsageWatch>();
        services.AddSingleton<EventWatch>();
        services.AddSingleton<RateWatch>();
        services.AddSingleton<JournalWatch>();
        services.AddSingleton<ActivityWatch>();
        services.AddSingleton<PostureWatch>();
        services.AddAlerting();
        services.AddDelivery(configuration);
        services.AddBus();
        services.AddDashboard();
        services.AddSingleton<Publisher>();
        services.AddSingleton<DigestRound>();
        services.AddSingleton<Retention>();
        services.AddSingleton<FanOut>();
        services.AddSingleton<Pipeline>();
        return services;
    }

    private static void AddPolling(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddHubSpotClient().AddHttpMessageHandler(() => new HubSpotMeter());
        services.AddOptionsWithValidateOnStart<PortalsOptions, PortalsOptionsValidator>()
            .Configure(options => configuration.GetSection("Portals").Bind(options.Portals));
        services.AddSingleton<IValidateOptions<PortalsOptions>, SettingTextsValidator>();
        services.AddSingleton<UsagePoller>();
        services.AddSingleton<JournalPoller>();
        services.AddSingleton<AccountCheck>();
        services.AddSingleton<ActivityPoller>();
        services.AddSingleton<AccessPoller>();
    }

    private static void AddConnect(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ConnectOptions, ConnectOptionsValidator>().BindConfiguration("Connect");
        services.AddSingleton<IValidateOptions<PortalsOptions>, PortalCredentialsValidator>();
        services.AddSingleton<ConnectDesk>();
        services.AddSingleton<PortalTokens>();
        services.AddSingleton<GrantWatch>();
        services.AddSingleton<RotationDesk>();
    }

    private static void AddStore(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<StoreOptions, StoreOptionsValidator>().BindConfiguration("Store");
        services.AddSingleton<Tables>();
        services.AddSingleton<ReadingTable>();
        services.AddSingleton<CheckpointTable>();
        services.AddSingleton<ModelTable>();
        services.AddSingleton<AlertTable>();
        services.AddSingleton<DeliveryTable>();
        services.AddSingleton<ClaimTable>();
        services.AddSingleton<ChannelTable>();
        services.AddSingleton<EventTable>();
        services.AddSingleton<EventMemoryTable>();
        services.AddSingleton<DeadLetterTable>();
        services.AddSingleton<IntakeTable>();
        services.AddSingleton<ActivityTable>();
        services.AddSingleton<AccessTable>();
        services.AddSingleton<RotationProofTable>();
        services.AddSingleton<SightingTable>();
        services.AddSingleton<SilenceTable>();
        services.AddSingleton<FeedbackTable>();
        services.AddSingleton<LinkKeyTable>();
        services.AddSecrets();
    }

    private static void AddSecrets(this IServiceCollection services)
    {
        services.TryAddSingleton(SecretProtector.None);
        services.AddSingleton<ISecretKeeper>(provider => provider.GetRequiredService<IOptions<StoreOptions>>().Value.KeyVaultUrl is { } vault
            ? KeyVaultSecrets.At(vault)
            : new ProtectedSecrets(provider.GetRequiredService<SecretProtector>()));
        services.AddSingleton<GrantTable>();
        services.AddSingleton<ConnectStateTable>();
        services.AddSingleton<KeyRingTable>();
    }

    private static void AddWebhooks(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<WebhooksOptions, WebhooksOptionsValidator>().BindConfiguration("Webhooks");
        services.AddSingleton<SignatureCheck>();
        services.AddSingleton<IntakeCounter>();
        services.AddSingleton<WebhookReceiver>();
        services.AddSingleton<DeadLetterDesk>();
    }

    private static void AddAlerting(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<AlertingOptions, AlertingOptionsValidator>().BindConfiguration("Alerting");
        services.AddSingleton<IValidateOptions<AlertingOptions>, ChannelNamesValidator>();
        services.AddSingleton<AlertDesk>();
        services.AddSingleton<LinkKeyRing>();
        services.AddSingleton<ActDesk>();
        services.AddSingleton<SilenceDesk>();
        services.AddSingleton<AlertSweep>();
    }

    private static void AddDelivery(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<DeliveryOptions, DeliveryOptionsValidator>().BindConfiguration(DeliveryOptions.Section);
        services.AddEmailChannel(configuration).AddSmtpChannel(configuration);
        services.AddTeamsChannel(configuration).AddSlackChannel(configuration).AddWebhookChannel(configuration);
        services.AddSingleton<DeliveryDesk>();
        services.AddSingleton<AlertTest>();
    }

    private static void AddBus(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<BusOptions, BusOptionsValidator>().BindConfiguration(BusOptions.Section);
        services.TryAddSingleton(new BusClock(TimeProvider.System));
        services.AddSingleton<BusConnection>();
        services.AddSingleton<TopicBus>();
        services.AddSingleton<PollOrders>();
        services.AddSingleton<InProcessBus>();
        services.AddSingleton<IAlertBus>(provider => provider.GetRequiredService<IOptions<BusOptions>>().Value.IsOn
            ? provider.GetRequiredService<TopicBus>()
            : provider.GetRequiredService<InProcessBus>());
        services.AddSingleton<SubscriptionReader>();
        services.AddSingleton<BusDeadLetters>();
        services.AddSingleton<BusIntake>();
    }

    private static void AddDashboard(this IServiceCollection services)
    {
        services.AddSingleton(provider => new MonitorScope(
            [.. provider.GetRequiredService<IOptions<PortalsOptions>>().Value.Portals.Select(portal => portal.Portal)],
            [.. provider.GetRequiredService<DeliveryDesk>().Channels],
            [.. RuleCatalog.Sheets.Select(sheet => sheet.Id)]));
        services.AddSingleton<DashboardReader>();
        services.AddSingleton<HealthReader>();
        services.AddSingleton<MonitorHealth>();
        services.AddSingleton<EventReport>();
        services.AddSingleton<StreamReport>();
        services.AddSingleton<UsageReport>();
        services.AddSingleton<PostureReader>();
    }
}
