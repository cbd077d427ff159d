using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Signals;

public sealed class InstantsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(899_999, 0)]
    [InlineData(900_000, 15)]
    [InlineData(-1, -15)]
    public void An_instant_lies_in_the_step_that_began_last(int milliseconds, int minutes) =>
        Noon.AddMilliseconds(milliseconds).Floor(TimeSpan.FromMinutes(15)).ShouldBe(Noon.AddMinutes(minutes));

    [Fact]
    public void Steps_are_steps_of_UTC() =>
        Noon.ToOffset(TimeSpan.FromHours(5.75))
            .AddMinutes(7)
            .Floor(TimeSpan.FromHours(1))
            .ShouldSatisfyAllConditions(hour => hour.ShouldBe(Noon), hour => hour.Offset.ShouldBe(TimeSpan.Zero));
}
