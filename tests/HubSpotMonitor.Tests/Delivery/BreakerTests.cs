using HubSpotMonitor.Delivery;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace HubSpotMonitor.Tests.Delivery;

/// <summary>What the desk does when a channel, not a message, is in trouble.</summary>
public sealed class BreakerTests
{
    private static readonly DeliveryException Busy = new("Busy.", isPermanent: false);

    private readonly RecordingChannel _mail = new("email");
    private readonly RecordingChannel _chat = new("teams");
    private readonly DeliveryTable _table;
    private readonly ChannelTable _states;
    private readonly FakeTimeProvider _clock = new(Samples.Noon);
    private DateTimeOffset _now = Samples.Noon;

    public BreakerTests(SharedAzurite azurite)
    {
        var tables = azurite.NewTables();
        (_table, _states) = (new(tables), new(tables));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_five_failures_in_a_row_nothing_is_sent_but_one_probe_every_two_minutes()
    {
        _mail.Trouble = Busy;
        await QueueAsync(20);
        await DeliverAsync();
        _mail.Tries.ShouldBe(5);
        await DeliverAsync(after: TimeSpan.FromSeconds(90));
        _mail.Tries.ShouldBe(5);
        await DeliverAsync(after: TimeSpan.FromSeconds(30));
        _mail.Tries.ShouldBe(6);
        _chat.Sent.Count.ShouldBe(20);
    }

    [Fact]
    public async Task A_probe_that_arrives_opens_the_way_for_all_that_waits()
    {
        _mail.Trouble = Busy;
        await QueueAsync(20);
        await DeliverAsync();
        _mail.Trouble = null;
        await DeliverAsync(after: TimeSpan.FromMinutes(10));
        _mail.Sent.Count.ShouldBe(20);
        (await _states.ReadAsync("email", Stop)).ShouldBe(new ChannelState { Channel = "email", TakenAt = _now, WorksSince = _now });
    }

    [Fact]
    public async Task After_a_clock_that_was_ahead_the_channel_is_asked_again_and_is_down_by_the_right_time()
    {
        _mail.Trouble = Busy;
        _now = Samples.Noon.AddHours(2);
        await QueueAsync(5);
        await DeliverAsync();
        _now = Samples.Noon;
        await QueueAsync(6);
        await DeliverAsync();
        _mail.Tries.ShouldBe(6);
        (await _states.ReadAsync("email", Stop)).OpenSince.ShouldBe(Samples.Noon);
    }

    // Each delivery is made by a new desk, as after a restart.
    [Fact]
    public async Task Six_hours_without_the_channel_lose_nothing()
    {
        _mail.Trouble = Busy;
        await QueueAsync(10);
        for (; _now < Samples.Noon.AddHours(6); _now = _now.AddMinutes(1)) await DeliverAsync();
        _mail.Trouble = null;
        for (; _now < Samples.Noon.AddHours(7); _now = _now.AddMinutes(1)) await DeliverAsync();
        _mail.Sent.Order().ShouldBe(Enumerable.Range(0, 10).Select(Id).Order());
        _mail.Tries.ShouldBeInRange(100, 200); // probes, not twenty tries for each message
    }

    [Fact]
    public async Task What_waited_for_the_channel_does_not_wait_for_itself_when_the_channel_works_again()
    {
        _mail.Trouble = Busy;
        await QueueAsync(1, "email");
        for (; _now < Samples.Noon.AddHours(4); _now = _now.AddMinutes(1)) await DeliverAsync();
        _mail.Trouble = null;
        for (var i = 0; i < 3; i++) await DeliverAsync(after: TimeSpan.FromMinutes(1));
        _mail.Sent.ShouldBe([Id(0)]);
    }

    [Fact]
    public async Task All_that_was_tried_in_vain_is_sent_in_one_run_with_the_probe_that_arrives()
    {
        _mail.Trouble = Busy;
        await QueueAsync(5, "email");
        for (; _now < Samples.Noon.AddHours(4); _now = _now.AddMinutes(1)) await DeliverAsync();
        _mail.Trouble = null;
        while (_mail.Sent.Count == 0) await DeliverAsync(after: TimeSpan.FromMinutes(1));
        _mail.Sent.Count.ShouldBe(5);
        _mail.Sent.Skip(1).ShouldBe(_mail.Sent.Skip(1).Order()); // the oldest first, but for the probe
    }

    [Fact]
    public async Task What_refuses_everything_is_left_alone_at_once_but_for_a_probe_every_five_minutes()
    {
        _mail.Trouble = DeliveryException.OfChannel("The key is wrong.");
        await QueueAsync(20, "email");
        for (var i = 0; i < 11; i++) await DeliverAsync(after: TimeSpan.FromMinutes(1));
        _mail.Tries.ShouldBe(3);
        var health = (await Desk().ReadHealthAsync(_now, Stop)).Single(health => health.State.Channel == "email");
        (health.GivenUp, health.State.IsRefused, health.State.LastError).ShouldBe((0, true, "The key is wrong."));

        _mail.Trouble = null;
        for (var i = 0; i < 5; i++) await DeliverAsync(after: TimeSpan.FromMinutes(1));
        _mail.Sent.Count.ShouldBe(20);
    }

    [Fact]
    public async Task One_message_that_is_refused_as_if_all_were_holds_up_no_other_and_is_given_up()
    {
        _mail.Trouble = DeliveryException.OfChannel("The service refused with 403.");
        _mail.IsTroubled = message => message.Id == Id(0);
        await QueueAsync(21, "email");
        for (var i = 0; i < 20; i++) await DeliverAsync("teams", after: TimeSpan.FromMinutes(1));
        _mail.Sent.Order().ShouldBe(Enumerable.Range(1, 20).Select(Id).Order());
        var refused = (await _table.ReadNewestAsync("email", 30, Stop)).Single(delivery => delivery.Message.Id == Id(0));
        (refused.State, refused.LastError).ShouldBe((DeliveryState.Failed, "The service refused with 403."));
        _chat.Sent.ShouldContain(Id(0));
        (await _states.ReadAsync("email", Stop)).OpenSince.ShouldBeNull();
    }

    [Fact]
    public async Task A_test_that_is_refused_with_all_others_has_failed_at_once()
    {
        _mail.Trouble = DeliveryException.OfChannel("The key is wrong.");
        var answer = (await new AlertTest(Desk()).SendAsync(["email"], Severity.Info, new("https://monitor.example.com"), _now, Stop))
            .ShouldHaveSingleItem();
        (answer.State, answer.Says).ShouldBe((DeliveryState.Failed, "The key is wrong."));
        (await _states.ReadAsync("email", Stop)).IsRefused.ShouldBeTrue();
    }

    [Fact]
    public async Task A_test_is_sent_at_once_also_to_what_refuses_everything_and_brings_what_waits_with_it()
    {
        _mail.Trouble = DeliveryException.OfChannel("The key is wrong.");
        await QueueAsync(3, "email");
        await DeliverAsync();
        _mail.Trouble = null;
        _now = _now.AddMinutes(1);
        var answer = await new AlertTest(Desk()).SendAsync(["email"], Severity.Info, new("https://monitor.example.com"), _now, Stop);
        answer.ShouldHaveSingleItem().State.ShouldBe(DeliveryState.Sent);
        _mail.Sent.Count.ShouldBe(4);
    }

    [Fact]
    public async Task What_waits_for_a_channel_that_refuses_everything_goes_to_the_fallback_at_once()
    {
        _mail.Trouble = DeliveryException.OfChannel("The key is wrong.");
        await QueueAsync(3, "email");
        await DeliverAsync("teams");
        await DeliverAsync("teams");
        _chat.Messages.Select(message => message.Why)
            .ShouldBe(Enumerable.Repeat("Sent here in place of email, which has taken nothing since 2026-11-24 12:00 UTC: The key is wrong.", 3));
    }

    [Fact]
    public async Task A_refusal_for_good_is_an_answer_and_opens_no_breaker()
    {
        _mail.Trouble = new DeliveryException("Wrong.", isPermanent: true);
        await QueueAsync(20);
        await DeliverAsync();
        _mail.Tries.ShouldBe(20);
        var health = (await Desk().ReadHealthAsync(_now, Stop)).Single(health => health.State.Channel == "email");
        (health.GivenUp, health.Because, health.State.OpenSince).ShouldBe((20, "Wrong.", null));
    }

    [Fact]
    public async Task What_one_channel_gives_up_the_fallback_brings_and_says_so()
    {
        _mail.Trouble = new DeliveryException("Wrong.", isPermanent: true);
        await QueueAsync(1, "email");
        await DeliverAsync("teams");
        await DeliverAsync("teams");
        _chat.Messages.ShouldHaveSingleItem().Why.ShouldBe("Sent here in place of email, which gave it up: Wrong.");
    }

    [Fact]
    public async Task A_test_that_fails_does_not_come_by_the_fallback()
    {
        _mail.Trouble = new DeliveryException("Wrong.", isPermanent: true);
        var desk = Desk(new() { Fallback = "teams" });
        var answer = await new AlertTest(desk).SendAsync(["email"], Severity.Info, new("https://monitor.example.com"), _now, Stop);
        answer.ShouldHaveSingleItem().State.ShouldBe(DeliveryState.Failed);
        await DeliverAsync("teams");
        _chat.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_waits_for_a_channel_that_is_down_goes_to_the_fallback_after_a_quarter_of_an_hour_and_once()
    {
        _mail.Trouble = Busy;
        await QueueAsync(6, "email");
        await DeliverAsync("teams");
        await DeliverAsync("teams", after: TimeSpan.FromMinutes(15));
        _chat.Sent.ShouldBeEmpty();
        await DeliverAsync("teams", after: TimeSpan.FromMinutes(1));
        for (var i = 0; i < 10; i++) await DeliverAsync("teams", after: TimeSpan.FromMinutes(1));
        _chat.Sent.Order().ShouldBe(Enumerable.Range(0, 6).Select(Id));
        _chat.Messages[0].Why.ShouldNotBeNull().ShouldStartWith("Sent here in place of email, which has taken nothing since 2026-");

        _mail.Trouble = null;
        await DeliverAsync("teams", after: TimeSpan.FromHours(1));
        _mail.Sent.Count.ShouldBe(6); // late, but there too
    }

    [Fact]
    public async Task Where_a_message_was_going_anyway_the_fallback_does_not_bring_it_twice()
    {
        _mail.Trouble = new DeliveryException("Wrong.", isPermanent: true);
        await QueueAsync(3);
        for (var i = 0; i < 5; i++) await DeliverAsync("teams");
        _chat.Sent.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_fallback_that_fails_itself_is_no_endless_story()
    {
        _mail.Trouble = _chat.Trouble = new DeliveryException("Wrong.", isPermanent: true);
        await QueueAsync(1, "email");
        for (var i = 0; i < 5; i++) await DeliverAsync("teams");
        (_mail.Tries, _chat.Tries).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Personal_data_is_masked_for_every_channel_and_stays_whole_in_the_store()
    {
        var message = Messages.Everywhere("anna@example.com") with { At = _now };
        var desk = Desk(new() { MaskMail = true });
        await desk.QueueAsync(message, desk.Channels, _now, Stop);
        await desk.DeliverDueAsync(_now, Stop);
        _mail.Messages.Concat(_chat.Messages).Select(sent => sent.Finding.Summary).ShouldBe(["a…@example.com", "a…@example.com"]);
        (await _table.ReadAsync("email", message, Stop))!.Message.Finding.Summary.ShouldBe("anna@example.com");
    }

    private static string Id(int number) => $"message-{number}";

    private async Task QueueAsync(int count, params string[] channels)
    {
        // Only through the channels that are wanted.
        var desk = channels.Length == 0
            ? Desk()
            : new DeliveryDesk(
                _table,
                _states,
                [.. new[] { _mail, _chat }.Where(channel => channels.Contains(channel.Name))],
                Options.Create(new DeliveryOptions()),
                _clock,
                NullLogger<DeliveryDesk>.Instance);
        for (var i = 0; i < count; i++)
            await desk.QueueAsync(Messages.Opened() with { Id = Id(i), AlertId = Id(i), At = _now.AddSeconds(i - count) }, desk.Channels, _now, Stop);
    }

    private Task DeliverAsync(string fallback = "", TimeSpan after = default)
    {
        _now += after;
        return Desk(new() { Fallback = fallback }).DeliverDueAsync(_now, Stop);
    }

    private DeliveryDesk Desk(DeliveryOptions? options = null) =>
        new(_table, _states, [_mail, _chat], Options.Create(options ?? new()), _clock, NullLogger<DeliveryDesk>.Instance);
}
