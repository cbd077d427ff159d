using System.Text;
using Amqp;
using Amqp.Framing;
using HubSpotMonitor.Benchmarks.Bus;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Tests.Bus;

public sealed class BusDeadLettersTests : IDisposable
{
    private static readonly string[] Channels = ["email", "teams"];

    private readonly ServiceBusLookAlike _azure = new(TimeProvider.System, ("email", "channels LIKE '%,email,%'"), ("teams", "1=1"));
    private readonly BusUnderTest _bus;

    public BusDeadLettersTests() => _bus = new(new() { ConnectionString = _azure.ConnectionString });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _bus.Dispose();
        _azure.Dispose();
    }

    [Fact]
    public async Task Those_of_every_subscription_are_listed_with_their_reasons_and_stay()
    {
        await BuryAsync("email", 1);
        _azure.Topic.Take(new Message { BodySection = new Data { Binary = Encoding.UTF8.GetBytes("hello") } });
        await _bus.ReceiveAsync("teams", [], () => _azure["teams"].DeadLetters!.Count == 1);

        for (var look = 0; look < 2; look++)
        {
            var letters = await _bus.DeadLetters.ReadAsync(Channels, 10, Stop);
            letters.Select(letter => (letter.Channel, letter.Reason, letter.CanBeSent))
                .ShouldBe([("email", "MaxDeliveryCountExceeded", true), ("teams", "NotOurs", false)]);
            letters[0].Title.ShouldBe(BusUnderTest.Parcel().Message.Title);
        }
    }

    [Fact]
    public async Task One_that_is_sent_again_reaches_its_own_channel_only_and_is_gone()
    {
        await BuryAsync("email", 1, "email", "teams");
        await BuryAsync("email", 2);
        var teams = _azure["teams"].Count;
        var id = (await _bus.DeadLetters.ReadAsync(Channels, 10, Stop))[1].Id;

        (await _bus.DeadLetters.RedriveAsync(id, Channels, Stop)).ShouldBe(new(true, "Sent again."));

        (await _bus.ReceiveAsync("email", 1)).ShouldBe(["alert-2"]);
        _azure["email"].DeadLetters!.Count.ShouldBe(1);
        List<string> others = [];
        // The test's filter lets all through to teams: what is there is not for it.
        await _bus.ReceiveAsync("teams", others, () => _azure["teams"].Count == 0);
        others.ShouldBe(["alert-1"]);
        teams.ShouldBe(2);
        (await _bus.DeadLetters.RedriveAsync(id, Channels, Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task What_is_none_of_ours_stays_and_says_why()
    {
        _azure.Topic.Take(new Message { BodySection = new Data { Binary = Encoding.UTF8.GetBytes("hello") } });
        await _bus.ReceiveAsync("teams", [], () => _azure["teams"].DeadLetters!.Count == 1);
        var id = (await _bus.DeadLetters.ReadAsync(Channels, 10, Stop))[0].Id;

        (await _bus.DeadLetters.RedriveAsync(id, Channels, Stop))
            .ShouldBe(new(false, "It cannot be sent. The body is not a message of this monitor."));
        _azure["teams"].DeadLetters!.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_too_old_to_be_sent_stays_and_says_why()
    {
        var parcel = BusUnderTest.Parcel();
        await _bus.BuryAsync(_azure, "email", parcel with { Message = parcel.Message with { At = parcel.Message.At.AddDays(-29) } });
        var id = (await _bus.DeadLetters.ReadAsync(Channels, 10, Stop))[0].Id;

        (await _bus.DeadLetters.RedriveAsync(id, Channels, Stop))
            .ShouldBe(new(false,
                "It cannot be sent. It was made on 26 Oct 2026, and what is older than 28 days is not sent any more: its alert is on the page."));
        _azure["email"].DeadLetters!.Count.ShouldBe(1);
        // What is written down to be sent is looked for within so many days.
        BusDeadLetters.Oldest.ShouldBeLessThan(DeliveryTable.Window);
    }

    [Theory]
    [InlineData("email.0000000000000000")]
    [InlineData("fax.0000000000000000")]
    [InlineData("")]
    public async Task An_id_of_nothing_is_nothing(string id) =>
        (await _bus.DeadLetters.RedriveAsync(id, Channels, Stop)).ShouldBeNull();

    private Task BuryAsync(string channel, int number, params string[] channels) =>
        _bus.BuryAsync(_azure, channel, BusUnderTest.Parcel(number, channels));
}
