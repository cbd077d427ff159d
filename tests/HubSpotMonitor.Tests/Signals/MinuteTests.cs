using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Signals;

public sealed class MinuteTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(59_999, 0)]
    [InlineData(60_000, 1)]
    [InlineData(-1, -1)]
    public void An_instant_lies_in_the_minute_that_began_last(int milliseconds, int minute) =>
        Minute.Of(Noon.AddMilliseconds(milliseconds)).ShouldBe(Noon.AddMinutes(minute));

    [Fact]
    public void A_minute_is_said_in_UTC() => Minute.Of(Noon.ToOffset(TimeSpan.FromHours(5.75))).Offset.ShouldBe(TimeSpan.Zero);
}
