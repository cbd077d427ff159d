using HubSpotMonitor.Signals;
using HubSpotMonitor.Tests.Delivery;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Signals;

/// <summary>Which deliveries speak of trouble with their channel.</summary>
public sealed class AlertDeliveryTests
{
    private static readonly ChannelState Email = new() { Channel = "email" };

    private static readonly AlertDelivery GivenUp = new()
    {
        Channel = "email",
        Message = Messages.Opened(),
        State = DeliveryState.Failed,
        QueuedAt = Noon.AddHours(-6),
        DueAt = Noon,
        Attempts = 1,
        FailedAt = Noon,
        LastError = "The server did not answer.",
    };

    [Theory]
    [InlineData(DeliveryState.Queued, false)]
    [InlineData(DeliveryState.Sending, false)]
    [InlineData(DeliveryState.Sent, false)]
    [InlineData(DeliveryState.Failed, true)]
    public void Only_what_was_given_up_counts(DeliveryState state, bool counts) =>
        (GivenUp with { State = state }).CountsAgainst(Email, Noon).ShouldBe(counts);

    [Fact]
    public void What_was_never_tried_does_not_count()
    {
        (GivenUp with { Attempts = 0 }).CountsAgainst(Email, Noon).ShouldBeFalse();
        (GivenUp with { LastError = AlertDelivery.TakenOut }).CountsAgainst(Email, Noon).ShouldBeFalse();
    }

    [Fact]
    public void What_a_later_message_has_overtaken_does_not_count() =>
        (GivenUp with { LastError = AlertDelivery.Overtaken }).CountsAgainst(Email, Noon).ShouldBeFalse();

    [Fact]
    public void A_test_does_not_count_since_who_asked_for_it_was_told() =>
        (GivenUp with { Message = Messages.Opened() with { Finding = Finding(rule: AlertMessage.TestRule) } }).CountsAgainst(Email, Noon)
            .ShouldBeFalse();

    [Theory]
    [InlineData(null, 24 * 60, true)]
    [InlineData(-1, 24 * 60, true)]
    [InlineData(0, 15, true)]
    [InlineData(0, 16, false)]
    [InlineData(5, 15, true)] // too new to be passed over
    [InlineData(5, 16, false)]
    public void It_counts_until_the_channel_has_taken_something_and_for_a_quarter_of_an_hour_at_least(int? takenAfter, int askedAfter, bool counts)
    {
        var channel = Email with { TakenAt = takenAfter is { } minutes ? Noon.AddMinutes(minutes) : null };
        GivenUp.CountsAgainst(channel, Noon.AddMinutes(askedAfter)).ShouldBe(counts);
    }
}
