using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Tests.Delivery;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>Who is told, and who is not.</summary>
public sealed class TelemetryExportTests
{
    [Fact]
    public async Task On_one_machine_the_metrics_stand_at_an_address_of_their_own()
    {
        await using var host = new RunningHost();
        using var browser = host.Browser();
        Telemetry.CalledHubSpot(200);

        var text = await browser.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);

        text.ShouldContain("hubspotmonitor_hubspot_calls_total{");
        text.ShouldContain("http_response_status_code=\"200\"");
        host.Services.GetService<TracerProvider>().ShouldBeNull();
    }

    [Fact]
    public async Task In_Azure_there_is_no_such_address_and_nothing_is_loaded_that_nobody_asked_for()
    {
        await using var host = new RunningCustomHandler();

        (await host.SignedIn("responder").GetAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode
            .ShouldBe(HttpStatusCode.NotFound);
        (host.Services.GetService<MeterProvider>(), host.Services.GetService<TracerProvider>()).ShouldBe((null, null));
    }

    [Fact]
    public async Task A_collector_that_a_setting_names_gets_traces_metrics_and_logs_in_the_caller_s_trace()
    {
        await using var collector = await FakeService.StartAsync();
        await using var host = new RunningCustomHandler();
        host.With("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.ToString()).With("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        using var call = HostCalls.Timer("PollUsage", HostCalls.OnTime);
        call.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
        host.Run = _ =>
        {
            Telemetry.Watches(1);
            return Task.CompletedTask;
        };

        (await host.Browser().SendAsync(call, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        host.Services.GetRequiredService<TracerProvider>().ForceFlush().ShouldBeTrue();
        host.Services.GetRequiredService<MeterProvider>().ForceFlush().ShouldBeTrue();
        host.Services.GetRequiredService<LoggerProvider>().ForceFlush().ShouldBeTrue();

        Sent("/v1/traces").ShouldContain("PollUsage");
        Sent("/v1/metrics").ShouldContain("hubspotmonitor.portals");
        Sent("/v1/logs").ShouldContain("PollUsage finished in");

        string Sent(string path) => string.Concat(collector.Calls.Where(sent => sent.Path == path).Select(sent => sent.Body));
    }

    [Fact]
    public async Task Application_Insights_is_told_where_its_setting_names_it()
    {
        await using var insights = await FakeService.StartAsync();
        await using var host = new RunningCustomHandler();
        host.With(
            "APPLICATIONINSIGHTS_CONNECTION_STRING", $"InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint={insights.Address}");

        (await host.Browser().SendAsync(HostCalls.Timer("PollUsage", HostCalls.OnTime), TestContext.Current.CancellationToken)).StatusCode
            .ShouldBe(HttpStatusCode.OK);
        host.Services.GetRequiredService<TracerProvider>().ForceFlush().ShouldBeTrue();
        host.Services.GetRequiredService<LoggerProvider>().ForceFlush().ShouldBeTrue();

        insights.Calls.Select(call => call.Path).Distinct().ShouldBe(["/v2.1/track"]);
    }

    [Theory]
    [InlineData("", "", 30)]
    // OpenTelemetry's own, which the exporter does not know.
    [InlineData("parentbased_traceidratio", "0", 0)]
    [InlineData("traceidratio", "2", 30)]
    [InlineData("microsoft.fixed_percentage", "0", 0)]
    public async Task Application_Insights_is_told_every_trace_unless_a_setting_keeps_fewer(string sampler, string argument, int told)
    {
        await using var insights = await FakeService.StartAsync();
        await using var host = new RunningCustomHandler();
        var connection = $"InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint={insights.Address}";
        host.With("APPLICATIONINSIGHTS_CONNECTION_STRING", connection)
            .With("OTEL_TRACES_SAMPLER", sampler)
            .With("OTEL_TRACES_SAMPLER_ARG", argument);
        ConcurrentBag<string> traces = [];
        host.Run = _ =>
        {
            if (Activity.Current is { } run) traces.Add(run.TraceId.ToHexString());
            return Task.CompletedTask;
        };
        using var browser = host.Browser();

        for (var call = 0; call < 30; call++)
        {
            using var timer = HostCalls.Timer("PollUsage", HostCalls.OnTime);
            (await browser.SendAsync(timer, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        host.Services.GetRequiredService<TracerProvider>().ForceFlush().ShouldBeTrue();

        var spans = insights.Calls.SelectMany(sent => sent.Body.Split('\n'))
            .Where(line => line.Contains("RemoteDependencyData", StringComparison.Ordinal))
            .ToList();
        traces.Distinct().Count(trace => spans.Exists(span => span.Contains(trace, StringComparison.Ordinal))).ShouldBe(told);
    }
}
