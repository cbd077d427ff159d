using System.Globalization;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Delivery;

/// <summary>What every channel keeps to that speaks HTTP.</summary>
public abstract class HttpChannelContract : ChannelContract
{
    private protected FakeService Service => (FakeService)Other;

    private protected virtual bool SaysBadRequestWhenOff => false;

    [Theory]
    [InlineData(400, true), InlineData(409, true), InlineData(413, true), InlineData(422, true)]
    [InlineData(307, false), InlineData(401, false), InlineData(403, false), InlineData(404, false), InlineData(405, false), InlineData(410, false)]
    public async Task A_status_that_stays_is_of_the_message_or_of_the_channel_and_a_redirect_is_of_the_channel(int status, bool isOfMessage)
    {
        var failure = await FailAsync(status);
        if (status == 400 && SaysBadRequestWhenOff) isOfMessage = false;
        (failure.IsPermanent, failure.IsOfChannel).ShouldBe((isOfMessage, !isOfMessage));
        Service.Calls.Count.ShouldBe(1);
        failure.Message.ShouldContain(status == 401 ? "refused" : status.ToString(CultureInfo.InvariantCulture));
        ShouldTellNoSecret(failure);
    }

    [Theory]
    [InlineData(408), InlineData(425), InlineData(429), InlineData(500), InlineData(502), InlineData(503), InlineData(504)]
    public async Task A_status_that_may_pass_is_passing(int status)
    {
        var failure = await FailAsync(status);
        (failure.IsPermanent, failure.IsOfChannel).ShouldBe((false, false));
        Service.Calls.Count.ShouldBe(1);
        ShouldTellNoSecret(failure);
    }

    private protected override async Task<OtherSide> StartAsync() => await FakeService.StartAsync();

    /// <summary>Sends through the channel and returns what arrived.</summary>
    internal async Task<FakeService.Call> SendAsync(AlertMessage message)
    {
        await Channel.SendAsync(message, Token);
        return Service.Calls.Single();
    }

    private Task<DeliveryException> FailAsync(int status)
    {
        Service.Status = status;
        return FailAsync(Answer.Take);
    }
}
