using HubSpotMonitor.Delivery;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace HubSpotMonitor.Tests.Delivery;

public sealed class DeliveryDeskTests
{
    private readonly RecordingChannel _mail = new("email");
    private readonly RecordingChannel _chat = new("teams");
    private readonly DeliveryTable _table;
    private readonly ChannelTable _states;
    private readonly DeliveryDesk _desk;
    private readonly FakeTimeProvider _clock = new(Samples.Noon);
    private DateTimeOffset _now = Samples.Noon;

    public DeliveryDeskTests(SharedAzurite azurite)
    {
        var tables = azurite.NewTables();
        (_table, _states) = (new(tables), new(tables));
        _desk = Desk();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static AlertMessage Message => Messages.Opened() with { At = Samples.Noon };

    /// <summary>The first message of another incident.</summary>
    private static AlertMessage Of(string incident) => Message with { Id = incident, AlertId = incident };

    [Fact]
    public async Task A_message_queued_twice_is_sent_once()
    {
        await _desk.QueueAsync(Message, _desk.Channels, _now, Stop);
        await _desk.DeliverDueAsync(_now, Stop);
        await _desk.QueueAsync(Message, _desk.Channels, _now.AddMinutes(5), Stop);
        await _desk.DeliverDueAsync(_now.AddMinutes(5), Stop);
        _mail.Sent.ShouldBe([Message.Id]);
        (await MailAsync()).State.ShouldBe(DeliveryState.Sent);
    }

    [Fact]
    public async Task Two_who_deliver_at_once_send_once()
    {
        var other = Desk();
        await _desk.QueueAsync(Message, _desk.Channels, _now, Stop);
        await Task.WhenAll(_desk.DeliverDueAsync(_now, Stop), other.DeliverDueAsync(_now, Stop), _desk.DeliverDueAsync(_now, Stop));
        _mail.Sent.ShouldBe([Message.Id]);
    }

    [Fact]
    public async Task Older_messages_are_sent_first()
    {
        await _desk.QueueAsync(Of("new"), _desk.Channels, _now, Stop);
        await _desk.QueueAsync(Of("old") with { At = _now.AddMinutes(-5) }, _desk.Channels, _now, Stop);
        await _desk.DeliverDueAsync(_now, Stop);
        _mail.Sent.ShouldBe(["old", "new"]);
    }

    [Fact]
    public async Task The_worst_is_sent_before_what_is_older()
    {
        await _desk.QueueAsync(Of("medium") with { Severity = Severity.Medium, At = _now.AddHours(-5) }, ["email"], _now, Stop);
        await _desk.QueueAsync(Of("high") with { At = _now.AddHours(-4) }, ["email"], _now, Stop);
        await _desk.QueueAsync(Of("critical") with { Severity = Severity.Critical }, ["email"], _now, Stop);
        await _desk.DeliverDueAsync(_now, Stop);
        _mail.Sent.ShouldBe(["critical", "high", "medium"]);
    }

    [Fact]
    public async Task Of_one_incident_only_the_last_message_that_waits_is_sent()
    {
        _mail.Trouble = new DeliveryException("Busy.", isPermanent: false);
        await _desk.QueueAsync(Message, ["email"], _now, Stop);
        await _desk.DeliverDueAsync(_now, Stop);
        await _desk.QueueAsync(Messages.Escalated() with { At = _now.AddSeconds(10) }, ["email"], _now, Stop);
        await _desk.QueueAsync(Messages.Resolved() with { Id = "a1b2c3-10", At = _now.AddSeconds(10) }, ["email"], _now, Stop);
        _mail.Trouble = null;
        await _desk.DeliverDueAsync(_now.AddSeconds(20), Stop);
        await _desk.DeliverDueAsync(_now.AddHours(1), Stop);
        _mail.Sent.ShouldBe(["a1b2c3-10"]);
        var opened = await OneAsync();
        (opened.State, opened.LastError).ShouldBe((DeliveryState.Failed, "Not sent: a later message of the same incident took its place."));
        (await _desk.ReadHealthAsync(_now, Stop)).ShouldAllBe(channel => channel.GivenUp == 0);
    }

    // Over the bus, or sent again by hand.
    [Fact]
    public async Task What_comes_late_after_the_end_of_its_incident_is_no_news_any_more()
    {
        var end = Messages.Resolved() with { At = _now.AddMinutes(1) };
        _now = _now.AddMinutes(10);
        await _desk.QueueAsync(end, ["email"], _now, Stop);
        await _desk.DeliverDueAsync(_now, Stop);
        await _desk.QueueAsync(Message, ["email"], _now, Stop);
        await _desk.DeliverDueAsync(_now, Stop);
        _mail.Sent.ShouldBe([end.Id]);
        (await OneAsync()).LastError.ShouldBe(AlertDelivery.Overtaken);
    }

    [Fact]
    public async Task What_comes_late_is_news_where_only_a_clock_that_was_set_back_makes_it_look_older()
    {
        var second = Messages.Escalated() with { At = _now.AddMinutes(-5) };
        await _desk.QueueAsync(Message, ["email"], _now, Stop);
        await _desk.DeliverDueAsync(_now, Stop);
        await _desk.QueueAsync(second, ["email"], _now, Stop);
        await _desk.DeliverDueAsync(_now, Stop);
        _mail.Sent.ShouldBe([Message.Id, second.Id]);
    }

    [Fact]
    public async Task The_number_of_a_message_and_no_clock_says_which_is_the_last()
    {
        await _desk.QueueAsync(Message, ["email"], _now, Stop);
        await _desk.QueueAsync(Messages.Resolved() with { At = _now.AddMinutes(-5) }, ["email"], _now, Stop);
        await _desk.DeliverDueAsync(_now, Stop);
        _mail.Sent.ShouldBe([Messages.Resolved().Id]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_tells_of_others_too_is_sent_before_what_came_after_it_also_when_it_was_tried_before(bool isTried)
    {
        var story = new StoryItem(_now, Severity.High, "Another", "It is told here only.", "another");
        await _desk.QueueAsync(Message with { Story = [story] }, ["email"], _now, Stop);
        _mail.Trouble = new DeliveryException("Busy.", isPermanent: false);
        if (isTried) await _desk.DeliverDueAsync(_now, Stop);
        _mail.Trouble = null;
        await _desk.QueueAsync(Messages.Resolved() with { At = _now.AddSeconds(10) }, ["email"], _now, Stop);
        await _desk.DeliverDueAsync(_now.AddSeconds(10), Stop);
        _mail.Sent.ShouldBe([Message.Id, Messages.Resolved().Id]);
    }

    [Fact]
    public async Task Two_digests_of_an_account_are_both_sent()
    {
        foreach (var days in new[] { 2, 1 })
        {
            await _desk.QueueAsync(Message with
            {
                Id = $"digest-{days}",
                AlertId = "digest-1",
                Transition = Transition.Digest,
                At = _now.AddDays(-days),
            }, ["email"], _now, Stop);
        }
        await _desk.DeliverDueAsync(_now, Stop);
        _mail.Sent.ShouldBe(["digest-2", "digest-1"]);
    }

    [Fact]
    public async Task What_is_refused_for_good_has_failed_at_once()
    {
        _mail.Trouble = new DeliveryException("The key is wrong.", isPermanent: true);
        await _desk.QueueAsync(Message, _desk.Channels, _now, Stop);
        await _desk.DeliverDueAsync(_now, Stop);
        await _desk.DeliverDueAsync(_now.AddDays(1), Stop);
        var mail = await MailAsync();
        (mail.State, mail.Attempts, mail.LastError).ShouldBe((DeliveryState.Failed, 1, "The key is wrong."));
    }

    [Fact]
    public async Task A_channel_that_gives_no_answer_in_time_is_tried_again_and_it_is_told()
    {
        _mail.Trouble = new OperationCanceledException();
        await _desk.QueueAsync(Message, ["email"], _now, Stop);
        await _desk.DeliverDueAsync(_now, Stop);
        var mail = await MailAsync();
        (mail.State, mail.Attempts, mail.LastError).ShouldBe((DeliveryState.Queued, 1, "The channel gave no answer within 25 s."));
    }

    [Fact]
    public async Task Passing_trouble_is_waited_for_twice_as_long_each_time()
    {
        _mail.Trouble = new DeliveryException("Busy.", isPermanent: false);
        await _desk.QueueAsync(Message, _desk.Channels, _now, Stop);
        List<double> waits = [];
        while (waits.Count < 8) waits.Add(await DeliverAndWaitAsync());
        waits.ShouldBe([30, 60, 120, 240, 480, 960, 1800, 1800]);

        _mail.Trouble = null;
        await _desk.DeliverDueAsync(_now, Stop);
        _mail.Sent.ShouldBe([Message.Id]);
        (await MailAsync()).LastError.ShouldBeNull();
    }

    [Fact]
    public async Task Nothing_is_tried_again_before_its_time_while_the_channel_counts_as_working()
    {
        _mail.Trouble = new DeliveryException("Busy.", isPermanent: false);
        await _desk.QueueAsync(Message, ["email"], _now, Stop);
        for (var i = 0; i < 3; i++) await DeliverAndWaitAsync();
        await _desk.DeliverDueAsync(_now.AddSeconds(-1), Stop);
        _mail.Tries.ShouldBe(3);
        await _desk.DeliverDueAsync(_now, Stop);
        _mail.Tries.ShouldBe(4);
    }

    [Fact]
    public async Task One_message_that_the_channel_will_not_take_is_given_up_after_hours()
    {
        _mail.Trouble = new DeliveryException("Busy.", isPermanent: false);
        _mail.IsTroubled = message => message.Id == Message.Id;
        await _desk.QueueAsync(Message, _desk.Channels, _now, Stop);
        while (await OneAsync() is { State: DeliveryState.Queued } one)
        {
            _now = one.DueAt;
            // Others go through before it, so that the channel counts as working.
            await _desk.QueueAsync(Of($"other-{_now.Ticks}") with { At = _now.AddDays(-1) }, _desk.Channels, _now, Stop);
            await _desk.DeliverDueAsync(_now, Stop);
        }
        ((await OneAsync()).Attempts, (await OneAsync()).Probes).ShouldBe((14, 0));
        (_now - Samples.Noon).ShouldBeInRange(TimeSpan.FromHours(4), TimeSpan.FromHours(6));
    }

    [Fact]
    public async Task While_the_whole_channel_is_down_a_message_waits_for_two_days()
    {
        _mail.Trouble = new DeliveryException("Busy.", isPermanent: false);
        await _desk.QueueAsync(Message, _desk.Channels, _now, Stop);
        while ((await MailAsync()).State == DeliveryState.Queued) await DeliverAndWaitAsync();
        (await MailAsync()).FailedAt.ShouldBe(_now);
        (_now - Samples.Noon).ShouldBeInRange(TimeSpan.FromHours(48), TimeSpan.FromHours(49));
    }

    [Fact]
    public async Task A_channel_in_trouble_does_not_hold_up_the_other()
    {
        _mail.Trouble = new DeliveryException("Busy.", isPermanent: false);
        await _desk.QueueAsync(Message, _desk.Channels, _now, Stop);
        await _desk.DeliverDueAsync(_now, Stop);
        _chat.Sent.ShouldBe([Message.Id]);
        (await MailAsync()).State.ShouldBe(DeliveryState.Queued);
    }

    [Fact]
    public async Task A_fault_in_a_channels_own_code_does_not_hold_up_the_other_and_is_told()
    {
        _mail.Trouble = new InvalidOperationException("A fault.");
        await _desk.QueueAsync(Message, _desk.Channels, _now, Stop);
        await Should.ThrowAsync<InvalidOperationException>(() => _desk.DeliverDueAsync(_now, Stop));
        _chat.Sent.ShouldBe([Message.Id]);
    }

    [Fact]
    public async Task What_a_crash_left_half_sent_is_taken_up_after_two_minutes_and_not_before()
    {
        await _desk.QueueAsync(Message, _desk.Channels, _now, Stop);
        _mail.Trouble = new InvalidOperationException("The process dies here.");
        await Should.ThrowAsync<InvalidOperationException>(() => _desk.DeliverDueAsync(_now, Stop));
        (await MailAsync()).State.ShouldBe(DeliveryState.Sending);

        _mail.Trouble = null;
        await _desk.DeliverDueAsync(_now.AddSeconds(119), Stop);
        _mail.Sent.ShouldBeEmpty();
        await _desk.DeliverDueAsync(_now.AddSeconds(120), Stop);
        _mail.Sent.ShouldBe([Message.Id]);
    }

    [Fact]
    public async Task A_claim_counts_from_when_it_is_made_however_old_the_run_is()
    {
        await _desk.QueueAsync(Message, _desk.Channels, _now, Stop);
        _clock.Advance(TimeSpan.FromMinutes(3));
        _mail.Trouble = new InvalidOperationException("The process dies here.");
        await Should.ThrowAsync<InvalidOperationException>(() => _desk.DeliverDueAsync(_now, Stop));
        (await MailAsync()).DueAt.ShouldBe(_now.AddMinutes(5));
        (await _table.ReadAsync("teams", Message, Stop))!.SentAt.ShouldBe(_now.AddMinutes(3));

        _mail.Trouble = new DeliveryException("Busy.", isPermanent: false);
        await Desk().DeliverDueAsync(_now.AddMinutes(4), Stop); // another host
        _mail.Tries.ShouldBe(1);
        _clock.Advance(TimeSpan.FromMinutes(4));
        await Desk().DeliverDueAsync(_now.AddMinutes(5), Stop);
        (await MailAsync()).DueAt.ShouldBe(_now.AddMinutes(7.5));
    }

    [Fact]
    public async Task Attempts_that_a_crash_ended_bring_no_message_nearer_to_being_given_up()
    {
        await _desk.QueueAsync(Message, _desk.Channels, _now, Stop);
        _mail.Trouble = new InvalidOperationException("The process dies here.");
        for (var crashes = 0; crashes < 30; crashes++, _now = _now.AddMinutes(2))
            await Should.ThrowAsync<InvalidOperationException>(() => _desk.DeliverDueAsync(_now, Stop));
        _mail.Trouble = new DeliveryException("Busy.", isPermanent: false);
        await _desk.DeliverDueAsync(_now, Stop);
        var mail = await MailAsync();
        (mail.State, mail.Attempts).ShouldBe((DeliveryState.Queued, 1));
    }

    [Fact]
    public async Task What_has_waited_for_days_is_given_up_and_not_sent_as_if_it_were_new()
    {
        await _desk.QueueAsync(Message, _desk.Channels, _now, Stop);
        _now = _now.AddDays(10); // the host was off
        await Desk("teams").DeliverDueAsync(_now, Stop);
        var mail = await MailAsync();
        (mail.State, mail.FailedAt, mail.LastError).ShouldBe((DeliveryState.Failed, _now, "It waited for 10 d and is not sent any more."));
        (_mail.Tries, _chat.Tries).ShouldBe((0, 0));
        (await _desk.ReadHealthAsync(_now, Stop)).Select(health => health.GivenUp).ShouldBe([0, 0], "the channels were never asked");
    }

    [Theory]
    [InlineData("", 1)] // no fallback: to all that are on
    [InlineData("teams", 0)]
    public async Task What_waits_for_a_channel_that_was_taken_out_goes_to_others(string fallback, int mails)
    {
        var waiting = new AlertDelivery { Channel = "slack", Message = Message, State = DeliveryState.Queued, QueuedAt = _now, DueAt = _now };
        await _table.TryAddAsync(waiting, Stop);
        await Desk(fallback).DeliverDueAsync(_now.AddMinutes(10), Stop); // another host may have it on
        (await _table.ReadAsync("slack", Message, Stop))!.State.ShouldBe(DeliveryState.Queued);

        for (var minute = 20; minute < 23; minute++) await Desk(fallback).DeliverDueAsync(_now.AddMinutes(minute), Stop);
        (_mail.Sent.Count, _chat.Sent.Count).ShouldBe((mails, 1));
        _chat.Messages[0].Why.ShouldBe("Sent here in place of slack, which is no longer set up.");
        var left = (await _table.ReadAsync("slack", Message, Stop))!;
        (left.State, left.LastError).ShouldBe((DeliveryState.Failed, "The channel was taken out of the settings before it was sent."));

        // Put back, it counts as working.
        var back = new DeliveryDesk(
            _table, _states, [new RecordingChannel("slack")], Options.Create(new DeliveryOptions()), _clock, NullLogger<DeliveryDesk>.Instance);
        (await back.ReadHealthAsync(_now.AddHours(1), Stop)).ShouldHaveSingleItem().GivenUp.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_still_on_its_way_to_a_channel_that_was_taken_out_goes_to_others()
    {
        await _desk.QueueAsync(Message, ["slack", "pigeon"], _now, Stop);
        await _desk.DeliverDueAsync(_now.AddMinutes(20), Stop); // they are given it
        await _desk.DeliverDueAsync(_now.AddMinutes(21), Stop);
        foreach (var channel in new[] { _mail, _chat }) channel.Sent.ShouldBe([Message.Id]);
        (await _table.ReadAsync("pigeon", Message, Stop)).ShouldBeNull("there is no such channel");
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Neither_a_test_nor_what_the_fallback_has_already_is_handed_over(bool isTest, bool fellBack)
    {
        var message = isTest ? Message with { Finding = Samples.Finding(rule: AlertMessage.TestRule) } : Message;
        await _table.TryAddAsync(Messages.Queued(message, "slack") with { FellBack = fellBack }, Stop);
        for (var minute = 20; minute < 22; minute++) await Desk().DeliverDueAsync(_now.AddMinutes(minute), Stop);
        (_mail.Tries, _chat.Tries).ShouldBe((0, 0));
        (await _table.ReadAsync("slack", message, Stop))!.LastError.ShouldBe(AlertDelivery.TakenOut);
    }

    [Fact]
    public void The_names_of_all_channels_are_known() => DeliveryDesk.Known.ShouldBe(
        typeof(IChannel).Assembly.GetTypes()
            .Where(type => type.IsClass && type.IsAssignableTo(typeof(IChannel)))
            .Select(type => (string)type.GetField("ChannelName")!.GetRawConstantValue()!),
        ignoreOrder: true);

    [Fact]
    public async Task Who_is_stopped_in_the_middle_of_a_send_ends_it_and_begins_no_other()
    {
        using var stop = new CancellationTokenSource();
        var channel = new StoppingChannel(stop);
        var desk = new DeliveryDesk(_table, _states, [channel], Options.Create(new DeliveryOptions()), _clock, NullLogger<DeliveryDesk>.Instance);
        await desk.QueueAsync(Of("first") with { At = _now.AddMinutes(-1) }, desk.Channels, _now, Stop);
        await desk.QueueAsync(Of("second"), desk.Channels, _now, Stop);

        await Should.ThrowAsync<OperationCanceledException>(() => desk.DeliverDueAsync(_now, stop.Token));
        channel.Taken.ShouldBe(["first"]);
        await desk.DeliverDueAsync(_now.AddMinutes(2), Stop);
        channel.Taken.ShouldBe(["first", "second"]);
        (await _table.ReadNewestAsync("email", 10, Stop))
            .Select(delivery => (delivery.State, delivery.Begun))
            .ShouldBe([(DeliveryState.Sent, 1), (DeliveryState.Sent, 1)]);
    }

    private async Task<AlertDelivery> MailAsync() => (await _table.ReadNewestAsync("email", 10, Stop)).ShouldHaveSingleItem();

    /// <summary>Delivers now, and lets the time pass until the mail is due again.</summary>
    private async Task<double> DeliverAndWaitAsync()
    {
        await _desk.DeliverDueAsync(_now, Stop);
        var mail = await MailAsync();
        if (mail.State != DeliveryState.Queued) return 0;
        var wait = mail.DueAt - _now;
        _now = mail.DueAt;
        return wait.TotalSeconds;
    }

    private async Task<AlertDelivery> OneAsync() => (await _table.ReadAsync("email", Message, Stop))!;

    private DeliveryDesk Desk(string fallback = "") =>
        new(_table, _states, [_mail, _chat], Options.Create(new DeliveryOptions { Fallback = fallback }), _clock, NullLogger<DeliveryDesk>.Instance);

    /// <summary>The host is told to stop just after the other side has taken a message.</summary>
    private sealed class StoppingChannel(CancellationTokenSource stop) : IChannel
    {
        public string Name => "email";

        public List<string> Taken { get; } = [];

        public async Task SendAsync(AlertMessage message, CancellationToken cancellationToken)
        {
            Taken.Add(message.Id);
            await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
