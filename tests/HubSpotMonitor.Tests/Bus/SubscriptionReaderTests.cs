using System.Text;
using Amqp;
using Amqp.Framing;
using HubSpotMonitor.Benchmarks.Bus;
using HubSpotMonitor.Bus.Links;
using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Tests.Bus;

public sealed class SubscriptionReaderTests : IDisposable
{
    private readonly WatchedClock _clock = new(new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private readonly ServiceBusLookAlike _azure;
    private readonly BusUnderTest _bus;

    public SubscriptionReaderTests()
    {
        _azure = new(_clock, ("email", "1=1"));
        _bus = new(new() { ConnectionString = _azure.ConnectionString }, _clock);
    }

    private LookAlikeEntity Mail => _azure["email"];

    public void Dispose()
    {
        _bus.Dispose();
        _azure.Dispose();
    }

    [Fact]
    public async Task What_is_written_down_is_completed()
    {
        await _bus.SendAsync([.. Enumerable.Range(1, 60).Select(number => BusUnderTest.Parcel(number))]);

        (await _bus.ReceiveAsync("email", 60)).Count.ShouldBe(60);

        await BusUnderTest.EventuallyAsync(() => Mail.Completed.Count == 60);
        Mail.Count.ShouldBe(0);
    }

    [Fact]
    public async Task What_a_filter_let_through_but_is_for_others_is_completed_and_not_taken()
    {
        await _bus.SendAsync(BusUnderTest.Parcel(1, "teams"), BusUnderTest.Parcel(2, "email"));
        List<string> taken = [];

        await _bus.ReceiveAsync("email", taken, () => Mail.Completed.Count == 2);

        taken.ShouldBe(["alert-2"]);
    }

    [Fact]
    public async Task Trouble_gives_it_back_and_it_comes_again()
    {
        await _bus.SendAsync(BusUnderTest.Parcel());
        var failures = 0;
        List<string> taken = [];

        await _bus.ReceiveAsync(
            "email", taken, () => taken.Count == 1, (_, _) => failures++ < 3 ? throw new IOException("The store is away.") : Task.CompletedTask);

        await BusUnderTest.EventuallyAsync(() => Mail.Completed.Count == 1);
        Mail.Completed[0].DeliveryCount.ShouldBe(3);
    }

    [Fact]
    public async Task Trouble_that_stays_ends_among_the_dead_letters()
    {
        await _bus.SendAsync(BusUnderTest.Parcel());

        await _bus.ReceiveAsync("email", [], () => Mail.DeadLetters!.Count == 1, (_, _) => throw new IOException("The store is away."));

        Mail.DeadLetters!.Peek(0, 1)[0].DeadLetterReason.ShouldBe("MaxDeliveryCountExceeded");
    }

    [Theory]
    [InlineData("hello", "The body is not a message of this monitor.")]
    [InlineData("""{"version":2,"channels":["email"],"message":null}""", "Version 2 of the message is not known here.")]
    [InlineData("""{"version":1,"channels":["email"]}""", "The body is not a message of this monitor.")]
    [InlineData("[]", "The body is not a message of this monitor.")]
    public async Task What_is_none_of_ours_lies_among_the_dead_letters_with_the_reason(string body, string why)
    {
        _azure.Topic.Take(new Message { BodySection = new Data { Binary = Encoding.UTF8.GetBytes(body) } });

        await _bus.ReceiveAsync("email", [], () => Mail.DeadLetters!.Count == 1);

        var letter = Mail.DeadLetters!.Peek(0, 1)[0];
        (letter.DeadLetterReason, letter.DeadLetterDescription).ShouldBe(("NotOurs", why));
        _bus.Logs.Lines.ShouldContain(line => line.Contains(why, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lock_is_renewed_while_writing_down_takes_long()
    {
        await _bus.SendAsync(BusUnderTest.Parcel());
        var slow = new TaskCompletionSource();
        List<string> taken = [];
        var receiving = _bus.ReceiveAsync("email", taken, () => taken.Count == 1, (_, _) => slow.Task);

        for (var renewal = 1; renewal <= 6; renewal++)
        {
            await BusUnderTest.EventuallyAsync(() => _clock.WaitsOf(Locks.RenewEvery) >= renewal);
            _clock.Advance(Locks.RenewEvery);
            await BusUnderTest.EventuallyAsync(() => Mail.Renewals == renewal, receiving);
        }
        slow.SetResult();
        await receiving;

        await BusUnderTest.EventuallyAsync(() => Mail.Completed.Count == 1);
        Mail.Completed[0].DeliveryCount.ShouldBe(0);
        taken.ShouldBe(["alert-1"]);
    }

    [Fact]
    public async Task A_reader_that_dies_with_a_message_in_hand_loses_nothing()
    {
        await _bus.SendAsync(BusUnderTest.Parcel());
        using (var first = new BusUnderTest(new() { ConnectionString = _azure.ConnectionString }, _clock))
        {
            var inHand = new TaskCompletionSource();
            _ = first.ReceiveAsync("email", [], () => false, async (_, token) =>
            {
                inHand.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            });
            await inHand.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        // Before, the broker would give it to the dead reader again, lock by lock.
        await BusUnderTest.EventuallyAsync(() => !_azure.Open.Contains(Mail.Path));
        List<string> taken = [];
        var second = _bus.ReceiveAsync("email", taken, () => taken.Count == 1);
        taken.ShouldBeEmpty();
        _clock.Advance(Mail.LockDuration);
        await second;

        taken.ShouldBe(["alert-1"]);
    }

    [Fact]
    public async Task A_subscription_that_is_detached_or_whose_bus_restarts_is_opened_again()
    {
        List<string> taken = [];
        var receiving = _bus.ReceiveAsync("email", taken, () => taken.Distinct().Count() == 3);
        await _bus.SendAsync(BusUnderTest.Parcel(1));
        await BusUnderTest.EventuallyAsync(() => Mail.Completed.Count == 1, receiving);

        _azure.DetachAll();
        await SendAndAdvanceAsync(2);
        _azure.Restart();
        await SendAndAdvanceAsync(3);
        await receiving;

        taken.ShouldBe(["alert-1", "alert-2", "alert-3"]);
    }

    [Fact]
    public async Task A_bus_that_is_away_is_looked_for_after_pauses_that_double_up_to_half_a_minute()
    {
        var clock = new WatchedClock(_clock.GetUtcNow());
        using var away = new BusUnderTest(new() { ConnectionString = ServiceBusLookAlike.ConnectionStringAt(FreePort.Next()) }, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var reading = away.Subscriptions.RunAsync("email", (_, _) => Task.CompletedTask, () => { }, stop.Token);
        List<int> pauses = [];
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 30, 30])
        {
            clock.Advance(TimeSpan.FromSeconds(pauses.LastOrDefault()));
            pauses.Add(seconds);
            await BusUnderTest.EventuallyAsync(() => clock.Waits == pauses.Count, reading);
            clock.WaitsOf(TimeSpan.FromSeconds(seconds)).ShouldBe(pauses.Count(pause => pause == seconds));
        }
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => reading);
    }

    // Sender and reader wait before they try again.
    private async Task SendAndAdvanceAsync(int number)
    {
        var sending = _bus.SendAsync(BusUnderTest.Parcel(number));
        await BusUnderTest.EventuallyAsync(() =>
        {
            // By less than would end a lock that is held meanwhile.
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            return Mail.Completed.Count >= number;
        }, sending);
        await sending;
    }
}
