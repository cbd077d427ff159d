using System.Globalization;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Delivery;

/// <summary>What every channel keeps to that speaks HTTP.</summary>
public abstract class HttpChannelContract : ChannelContract
{
    private protected FakeService Service => (FakeService)Other;

    [Theory]
    [InlineData(307), InlineData(400), InlineData(401), InlineData(403), InlineData(404), InlineData(410), InlineData(413), InlineData(422)]
    public async Task A_status_that_stays_is_permanent_and_a_redirect_is_one(int status)
    {
        var failure = await FailAsync(status);
        failure.IsPermanent.ShouldBeTrue();
        Service.Calls.Count.ShouldBe(1);
        failure.Message.ShouldContain(status == 401 ? "refused" : status.ToString(CultureInfo.InvariantCulture));
        ShouldTellNoSecret(failure);
    }

    [Theory]
    [InlineData(408), InlineData(425), InlineData(429), InlineData(500), InlineData(502), InlineData(503), InlineData(504)]
    public async Task A_status_that_may_pass_is_passing(int status)
    {
        var failure = await FailAsync(status);
        failure.IsPermanent.ShouldBeFalse();
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
