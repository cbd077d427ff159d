using HubSpotMonitor.Alerting;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Delivery;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests;

/// <summary>What a bus in trouble costs those who have nothing to do with it.</summary>
public sealed class PublisherTests(SharedAzurite azurite) : IAsyncLifetime
{
    private static readonly Portal Beta = new(MonitorUnderTest.Other.Id, MonitorUnderTest.Other.Name);

    private MonitorUnderTest _monitor = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _monitor = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Samples.Noon);

    public ValueTask DisposeAsync() => _monitor.DisposeAsync();

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)] // an answer comes at once, and another message may be taken
    public async Task One_account_waits_for_a_bus_that_does_not_answer_and_the_others_keep_their_parcels(bool isPermanent, int tries)
    {
        var bus = new TroubledBus(_ => throw new BusException("The bus gave no answer.", isPermanent));
        using var publisher = new Publisher(_monitor.Get<AlertSweep>(), bus);
        var round = new SweepRound(_monitor.Now);
        foreach (var portal in new[] { Samples.Acme, Beta }) await FireAsync(portal);
        await Should.ThrowAsync<BusException>(() => publisher.PublishAsync(Samples.Acme.Id, round, Stop));
        await Record.ExceptionAsync(() => publisher.PublishAsync(Beta.Id, round, Stop));
        bus.Tries.ShouldBe(tries);
        (await _monitor.Get<AlertTable>().ReadCurrentAsync(Beta.Id, Stop)).ShouldHaveSingleItem().Alert.Outbox.ShouldHaveSingleItem();

        await _monitor.Get<Publisher>().PublishAsync(Beta.Id, new(_monitor.Now), Stop);
        (await _monitor.Get<AlertTable>().ReadCurrentAsync(Beta.Id, Stop)).ShouldHaveSingleItem().Alert.Outbox.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_waits_already_is_sent_also_where_the_bus_does_not_answer()
    {
        using var limit = new CancellationTokenSource();
        var bus = new TroubledBus(async token =>
        {
            await limit.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
        });
        using var publisher = new Publisher(_monitor.Get<AlertSweep>(), bus);
        var pipeline = ActivatorUtilities.CreateInstance<Pipeline>(_monitor.Get<IServiceProvider>(), publisher);
        await _monitor.Get<DeliveryDesk>().QueueAsync(Messages.Opened() with { At = _monitor.Now }, ["email"], _monitor.Now, Stop);
        await FireAsync(Samples.Acme);

        (await Should.ThrowAsync<TimeoutException>(() => pipeline.SweepAlertsAsync(_monitor.Now, limit.Token, Stop))).Message
            .ShouldContain("the bus or the store is slow");

        bus.Tries.ShouldBe(1);
        _monitor.MailTitles.ShouldHaveSingleItem().ShouldStartWith("[High] API calls 6.9x normal");
        (await _monitor.Get<AlertTable>().ReadCurrentAsync(Samples.Acme.Id, Stop)).ShouldHaveSingleItem().Alert.Outbox.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_is_new_is_on_the_bus_before_a_channel_takes_its_time()
    {
        var bus = new TroubledBus(_ => Task.CompletedTask);
        List<int> published = [];
        var channel = new RecordingChannel("email")
        {
            Trouble = new DeliveryException("Busy.", isPermanent: false),
            IsTroubled = _ =>
            {
                published.Add(bus.Tries);
                return true;
            },
        };
        using var publisher = new Publisher(_monitor.Get<AlertSweep>(), bus);
        var desk = ActivatorUtilities.CreateInstance<DeliveryDesk>(_monitor.Get<IServiceProvider>(), new List<IChannel> { channel });
        var pipeline = ActivatorUtilities.CreateInstance<Pipeline>(_monitor.Get<IServiceProvider>(), publisher, desk);
        await desk.QueueAsync(Messages.Opened() with { At = _monitor.Now }, ["email"], _monitor.Now, Stop);
        await FireAsync(Samples.Acme);

        await pipeline.SweepAlertsAsync(_monitor.Now, Stop);

        published.ShouldBe([1]);
    }

    private Task FireAsync(Portal portal) =>
        _monitor.Get<AlertDesk>().ApplyAsync(portal, AccountClock.Utc, [], [Assessment.Firing(Samples.Finding())], _monitor.Now, Stop);

    /// <summary>Takes what it is given, or not.</summary>
    private sealed class TroubledBus(Func<CancellationToken, Task> trouble) : IAlertBus
    {
        public int Tries { get; private set; }

        public Task PublishAsync(IReadOnlyList<Parcel> parcels, DateTimeOffset now, CancellationToken cancellationToken)
        {
            Tries++;
            return trouble(cancellationToken);
        }
    }
}
