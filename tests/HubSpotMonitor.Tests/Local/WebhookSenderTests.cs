using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation;
using HubSpotMonitor.Local.Simulation.Webhooks;
using Microsoft.Extensions.Time.Testing;

namespace HubSpotMonitor.Tests.Local;

public sealed class WebhookSenderTests : IDisposable
{
    private const string Secret = "11111111-2222-3333-4444-555555555555";
    private const string NextSecret = "66666666-7777-8888-9999-000000000000";

    // A Tuesday, 09:00 in the account.
    private static readonly DateTimeOffset Morning = new(2026, 11, 24, 14, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Morning.AddHours(3));
    private readonly ReceivingEnd _host = new();
    private readonly List<string> _told = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _host.Dispose();

    [Fact]
    public void The_signature_is_the_one_of_HubSpots_own_libraries() => WebhookSignature
        .V3(
            "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy",
            "POST",
            "https://www.example.com/webhook_uri",
            "{'example_field':'example_value'}"u8,
            "1693657560000")
        .ShouldBe("K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=");

    [Fact]
    public async Task Every_event_of_an_interval_is_sent_signed_and_acknowledged()
    {
        using var sender = Sender();
        var counts = await sender.SendAsync(Morning, Morning.AddHours(3), Token);

        var expected = new CrmActivity(HubSpotClient.Acme, []).Between(Morning, Morning.AddHours(3)).Select(item => item.EventId).ToHashSet();
        _host.Received.SelectMany(request => request.Events).Select(item => (long)item["eventId"]!).ToHashSet().SetEquals(expected).ShouldBeTrue();
        counts.Sent.ShouldBe(expected.Count);
        counts.Acknowledged.ShouldBe(expected.Count);
        counts.Requests.ShouldBe(_host.Received.Count);
        (counts.GivenUp, counts.Waiting, counts.Retries, counts.Forged).ShouldBe((0, 0, 0, 0));
        foreach (var request in _host.Received)
        {
            request.WhyRefused(Secret, _clock.GetUtcNow()).ShouldBeNull();
            request.Timestamp.ShouldBe($"{_clock.GetUtcNow().ToUnixTimeMilliseconds()}");
            request.Headers["X-HubSpot-Signature-Version"].ShouldBe("v1");
            request.Headers["X-HubSpot-Signature"].ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Secret + request.Text))));
        }
    }

    [Fact]
    public async Task The_same_seed_sends_the_same_bodies()
    {
        using var first = Sender();
        await first.SendAsync(Morning, Morning.AddHours(3), Token);
        var bodies = Bodies();
        _host.Forget();
        using var second = Sender();
        await second.SendAsync(Morning, Morning.AddHours(3), Token);
        Bodies().ShouldBe(bodies);

        List<string> Bodies() => [.. _host.Received.Select(request => request.Text).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Never_more_than_a_hundred_events_in_a_request_and_ten_requests_at_a_time()
    {
        // Nobody is answered before ten are there.
        var ten = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.Answer = async _ =>
        {
            if (_host.InFlight == WebhookSender.MostInFlight) ten.TrySetResult();
            await ten.Task;
            return HttpStatusCode.OK;
        };
        using var sender = Sender(new MassDelete { StartsAfter = TimeSpan.Zero, PerMinute = 900, App = 1_001_003 });
        await sender.SendAsync(Morning, Morning.AddMinutes(12), Token);
        _host.MostInFlight.ShouldBe(10);
        _host.Received.ShouldAllBe(request => request.Events.Count <= 100);
        _host.Received.Count.ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task A_retry_raises_the_attempt_number_signs_anew_and_keeps_the_rest()
    {
        _host.Answer = _ => Task.FromResult(HttpStatusCode.ServiceUnavailable);
        using var sender = Sender();
        (await sender.SendAsync(Morning, Morning.AddMinutes(2), Token)).Waiting.ShouldBeGreaterThan(0);
        var first = _host.Received.ShouldHaveSingleItem();
        _host.Forget();
        (await sender.SendAsync(Morning, Morning, Token)).Requests.ShouldBe(0);

        _host.Answer = _ => Task.FromResult(HttpStatusCode.OK);
        _clock.Advance(TimeSpan.FromMinutes(2));
        var counts = await sender.SendAsync(Morning, Morning, Token);
        (counts.Requests, counts.Retries, counts.Sent, counts.Acknowledged).ShouldBe((1, 1, 0, first.Events.Count));
        var second = _host.Received.ShouldHaveSingleItem();
        second.WhyRefused(Secret, _clock.GetUtcNow()).ShouldBeNull();
        second.Timestamp.ShouldNotBe(first.Timestamp);
        first.Events.ShouldAllBe(item => (int)item["attemptNumber"]! == 0);
        second.Events.ShouldAllBe(item => (int)item["attemptNumber"]! == 1);
        second.Events.Select(WithoutAttempt).ShouldBe(first.Events.Select(WithoutAttempt));
        sender.Counts.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Whatever_is_no_success_is_sent_again_ten_times_within_a_day_and_then_given_up_and_told_once()
    {
        _host.Answer = request => ((int)request.Events[0]["attemptNumber"]! % 3) switch
        {
            0 => Task.FromResult(HttpStatusCode.Unauthorized),
            1 => throw new HttpRequestException("connection refused"),
            _ => throw new TaskCanceledException("too slow"),
        };
        using var sender = Sender();
        await sender.SendAsync(Morning, Morning.AddMinutes(30), Token);
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await sender.SendAsync(Morning, Morning, Token);
        }
        var counts = sender.Counts;
        counts.Sent.ShouldBeGreaterThan(300);
        (counts.GivenUp, counts.Acknowledged, counts.Waiting).ShouldBe((counts.Sent, 0, 0));
        counts.Requests.ShouldBe(counts.Duplicates + (counts.Retries / 10 * 11));
        _host.Received.Max(request => (int)request.Events[0]["attemptNumber"]!).ShouldBe(10);
        _told.ShouldHaveSingleItem().ShouldContain("gives up");
    }

    [Fact]
    public async Task Some_batches_come_twice_some_late_and_some_shuffled()
    {
        using var sender = Sender();
        var counts = await sender.SendAsync(Morning, Morning.AddHours(8), Token);
        counts.Duplicates.ShouldBeInRange(1, counts.Requests / 5);
        var bodies = _host.Received.GroupBy(request => request.Text).ToList();
        bodies.Count(same => same.Count() == 2).ShouldBe(counts.Duplicates);
        bodies.Count(same => !IsInOrder(same.First())).ShouldBeInRange(1, bodies.Count / 3);
    }

    [Fact]
    public async Task An_older_batch_may_come_after_a_newer_one()
    {
        // One step at a time, so that the order of arrival is the order of sending.
        using var sender = Sender();
        for (var minute = 0; minute < 240; minute += 10) await sender.SendAsync(Morning.AddMinutes(minute), Morning.AddMinutes(minute + 10), Token);
        var oldest = _host.Received.Select(request => request.Events.Min(OccurredAt)).ToList();
        oldest.Zip(oldest.Skip(1)).ShouldContain(pair => pair.Second < pair.First);
    }

    [Fact]
    public async Task Every_kind_of_forgery_is_sent_and_refused_by_whoever_looks()
    {
        _host.Answer = request =>
            Task.FromResult(request.WhyRefused(Secret, _clock.GetUtcNow()) is null ? HttpStatusCode.OK : HttpStatusCode.Unauthorized);
        using var sender = Sender(new Forgeries { StartsAfter = TimeSpan.Zero, PerMinute = 16 });
        var counts = await sender.SendAsync(Morning, Morning.AddMinutes(1), Token);
        (counts.Forged, counts.ForgedAccepted, counts.Waiting).ShouldBe((16, 0, 0));
        _host.Received.Select(request => request.WhyRefused(Secret, _clock.GetUtcNow()))
            .Where(why => why is not null)
            .CountBy(why => why!)
            .ToDictionary()
            .ShouldBe(new Dictionary<string, int>
            {
                ["wrong signature"] = 8,
                ["too old"] = 4,
                ["no signature"] = 2,
                ["no timestamp"] = 2,
            }, ignoreOrder: true);
        _told.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_forgery_that_is_taken_for_HubSpots_is_counted_and_told_once()
    {
        using var sender = Sender(new Forgeries { StartsAfter = TimeSpan.Zero, PerMinute = 8 });
        (await sender.SendAsync(Morning, Morning.AddMinutes(2), Token)).ForgedAccepted.ShouldBe(16);
        _told.ShouldHaveSingleItem().ShouldContain("took a request for HubSpot's that is not");
    }

    [Fact]
    public async Task After_the_rotation_the_other_secret_signs()
    {
        using var sender = Sender(new RotateSecret { StartsAfter = TimeSpan.FromHours(4) });
        await sender.SendAsync(Morning, Morning.AddMinutes(30), Token);
        _host.Received.ShouldAllBe(request => request.WhyRefused(Secret, _clock.GetUtcNow()) == null);
        _host.Forget();

        _clock.Advance(TimeSpan.FromHours(2));
        await sender.SendAsync(Morning.AddMinutes(30), Morning.AddMinutes(60), Token);
        _host.Received.Count.ShouldBeGreaterThan(0);
        _host.Received.ShouldAllBe(request => request.WhyRefused(NextSecret, _clock.GetUtcNow()) == null);
    }

    [Fact]
    public async Task While_webhooks_are_stopped_nothing_is_sent_and_what_happened_then_never_is()
    {
        using var sender = Sender(new StopWebhooks { StartsAfter = TimeSpan.FromMinutes(10), Lasts = TimeSpan.FromMinutes(40) });
        await sender.SendAsync(Morning, Morning.AddHours(1), Token);
        var minutes = _host.Received.SelectMany(request => request.Events)
            .Select(item => (OccurredAt(item) - Morning.ToUnixTimeMilliseconds()) / 60_000)
            .Distinct()
            .Order()
            .ToList();
        minutes.ShouldBe([.. Enumerable.Range(0, 10), .. Enumerable.Range(50, 10)]);
    }

    [Fact]
    public async Task An_hour_in_a_second_is_merged_into_full_batches_at_most_twenty_in_a_second()
    {
        var real = new FakeTimeProvider(Morning);
        var clock = new SimulatedClock(real, Morning, 3600);
        using var sender = Sender(clock, new Forgeries { StartsAfter = TimeSpan.Zero, PerMinute = 600 });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = sender.RunAsync(clock, Morning, stop.Token);
        real.Advance(TimeSpan.FromSeconds(1)); // an hour of events is there
        var full = new CrmActivity(HubSpotClient.Acme, []).Between(Morning, Morning.AddHours(1)).Count() / 100;
        for (var elapsed = 0; _host.Received.Count < full; elapsed += 10)
        {
            _host.Received.Count.ShouldBeLessThanOrEqualTo((elapsed / 50) + 1);
            real.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Delay(1, Token);
        }
        _host.Received.Take(full - 1).ShouldAllBe(request => request.Events.Count == 100);

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => run);
        _host.InFlight.ShouldBe(0);
    }

    [Fact]
    public async Task A_stop_ends_what_is_being_sent()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _host.Answer = async _ =>
        {
            await stop.CancelAsync();
            throw new TaskCanceledException();
        };
        using var sender = Sender();
        await Should.ThrowAsync<OperationCanceledException>(() => sender.SendAsync(Morning, Morning.AddHours(3), stop.Token));
        _host.InFlight.ShouldBe(0);
    }

    private WebhookSender Sender(params IReadOnlyList<Effect> effects) => Sender(_clock, effects);

    private WebhookSender Sender(TimeProvider clock, params IReadOnlyList<Effect> effects)
    {
        var scenario = new Scenario { Name = "test", Title = "", Story = "", Effects = effects, Lines = [] };
        var target = new WebhookTarget(new("https://monitor.example.com/webhooks/hubspot"), Secret) { NextSecret = NextSecret };
        return new(HubSpotClient.Acme, [new(scenario, Morning)], target, clock, new(_host, disposeHandler: false), _told.Add);
    }

    private static bool IsInOrder(Received request) => request.Events.Select(OccurredAt).SequenceEqual(request.Events.Select(OccurredAt).Order());

    private static long OccurredAt(JsonObject item) => (long)item["occurredAt"]!;

    private static string WithoutAttempt(JsonObject item)
    {
        var copy = item.DeepClone().AsObject();
        copy.Remove("attemptNumber");
        return copy.ToJsonString();
    }
}
