using HubSpotMonitor.Functions.Acts;
using HubSpotMonitor.Functions.Api;
using HubSpotMonitor.Functions.Connect;
using HubSpotMonitor.Functions.Pages;
using HubSpotMonitor.Functions.Pages.Access;
using HubSpotMonitor.Functions.Pages.Health;
using HubSpotMonitor.Functions.Pages.Incidents;
using HubSpotMonitor.Functions.Pages.Portals;
using HubSpotMonitor.Functions.Pages.Rotations;
using HubSpotMonitor.Functions.SignIn;
using HubSpotMonitor.Functions.Timers;
using HubSpotMonitor.Functions.Triggers;
using HubSpotMonitor.Functions.Webhooks;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Logging.Console;

namespace HubSpotMonitor.Functions.Hosting;

/// <summary>Puts the host together: what listens, who may ask, what answers.</summary>
internal static class MonitorApp
{
    // The port that the Functions tools use too, so that addresses stay the same.
    private const string DefaultUrl = "http://127.0.0.1:7071";

    // 10,000 readings as JSON are about 2 MB.
    private const long MaxBodyBytes = 4 * 1024 * 1024;

    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var mode = HostMode.From(builder.Configuration);
        AddLogging(builder);
        builder.AddTelemetryExport(mode);
        Listen(builder, mode);
        var door = FrontDoor.From(mode, builder.Configuration);
        AddServices(builder, mode, door);

        var app = builder.Build();
        UseMiddleware(app, door);
        app.MapMonitorPages();
        app.MapMonitorApi(mode, door);
        app.MapApiDescription();
        app.MapWebhooks();
        app.MapConnect();
        app.MapAlertActs();
        app.MapMetrics(mode);
        if (door.Mode == SignInMode.Password)
            app.MapSignIn();
        if (mode.IsCustomHandler)
            app.MapTriggers();
        return app;
    }

    private static void AddServices(WebApplicationBuilder builder, HostMode mode, FrontDoor door)
    {
        var services = builder.Services;
        services.AddSingleton(mode);
        services.AddProblemDetails();
        services.AddExceptionHandler<PageTrouble>();
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
        services.AddSimulatedClock(builder.Configuration);
        services.AddKeyRing(builder.Configuration, door);
        services.AddSignIn(builder.Configuration, door);
        services.AddHubSpotMonitor(builder.Configuration);
        services.AddSingleton<TimerTable>();
        services.AddSingleton<TimerRunner>();
        services.AddSingleton<OverviewReader>();
        services.AddSingleton<IncidentReader>();
        services.AddSingleton<PortalPageReader>();
        services.AddSingleton<EventsReader>();
        services.AddSingleton<AccessReader>();
        services.AddSingleton<RotationReader>();
        services.AddSingleton<HealthPageReader>();
        services.AddSingleton<PageReading>();
        services.AddSingleton<PageRenderer>();
        services.AddSingleton(_ => FunctionFolders.Read(AppContext.BaseDirectory));
        if (!mode.IsCustomHandler)
        {
            services.AddHostedService<Schedule>();
            services.AddHostedService<BusConsumers>();
            services.AddHostedService<PollConsumers>();
        }
    }

    private static void UseMiddleware(WebApplication app, FrontDoor door)
    {
        // A body that is too large or broken is the caller's affair: as an error of ours, anybody could fill the log with it.
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = PageTrouble.StatusOf,
            SuppressDiagnosticsCallback = handled => handled.Exception is BadHttpRequestException,
        });
        app.UseStatusCodePages();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<ReadinessProbe>();
        app.UseMiddleware<CrossSiteGuard>();
        app.UseAuthentication();
        app.UseAuthorization();
        if (door.Mode == SignInMode.Password)
            app.UseRateLimiter();
    }

    private static void Listen(WebApplicationBuilder builder, HostMode mode)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        if (mode.CustomHandlerPort is { } port)
        {
            // Only the Functions host may call, and it calls from the same machine.
            builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
            return;
        }

        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
            builder.WebHost.UseUrls(DefaultUrl);
        // A page from elsewhere whose name is made to point at this machine (DNS rebinding) must not read the monitor.
        builder.Services.Configure<HostFilteringOptions>(
            options => options.AllowedHosts = ["localhost", "127.0.0.1", "[::1]", .. ListenAddress.NamedHosts(builder.Configuration)]);
    }

    private static void AddLogging(WebApplicationBuilder builder)
    {
        // Lowest in rank, so that a Logging setting from anywhere wins.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Microsoft"] = "Warning",
                ["Logging:LogLevel:System"] = "Warning",
                ["Logging:LogLevel:Azure"] = "Warning",
                ["Logging:LogLevel:Polly"] = "Warning",
                ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information",
                // Both would tell a failed start once more, with a stack trace; Program tells it in a sentence.
                ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Critical",
                ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel"] = "None",
            },
        });
        builder.Logging.AddConsole(console => console.FormatterName = ConsoleLines.Name).AddConsoleFormatter<ConsoleLines, ConsoleFormatterOptions>();
        // ASP.NET Core's own scopes are longer than our messages.
        builder.Logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.None);
    }
}
