using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Delivery.Email;
using HubSpotMonitor.Delivery.Teams;
using HubSpotMonitor.Delivery.Webhook;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Store;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace HubSpotMonitor.Tests.Delivery;

/// <summary>
/// The real channels against services that fail, and a process that dies at the worst moments: nothing is lost, and repeats are counted.
/// </summary>
public sealed partial class DeliveryFaultTests(SharedAzurite azurite) : IAsyncLifetime
{
    private readonly DeliveryTable _table = new(azurite.NewTables());
    private readonly ChannelTable _states = new(azurite.NewTables());
    private FakeService _sendGrid = null!;
    private FakeService _teams = null!;
    private FakeService _receiver = null!;
    private ServiceProvider _provider = null!;
    private readonly FakeTimeProvider _clock = new(Samples.Noon);
    private DateTimeOffset _now = Samples.Noon;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (_sendGrid, _teams, _receiver) = (await FakeService.StartAsync(), await FakeService.StartAsync(), await FakeService.StartAsync());
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Delivery:Email:ApiKey"] = "SG.key",
            ["Delivery:Email:From"] = "monitor@example.com",
            ["Delivery:Email:To:0"] = "oncall@example.com",
            ["Delivery:Email:BaseUrl"] = _sendGrid.Address.AbsoluteUri,
            ["Delivery:Teams:WorkflowUrl"] = _teams.Address.AbsoluteUri,
            ["Delivery:Webhook:Url"] = _receiver.Address.AbsoluteUri,
            ["Delivery:Webhook:Secrets:0"] = "whsec_bmV3LXNlY3JldC1vZi10aGlydHktdHdvLWJ5dGVzISE=",
        }).Build();
        var services = new ServiceCollection()
            .AddLogging()
            .AddEmailChannel(configuration)
            .AddTeamsChannel(configuration)
            .AddWebhookChannel(configuration);
        services.Configure<HttpClientFactoryOptions>(EmailChannel.ChannelName, options => options.HttpClientActions.Add(
            client => client.Timeout = _sendGrid.Answer == Answer.Hang ? TimeSpan.FromMilliseconds(300) : client.Timeout));
        _provider = services.BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        foreach (var service in new[] { _sendGrid, _teams, _receiver }) await service.DisposeAsync();
    }

    [Theory]
    [InlineData(429), InlineData(500), InlineData(0)]
    public async Task SendGrid_in_trouble_for_an_hour_gets_every_mail_once_after_it(int status)
    {
        (_sendGrid.Status, _sendGrid.Answer) = status == 0 ? ((int?)null, Answer.Hang) : (status, Answer.Take);
        await QueueAsync(8);
        await LiveAsync(TimeSpan.FromHours(1));
        _sendGrid.Calls.Clear();
        (_sendGrid.Status, _sendGrid.Answer) = (null, Answer.Take);
        await LiveAsync(TimeSpan.FromHours(1));
        Mails().ShouldBe(Mails().Distinct(), ignoreOrder: true);
        Mails().Count.ShouldBe(8);
        _teams.Calls.Count.ShouldBe(8); // not held up
    }

    [Fact]
    public async Task A_key_that_SendGrid_refuses_sends_everything_to_the_fallback()
    {
        _sendGrid.Status = 401;
        await QueueAsync(8, "email");
        await LiveAsync(TimeSpan.FromMinutes(5), fallback: "teams");
        _sendGrid.Calls.Count.ShouldBe(1); // a wrong key is wrong for all
        _teams.Calls.Count.ShouldBe(8);
        _teams.Calls.ShouldAllBe(call => call.Body.Contains("UTC: SendGrid refused the API key", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(401), InlineData(403), InlineData(404), InlineData(410)]
    public async Task A_channel_that_refuses_everything_for_an_hour_gets_all_that_waited_when_it_is_mended(int status)
    {
        _sendGrid.Status = status;
        await QueueAsync(8, "email");
        await LiveAsync(TimeSpan.FromHours(1));
        _sendGrid.Calls.Count.ShouldBeInRange(10, 13); // a probe every five minutes
        _sendGrid.Calls.Clear();
        _sendGrid.Status = null;
        await LiveAsync(TimeSpan.FromMinutes(6));
        List<int> sent = [.. _sendGrid.Calls.Select(call => int.Parse(Number().Match(call.Body).Groups[1].Value, CultureInfo.InvariantCulture))];
        sent.Order().ShouldBe(Enumerable.Range(1, 8));
        sent.Skip(1).ShouldBe(sent.Skip(1).Order()); // the probe is one of those that wait; then the oldest first
    }

    [Fact]
    public async Task A_plan_whose_mails_are_used_up_gets_every_mail_when_it_has_some_again_and_the_fallback_has_them_meanwhile()
    {
        (_sendGrid.Status, _sendGrid.Says) = (401, "Maximum credits exceeded");
        await QueueAsync(8, "email");
        await LiveAsync(TimeSpan.FromMinutes(30), fallback: "teams");
        _teams.Calls.Count.ShouldBe(8);
        _teams.Calls.ShouldAllBe(call => call.Body.Contains("those of the plan are used up", StringComparison.Ordinal));

        _sendGrid.Calls.Clear();
        _sendGrid.Status = null;
        await LiveAsync(TimeSpan.FromHours(1), fallback: "teams");
        Mails().Distinct().Count().ShouldBe(8);
        Mails().Count.ShouldBe(8);
        _teams.Calls.Count.ShouldBe(8);
    }

    [Fact]
    public async Task Teams_gone_for_six_hours_gets_every_card_and_the_fallback_has_them_meanwhile()
    {
        _teams.Status = 503;
        for (var hour = 0; hour < 6; hour++)
        {
            await QueueAsync(2, "teams");
            await LiveAsync(TimeSpan.FromHours(1), fallback: "email");
        }

        Mails().Distinct().Count().ShouldBe(12);
        Mails().Count.ShouldBe(12);
        _teams.Calls.Clear();
        _teams.Status = null;
        await LiveAsync(TimeSpan.FromHours(1), fallback: "email");
        _teams.Calls.Count.ShouldBe(12);
    }

    // The process dies before the channel sends, after it sent, or after it was closed but before the breaker's state was written: every one of these
    // leaves a delivery that is written down and not closed.
    [Fact]
    public async Task Fifty_kills_between_written_down_and_closed_lose_nothing_and_repeat_only_what_was_sent()
    {
        // One for each channel, since they send at once.
        var random = _provider.GetServices<IChannel>().ToDictionary(channel => channel.Name, channel => new Random(channel.Name.Length));
        var (kills, killsAfterSending) = (0, 0);
        while (kills < 50)
        {
            await QueueAsync(1);
            var mortal = _provider.GetServices<IChannel>().Select(channel => new MortalChannel(channel, random[channel.Name]));
            var channels = mortal.ToList();
            await Record.ExceptionAsync(() => Desk(channels, "").DeliverDueAsync(_now, Stop));
            kills += channels.Count(channel => channel.Died is not null);
            killsAfterSending += channels.Count(channel => channel.Died == true);
            _now = _now.AddMinutes(3);
        }
        await LiveAsync(TimeSpan.FromHours(1));

        var sent = _queued;
        var (mails, findings) = (Mails(), _receiver.Calls.Select(call => call.Headers["webhook-id"]).ToList());
        mails.Distinct().Count().ShouldBe(sent);
        findings.Distinct().Count().ShouldBe(sent);
        _teams.Calls.Select(call => call.Body).Distinct().Count().ShouldBe(sent);
        // Each repeat is of a kill after sending. Mail and webhook tell it by their id; a card cannot.
        var repeats = mails.Count + findings.Count + _teams.Calls.Count - (3 * sent);
        repeats.ShouldBe(killsAfterSending);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{kills} kills, {sent} messages to 3 channels, {killsAfterSending} kills after sending, {repeats} repeats, of which {_teams.Calls.Count - sent} on Teams");
        killsAfterSending.ShouldBeGreaterThan(5);
    }

    private int _queued;

    private async Task QueueAsync(int count, params string[] channels)
    {
        var desk = Desk(_provider.GetServices<IChannel>().Where(channel => channels.Length == 0 || channels.Contains(channel.Name)), "");
        for (var i = 0; i < count; i++)
        {
            await desk.QueueAsync(Messages.Resolved() with
            {
                Id = $"a1b2c3-{++_queued}",
                AlertId = $"incident-{_queued}",
                At = _now.AddSeconds(_queued % 60),
                Why = $"Message {_queued}",
            }, desk.Channels, _now, Stop);
        }
    }

    private async Task LiveAsync(TimeSpan time, string fallback = "")
    {
        for (var end = _now + time; _now < end; _now = _now.AddMinutes(1))
            await Desk(_provider.GetServices<IChannel>(), fallback).DeliverDueAsync(_now, Stop);
    }

    private List<string> Mails() =>
        [.. _sendGrid.Calls.Select(call => JsonDocument.Parse(call.Body).RootElement
            .GetProperty("personalizations")[0]
            .GetProperty("headers")
            .GetProperty("Message-ID")
            .GetString()!)];

    private DeliveryDesk Desk(IEnumerable<IChannel> channels, string fallback) =>
        new(_table, _states, [.. channels], Options.Create(new DeliveryOptions { Fallback = fallback }), _clock, NullLogger<DeliveryDesk>.Instance);

    [GeneratedRegex(@"Message (\d+)")]
    private static partial Regex Number();

    /// <summary>Dies in one of four sends before it, in another after it.</summary>
    private sealed class MortalChannel(IChannel channel, Random random) : IChannel
    {
        public string Name => channel.Name;

        /// <summary>True: after the other side took the message.</summary>
        public bool? Died { get; private set; }

        public async Task SendAsync(AlertMessage message, CancellationToken cancellationToken)
        {
            var fate = random.Next(4);
            if (fate == 0) Die(afterSending: false);
            await channel.SendAsync(message, cancellationToken);
            if (fate == 1) Die(afterSending: true);
        }

        private void Die(bool afterSending)
        {
            Died = afterSending;
            throw new InvalidOperationException("The process dies here.");
        }
    }
}
