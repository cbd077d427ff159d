using System.Diagnostics;
using HubSpotMonitor.Benchmarks.Bus;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Functions;
using HubSpotMonitor.Functions.Timers;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Tests.Bus;
using HubSpotMonitor.Tests.Delivery;
using Microsoft.Extensions.Logging.Abstractions;

namespace HubSpotMonitor.Tests;

/// <summary>What the monitor tells about its own work, from a poll to the delivery.</summary>
public sealed class TelemetryTests(SharedAzurite azurite) : IDisposable
{
    private const string Caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

    private static readonly DateTimeOffset Night = new(2026, 11, 24, 6, 40, 0, TimeSpan.Zero);

    private readonly Listening _heard = new();

    public void Dispose() => _heard.Dispose();

    [Fact]
    public async Task A_poll_is_one_trace_from_the_caller_s_span_through_the_account_to_HubSpot_s_answers()
    {
        await using var monitor = await StartAsync("quiet");

        await RunAsync(monitor, FunctionNames.PollUsage, Caller);

        var spans = _heard.Spans.ToList();
        spans.ShouldAllBe(span => span.TraceId.ToString() == Caller.Split('-')[1]);
        var run = spans.Single(span => span.DisplayName == "PollUsage");
        (run.ParentSpanId.ToString(), run.GetTagItem("faas.trigger")).ShouldBe((Caller.Split('-')[2], "timer"));
        var poll = spans.Single(span => span.DisplayName == "poll usage");
        (poll.ParentSpanId, poll.GetTagItem("hubspotmonitor.portal.id"), poll.GetTagItem("hubspotmonitor.outcome"))
            .ShouldBe((run.SpanId, 4711L, "Good"));
        var calls = spans.Where(span => span.DisplayName == "call HubSpot").ToList();
        calls.Select(call => call.GetTagItem("http.response.status_code")).ShouldBe([200, 200]);
        calls.ShouldAllBe(call => call.ParentSpanId == poll.SpanId && call.Kind == ActivityKind.Client);
    }

    [Fact]
    public async Task What_a_poll_found_is_delivered_in_its_trace_also_by_a_later_run()
    {
        await using var monitor = await StartAsync("dead-token", ("Alerting:GroupWait", "00:00:30"));
        while (monitor.Inbox.Messages.Count == 0 && monitor.Now < Night.AddHours(1))
        {
            await RunAsync(monitor, FunctionNames.PollUsage, null);
            monitor.Clock.Advance(TimeSpan.FromMinutes(1));
            await RunAsync(monitor, FunctionNames.SweepAlerts, null);
            monitor.Clock.Advance(TimeSpan.FromMinutes(4));
        }

        var mail = _heard.Spans.Single(span => span.DisplayName == "deliver email");
        var poll = _heard.Spans.Single(span => span.DisplayName == "poll usage" && span.SpanId == mail.ParentSpanId);
        mail.TraceId.ShouldBe(poll.TraceId);
        var sweep = _heard.Spans.Single(span => span.SpanId == mail.Links.Single().Context.SpanId);
        (sweep.DisplayName, sweep.TraceId == poll.TraceId).ShouldBe(("SweepAlerts", false));
    }

