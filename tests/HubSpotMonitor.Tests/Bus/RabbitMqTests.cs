using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using HubSpotMonitor.Benchmarks.Bus;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Bus;

/// <summary>One RabbitMQ for the class, where it is installed.</summary>
public sealed class RabbitMq : IAsyncLifetime
{
    public static readonly string[] Channels = ["email", "teams"];

    private RabbitMqBroker? _broker;

    public RabbitMqBroker Broker
    {
        get
        {
            Assert.SkipWhen(_broker is null, "RabbitMQ is not installed: apt-get install rabbitmq-server.");
            return _broker;
        }
    }

    public BusOptions Options => Broker.Options;

    public async ValueTask InitializeAsync()
    {
        if (RabbitMqBroker.IsInstalled) _broker = await RabbitMqBroker.StartAsync(Channels, isQuorum: true, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
    }
}

/// <summary>Sender and reader on a broker that we did not write, killed and frozen in the middle.</summary>
public sealed class RabbitMqTests(RabbitMq rabbit) : IClassFixture<RabbitMq>
{
    /// <summary>As many as a reader holds at once.</summary>
    private const int InHand = 200;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_reach_their_channels_and_trouble_brings_them_again()
    {
        using var bus = new BusUnderTest(rabbit.Options);
        await bus.SendAsync(
            [.. Enumerable.Range(1, 100).Select(number => BusUnderTest.Parcel(number, number % 2 == 0 ? ["email"] : ["email", "teams"]))]);
        var failures = new ConcurrentDictionary<string, int>();
        List<string> mail = [];

        await bus.ReceiveAsync("email", mail, () => mail.Count == 100, (envelope, _) =>
            failures.AddOrUpdate(envelope.Message.Id, 1, (_, before) => before + 1) == 1 && envelope.Message.Id.EndsWith('7')
                ? throw new IOException("The store is away.")
                : Task.CompletedTask);

        mail.Distinct().Count().ShouldBe(100);
        (await bus.ReceiveAsync("teams", 50)).Count.ShouldBe(50);
    }

    [Fact]
    public async Task What_is_none_of_ours_or_fails_too_often_lies_among_the_dead_letters_and_is_sent_again()
    {
        using var bus = new BusUnderTest(rabbit.Options);
        await SendForeignAsync();
        await bus.SendAsync(BusUnderTest.Parcel(4711));
        await bus.ReceiveAsync("email", [], () => bus.Logs.Lines.Count(line => line.Contains("given back", StringComparison.Ordinal)) >= 10,
            (_, _) => throw new IOException("The store is away."));

        IReadOnlyList<BusDeadLetter> letters = [];
        while (letters.Count < 2) letters = await bus.DeadLetters.ReadAsync(["email"], 10, Stop);
        letters.Select(letter => letter.CanBeSent).ShouldBe([false, true], ignoreOrder: true);
        var ours = letters.Single(letter => letter.CanBeSent);
        var sent = await bus.DeadLetters.RedriveAsync(ours.Id, RabbitMq.Channels, Stop);
        while (sent is null) sent = await bus.DeadLetters.RedriveAsync(ours.Id, RabbitMq.Channels, Stop);
        sent.ShouldBe(new(true, "Sent again."));

        (await bus.ReceiveAsync("email", 1)).ShouldBe(["alert-4711"]);
        // What was looked at is back in the queue a moment later.
        do letters = await bus.DeadLetters.ReadAsync(["email"], 10, Stop); while (letters.Count == 0);
        letters.ShouldHaveSingleItem().CanBeSent.ShouldBeFalse();
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_topic_are_told()
    {
        using var stranger = new BusUnderTest(Changed(options => options.ConnectionString += "!"));
        using var lost = new BusUnderTest(Changed(options => options.Topic = "/exchange/nowhere"));

        (await Should.ThrowAsync<BusException>(() => stranger.SendAsync(BusUnderTest.Parcel()))).Message.ShouldContain("refuses us");
        (await Should.ThrowAsync<BusException>(() => lost.SendAsync(BusUnderTest.Parcel()))).IsPermanent.ShouldBeTrue();
        string.Join(' ', stranger.Logs.Lines).ShouldNotContain("on-this-machine-only");
    }

    [Fact]
    public Task A_broker_that_is_killed_in_the_middle_loses_nothing_that_it_acknowledged() => DisturbAsync(async broker =>
    {
        await broker.KillAsync();
        await broker.StartAsync(Stop);
    });

    [Fact]
    public Task A_broker_that_freezes_in_the_middle_is_noticed_and_loses_nothing() => DisturbAsync(async broker =>
    {
        await broker.FreezeAsync();
        // Longer than a send waits.
        await Task.Delay(TimeSpan.FromSeconds(12), Stop);
        await broker.ThawAsync();
    });

    private async Task DisturbAsync(Func<RabbitMqBroker, Task> disturb)
    {
        const int Messages = 400;
        _ = rabbit.Broker; // skips where there is none
        await using var broker = await RabbitMqBroker.StartAsync(["teams"], isQuorum: false, Stop);
        using var sender = new BusUnderTest(broker.Options);
        using var reader = new BusUnderTest(broker.Options);
        List<string> taken = [];
        var refused = 0;
        var isHalfWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var receiving = reader.ReceiveAsync("teams", taken, () => taken.Distinct().Count() == Messages);

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Stop };
        var sending = Parallel.ForAsync(0, Messages, parallel, async (number, _) =>
        {
            if (number == Messages / 2) isHalfWay.TrySetResult();
            // As the publisher does: what was not acknowledged stays in its row and goes out with the next run.
            while (!await TrySendAsync(sender, BusUnderTest.Parcel(number, "teams"))) Interlocked.Increment(ref refused);
        });
        await isHalfWay.Task;
        await disturb(broker);
        await sending;
        await receiving;

        // All came. What came twice was in a reader's hands, or was sent again since its acknowledgement was lost.
        var twice = taken.Count - taken.Distinct().Count();
        twice.ShouldBeLessThanOrEqualTo(InHand + (8 * 4) + refused);
        using var after = new BusUnderTest(broker.Options);
        (await after.DeadLetters.ReadAsync(["teams"], 10, Stop)).ShouldBeEmpty();
    }

    private static async Task<bool> TrySendAsync(BusUnderTest bus, Parcel parcel)
    {
        try
        {
            await bus.SendAsync(parcel);
            return true;
        }
        catch (BusException e) when (!e.IsPermanent)
        {
            return false;
        }
    }

    private BusOptions Changed(Action<BusOptions> change)
    {
        var options = rabbit.Options;
        change(options);
        return options;
    }

    private async Task SendForeignAsync()
    {
        var (parsed, _) = ServiceBusConnectionString.Parse(rabbit.Broker.ConnectionString);
        var connection =
            await new ConnectionFactory().CreateAsync(new Address(parsed!.Host, parsed.Port!.Value, parsed.KeyName, parsed.Key, "/", "amqp"));
        await new SenderLink(new Session(connection), "foreign", RabbitMqBroker.Topic)
            .SendAsync(new Message { BodySection = new Data { Binary = "hello"u8.ToArray() } });
        await connection.CloseAsync();
    }
}
