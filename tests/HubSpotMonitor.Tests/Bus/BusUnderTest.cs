using HubSpotMonitor.Benchmarks.Bus;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Bus.Links;
using HubSpotMonitor.Bus.Tokens;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Tests.Delivery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace HubSpotMonitor.Tests.Bus;

/// <summary>The sending and receiving halves of one process, against a broker.</summary>
internal sealed class BusUnderTest : IDisposable
{
    private readonly LoggerFactory _loggers;

    public BusUnderTest(BusOptions options, TimeProvider? clock = null, IBusTokens? tokens = null)
    {
        _loggers = new LoggerFactory([Logs]);
        var time = new BusClock(clock ?? TimeProvider.System);
        var wrapped = Options.Create(options);
        Connection = new(wrapped, time, _loggers.CreateLogger<BusConnection>(), tokens);
        Topic = new(Connection, wrapped, time);
        Subscriptions = new(Connection, wrapped, time, _loggers.CreateLogger<SubscriptionReader>());
        // When the messages of the tests were made.
        DeadLetters = new(Connection, Topic, wrapped, new FakeTimeProvider(Messages.Opened().At));
    }

    public LogCapture Logs { get; } = new();

    public BusConnection Connection { get; }

    public TopicBus Topic { get; }

    public SubscriptionReader Subscriptions { get; }

    public BusDeadLetters DeadLetters { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static Parcel Parcel(int number = 1, params string[] channels) =>
        new(Messages.Opened() with { Id = $"alert-{number}" }, channels.Length == 0 ? ["email"] : channels);

    public Task SendAsync(params Parcel[] parcels) => Topic.PublishAsync(parcels, DateTimeOffset.UnixEpoch, Stop);

    /// <summary>Receives a channel's messages until so many different ones were taken.</summary>
    /// <returns>The ids of all that were taken, in order, repeats among them.</returns>
    public async Task<IReadOnlyList<string>> ReceiveAsync(string channel, int count)
    {
        List<string> taken = [];
        await ReceiveAsync(channel, taken, () => taken.Distinct().Count() >= count);
        return taken;
    }

    /// <summary>Receives until something is so.</summary>
    public Task ReceiveAsync(string channel, List<string> taken, Func<bool> isEnough, TakeEnvelope? take = null) => RunUntilAsync(
        stop => Subscriptions.RunAsync(
            channel,
            async (envelope, token) =>
            {
                if (take is not null) await take(envelope, token);
                lock (taken) taken.Add(envelope.Message.Id);
            },
            () => { },
            stop),
        () =>
        {
            lock (taken) return isEnough();
        });

    /// <summary>Sends a message that a channel cannot write down as often as the bus tries, so that it ends among the dead letters.</summary>
    public async Task BuryAsync(ServiceBusLookAlike azure, string channel, Parcel parcel)
    {
        var before = azure[channel].DeadLetters!.Count;
        await SendAsync(parcel);
        await ReceiveAsync(channel, [], () => azure[channel].DeadLetters!.Count > before, (_, _) => throw new IOException("The store is away."));
    }

    /// <summary>Runs what only a cancellation ends, until something is so.</summary>
    public static async Task RunUntilAsync(Func<CancellationToken, Task> run, Func<bool> isSo)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = run(enough.Token);
        await EventuallyAsync(isSo, running);
        await enough.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Waits for what another thread brings about; the test's own limit ends it.</summary>
    public static async Task EventuallyAsync(Func<bool> isSo, Task? meanwhile = null)
    {
        while (!isSo())
        {
            if (meanwhile is { IsFaulted: true }) await meanwhile;
            await Task.Delay(10, Stop);
        }
    }

    public void Dispose()
    {
        Topic.Dispose();
        Connection.Dispose();
        _loggers.Dispose();
    }
}
