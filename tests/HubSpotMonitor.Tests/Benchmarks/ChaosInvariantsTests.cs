using HubSpotMonitor.Benchmarks.Chaos;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Benchmarks;

/// <summary>The checks after the chaos find what they are there to find.</summary>
public sealed class ChaosInvariantsTests(SharedAzurite azurite)
{
    private static readonly long Account = ChaosWorld.Account.Id;

    private readonly Tables _tables = new(
        Options.Create(new StoreOptions { ConnectionString = azurite.ConnectionString, TablePrefix = SharedAzurite.NewPrefix() }));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_acknowledged_event_that_is_not_stored_is_named() =>
        (await CheckAsync(7)).ShouldContain("webhooks: acknowledged, but not stored: event 7");

    [Fact]
    public async Task Counts_that_are_the_differences_of_their_counters_break_nothing()
    {
        await WriteAsync([Counter(0, 100), Counter(5, 110), Counter(10, 130), Count(5, 10), Count(10, 20)]);
        (await CheckAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_count_that_is_not_the_difference_of_its_counters_is_named()
    {
        await WriteAsync([Counter(0, 100), Counter(5, 110), Count(5, 11)]);
        (await CheckAsync()).ShouldHaveSingleItem().ShouldStartWith("usage: not the difference of two counters: the count at 2026-11-24T12:05:00");
    }

    [Fact]
    public async Task Counts_that_overlap_or_leave_something_out_are_named()
    {
        await WriteAsync(
        [
            Counter(0, 100), Counter(5, 110), Counter(9, 120), Counter(15, 130), Counter(20, 140),
            Count(5, 10), Count(9, 10) with { Since = At(0) }, Count(20, 10),
        ]);
        var broken = await CheckAsync();
        broken.ShouldContain(sentence => sentence.StartsWith("usage: counts overlap at 2026-11-24T12:00:00", StringComparison.Ordinal));
        broken.ShouldContain(
            sentence => sentence.StartsWith("usage: no count tells of the calls after 2026-11-24T12:09:00", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_checkpoint_ahead_of_its_data_is_named()
    {
        await new CheckpointTable(_tables).TryWriteAsync(new UsageCheckpoint
        {
            Portal = Account,
            LastPollAt = At(5),
            Outcome = PollOutcome.Good,
            UsedAt = At(5),
            CollectedAt = At(4),
            JudgedUntil = At(5),
        }, StoredCheckpoint.None, Stop);
        (await new Invariants(_tables).CheckCheckpointAsync(Stop)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_alert_with_an_undecided_transition_or_an_outbox_or_a_lost_delivery_is_named()
    {
        var alert = Samples.Alert() with { Portal = new(Account, "Acme"), Transitions = 2 };
        var message = Message(alert, 1);
        alert = alert with
        {
            Outbox = [new(message, ["email"])],
            Decisions = [new(At(0), message.Id, Transition.Opened, Verdict.Send, ["email"], "It is new.")],
        };
        await new AlertTable(_tables).TryWriteAsync(alert, null, Stop);
        (await new AlertInvariants(_tables).CheckAsync(Stop)).ShouldBe(
        [
            "alerts: still in the outbox of a1 (usage-spike)",
            "alerts: a transition was never decided: a1-2 (usage-spike)",
            "alerts: decided, but never handed to its channel: a1-1 by email",
        ]);
    }

    [Fact]
    public async Task A_delivery_that_is_still_open_is_named()
    {
        await new DeliveryTable(_tables).TryAddAsync(new()
        {
            Channel = "teams",
            Message = Message(Samples.Alert(), 1),
            State = DeliveryState.Queued,
            QueuedAt = At(0),
            DueAt = At(0),
        }, Stop);
        (await new AlertInvariants(_tables).CheckAsync(Stop)).ShouldBe(["alerts: neither sent nor given up: a1-1 by teams, Queued, tried 0 times"]);
    }

    [Fact]
    public async Task A_message_that_nobody_began_or_that_two_hosts_began_is_named()
    {
        await new DeliveryTable(_tables).TryAddAsync(new()
        {
            Channel = "teams",
            Message = Message(Samples.Alert(), 1),
            State = DeliveryState.Sent,
            QueuedAt = At(3),
            DueAt = At(3),
            Begun = 2,
            Attempts = 1,
        }, Stop);
        var invariants = new AlertInvariants(_tables);
        (await invariants.CheckSentOnceAsync(2, [(At(4), At(5))], Stop)).ShouldBeEmpty();
        (await invariants.CheckSentOnceAsync(3, [(At(2), At(5))], Stop)).ShouldBe(
        [
            "alerts: 3 messages arrived, but only 2 were begun",
            "alerts: sent twice by two hosts: a1-1 by teams, Sent, tried 1 times",
        ]);
    }

    [Fact]
    public void The_same_seed_draws_the_same_faults_and_every_kind_comes_in_turn()
    {
        var kinds = Enum.GetValues<FaultKind>();
        var faults = Fault.Draw(7, hasBroker: true).Take(kinds.Length).ToList();
        Fault.Draw(7, hasBroker: true).Take(kinds.Length).ShouldBe(faults);
        faults.Select(fault => fault.Kind).ShouldBe(kinds, ignoreOrder: true);
    }

    private async Task<IReadOnlyList<string>> CheckAsync(params long[] acknowledged) => await new Invariants(_tables).CheckAsync(acknowledged, Stop);

    private Task WriteAsync(IReadOnlyCollection<Reading> readings) => new ReadingTable(_tables).WriteAsync(readings, Stop);

    private static DateTimeOffset At(int minutes) => ChaosWorld.Begins.AddMinutes(minutes);

    private static Reading Counter(int minutes, double value) => Samples.Counter(At(minutes), value) with { Portal = Account };

    private static Reading Count(int minutes, double value) => Samples.Count(At(minutes), value) with { Portal = Account };

    private static AlertMessage Message(Alert alert, int number) => new()
    {
        Id = $"{alert.Id}-{number}",
        AlertId = alert.Id,
        Transition = Transition.Opened,
        Severity = alert.Severity,
        Portal = alert.Portal,
        TimeZone = "UTC",
        UtcOffset = TimeSpan.Zero,
        Finding = alert.Finding,
        OpenedAt = alert.OpenedAt,
        At = alert.OpenedAt,
        Link = new("https://monitor.example.com/a"),
        JsonLink = new("https://monitor.example.com/b"),
    };
}
