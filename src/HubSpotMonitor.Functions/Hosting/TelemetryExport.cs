using System.Globalization;
using System.Runtime.CompilerServices;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using HubSpotMonitor.Signals;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace HubSpotMonitor.Functions.Hosting;

/// <summary>
/// Where traces, metrics and logs go: to Application Insights and to a collector where a setting names one, by those settings' own names; on one
/// machine the metrics stand at <c>/metrics</c> too, never in Azure. Only our own source and meter are exported: those of HTTP client and server tell
/// whole addresses, and in addresses of Teams, Slack and our own links lie keys.
/// </summary>
internal static class TelemetryExport
{
    private const string InsightsSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string CollectorSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string SamplerSetting = "OTEL_TRACES_SAMPLER";
    private const string SamplerArgumentSetting = "OTEL_TRACES_SAMPLER_ARG";

    public static void AddTelemetryExport(this WebApplicationBuilder builder, HostMode mode)
    {
        var (toInsights, toCollector) = (IsSet(builder, InsightsSetting), IsSet(builder, CollectorSetting));
        // Where nobody asks not even the assemblies are loaded: they would be a good part of a cold start.
        if (toInsights || toCollector || !mode.IsCustomHandler) Add(builder, toInsights, toCollector, mode);
    }

    public static void MapMetrics(this WebApplication app, HostMode mode)
    {
        if (!mode.IsCustomHandler) Map(app);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Map(WebApplication app) => app.MapPrometheusScrapingEndpoint("/metrics");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Add(WebApplicationBuilder builder, bool toInsights, bool toCollector, HostMode mode)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES add to it and win.
            .ConfigureResource(resource => resource.Clear()
                .AddService("hubspotmonitor", serviceVersion: MonitorVersion.Text)
                .AddTelemetrySdk()
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics.AddMeter(Telemetry.Name));
        if (!mode.IsCustomHandler) telemetry.WithMetrics(metrics => metrics.AddPrometheusExporter());
        if (!toInsights && !toCollector) return;
        telemetry.WithTracing(tracing => tracing.AddSource(Telemetry.Name))
            .WithLogging(null, logs => (logs.IncludeScopes, logs.IncludeFormattedMessage) = (true, true));
        if (toInsights) ToInsights(builder, telemetry);
        if (toCollector)
        {
            telemetry.WithMetrics(metrics => metrics.AddOtlpExporter())
                .WithTracing(tracing => tracing.AddOtlpExporter())
                .WithLogging(logs => logs.AddOtlpExporter());
        }
    }

    private static void ToInsights(WebApplicationBuilder builder, OpenTelemetryBuilder telemetry)
    {
        telemetry.WithMetrics(metrics => metrics.AddAzureMonitorMetricExporter(options => Configure(builder, options)))
            .WithTracing(tracing => tracing.AddAzureMonitorTraceExporter(options => Configure(builder, options)))
            .WithLogging(logs => logs.AddAzureMonitorLogExporter(options => Configure(builder, options)));
        // The Functions host sends what we print there as well: what goes right would be paid for twice.
        builder.Logging.AddFilter<ConsoleLoggerProvider>(null, LogLevel.Warning);
    }

    private static void Configure(WebApplicationBuilder builder, AzureMonitorExporterOptions options)
    {
        options.ConnectionString = builder.Configuration[InsightsSetting];
        // An instance's disk is gone with it.
        options.DisableOfflineStorage = true;
        // A warning about a web request is told whether or not the request's span is.
        options.EnableTraceBasedLogsSampler = false;
        // Of itself the exporter keeps five traces a second, and orders to poll make more. A sampler of Microsoft's that a setting names is set by
        // now; OpenTelemetry's own names it passes over.
        var sampler = builder.Configuration[SamplerSetting]?.Trim() ?? "";
        if (!sampler.StartsWith("microsoft.", StringComparison.OrdinalIgnoreCase))
            (options.SamplingRatio, options.TracesPerSecond) = (RatioOf(sampler, builder.Configuration[SamplerArgumentSetting]), null);
        // The Functions host's own word for an account that takes no key: there the monitor's identity writes.
        var authentication = builder.Configuration["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"];
        if (authentication?.Contains("Authorization=AAD", StringComparison.OrdinalIgnoreCase) == true)
            options.Credential = new DefaultAzureCredential();
    }

    // traceidratio and parentbased_traceidratio: what they keep of all traces.
    private static float RatioOf(string sampler, string? argument) =>
        sampler.EndsWith("traceidratio", StringComparison.OrdinalIgnoreCase)
        && float.TryParse(argument, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio)
        && ratio is >= 0 and <= 1
            ? ratio
            : 1;

    private static bool IsSet(WebApplicationBuilder builder, string setting) => !string.IsNullOrEmpty(builder.Configuration[setting]);
}