    [Fact]
    public async Task Over_the_bus_it_is_one_trace_too()
    {
        using var azure = new ServiceBusLookAlike(TimeProvider.System, ("email", "channels LIKE '%,email,%'"));
        await using var monitor = await StartAsync("dead-token", ("Bus:ConnectionString", azure.ConnectionString));
        while (azure["email"].Count == 0 && monitor.Now < Night.AddHours(1))
        {
            await RunAsync(monitor, FunctionNames.PollUsage, null);
            monitor.Clock.Advance(TimeSpan.FromMinutes(5));
        }

        await ReceiveMailAsync(monitor, () => azure["email"].Completed.Count == 1);

        var mail = _heard.Spans.Single(span => span.DisplayName == "deliver email");
        var sent = _heard.Spans.Single(span => span.DisplayName == "send alerts");
        var poll = _heard.Spans.Single(span => span.DisplayName == "poll usage" && span.SpanId == sent.ParentSpanId);
        (mail.ParentSpanId, mail.TraceId).ShouldBe((sent.SpanId, poll.TraceId));
        monitor.Inbox.Messages.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_is_measured_says_how_the_night_was()
    {
        await using var monitor = await StartAsync("dead-token");
        await monitor.LiveAsync(TimeSpan.FromMinutes(40));

        _heard.Measurements.ShouldContain(one => one.Name == "hubspotmonitor.portals" && one.Value == 1);
        var good = _heard.Sum("hubspotmonitor.polls", "hubspotmonitor.outcome", "Good");
        (good, _heard.Sum("hubspotmonitor.polls", "hubspotmonitor.outcome", "DeadToken")).ShouldBe((6, 2));
        _heard.Measurements.Count(one => one.Name == "hubspotmonitor.poll.duration").ShouldBe(8);
        _heard.Measurements.Where(one => one.Name == "hubspotmonitor.checkpoint.lag").Max(one => one.Value).ShouldBe(600);
        _heard.Sum("hubspotmonitor.hubspot.calls").ShouldBe(monitor.HubSpotRequests);
        _heard.Sum("hubspotmonitor.hubspot.calls", "http.response.status_code", "401").ShouldBeGreaterThan(0);
        _heard.Sum("hubspotmonitor.readings.stored").ShouldBeGreaterThan(12);
        _heard.Sum("hubspotmonitor.alerts", "hubspotmonitor.alert.severity", "Critical").ShouldBe(1);
        _heard.Sum("hubspotmonitor.deliveries", "hubspotmonitor.channel", "email").ShouldBe(1);
        _heard.Sum("hubspotmonitor.deliveries", "hubspotmonitor.outcome", "Sent").ShouldBe(2);
        _heard.Measurements.Count(one => one.Name == "hubspotmonitor.delivery.age").ShouldBe(2);
    }

    [Fact]
    public void Neither_a_test_nor_what_waited_for_a_channel_that_was_taken_out_counts_as_given_up()
    {
        var message = Messages.Opened();
        var lost = new AlertDelivery { Channel = "email", Message = message, State = DeliveryState.Failed, QueuedAt = Night, DueAt = Night };

        Telemetry.Delivered(lost with { Message = message with { Finding = message.Finding with { Rule = AlertMessage.TestRule } } }, Night);
        Telemetry.Delivered(lost with { LastError = AlertDelivery.TakenOut }, Night);
        _heard.Measurements.ShouldBeEmpty();

        Telemetry.Delivered(lost, Night);
        _heard.Sum("hubspotmonitor.deliveries", "hubspotmonitor.outcome", "Failed").ShouldBe(1);
    }

    [Fact]
    public async Task No_tag_holds_a_secret_an_address_or_a_name_and_none_of_a_metric_an_account()
    {
        await using var service = await FakeService.StartAsync();
        service.Answer = Answer.RefuseForGood;
        await using var monitor = await StartAsync("dead-token", ("Delivery:Email:BaseUrl", service.Address.ToString()),
            ("Delivery:Slack:WebhookUrl", new Uri(service.Address, "services/T0/B0/hidden").ToString()));
        for (var poll = 0; poll < 8; poll++)
        {
            await RunAsync(monitor, FunctionNames.PollUsage, null);
            await RunAsync(monitor, FunctionNames.PollActivity, null);
            monitor.Clock.Advance(TimeSpan.FromMinutes(5));
        }

        _heard.Sum("hubspotmonitor.dead_letters", "hubspotmonitor.kind", "delivery").ShouldBeGreaterThan(0);
        _heard.Spans.Count(span => span.Status == ActivityStatusCode.Error).ShouldBeGreaterThan(1);
        foreach (var hidden in (string[])[MonitorUnderTest.Account.Token, "SG.secret", "@", "://", "workflows", "hidden", "Acme"])
            _heard.Told.ShouldNotContain(told => told.Contains(hidden, StringComparison.OrdinalIgnoreCase), hidden);
        _heard.Measurements.SelectMany(one => one.Tags.Values).ShouldNotContain(value => $"{value}".Contains("4711", StringComparison.Ordinal));
    }

    private Task<MonitorUnderTest> StartAsync(string scenario, params (string, string)[] settings) =>
        MonitorUnderTest.StartAsync(azurite.ConnectionString, scenario, Night, settings);

    private static async Task ReceiveMailAsync(MonitorUnderTest monitor, Func<bool> isEnough)
    {
        var intake = monitor.Get<BusIntake>();
        await BusUnderTest.RunUntilAsync(
            stop => monitor.Get<SubscriptionReader>()
                .RunAsync("email", (envelope, token) => intake.TakeAsync(envelope, "email", token), () => { }, stop),
            isEnough);
        await intake.DeliverAsync("email", TestContext.Current.CancellationToken);
    }

    private static async Task RunAsync(MonitorUnderTest monitor, string function, string? caller)
    {
        var runner = new TimerRunner(new TimerTable(monitor.Pipeline), monitor.Clock, NullLogger<TimerRunner>.Instance);
        (await runner.RunAsync(function, "1", caller, TestContext.Current.CancellationToken)).ShouldBe(RunOutcome.Done);
    }
}
