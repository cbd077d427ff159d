using HubSpotMonitor.Detection;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection;

public sealed class BlindDetectorTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, Condition.Clear)]
    [InlineData(1, Condition.Undecided)]
    [InlineData(2, Condition.Firing)]
    public void One_failed_poll_happens_and_two_are_told(int failed, Condition condition) =>
        Assess(PollOutcome.Unreachable, failed).Condition.ShouldBe(condition);

    [Theory]
    [InlineData(PollOutcome.DeadToken, "HubSpot refuses its token", "rotated or deactivated")]
    [InlineData(PollOutcome.TooFast, "its app makes too many calls for HubSpot", "rotate its token")]
    [InlineData(PollOutcome.SecretsAway, "its own secrets are out of reach", "took the role away")]
    [InlineData(PollOutcome.Unreachable, "HubSpot gives no answer", "status page")]
    [InlineData(PollOutcome.NoFigure, "there is no usage figure", "status page")]
    public void The_headline_names_the_reason_and_the_steps_are_of_it(PollOutcome outcome, string reason, string step)
    {
        var finding = Assess(outcome, 2).Finding!;
        finding.Headline.ShouldBe($"Monitor is blind: {reason}");
        string.Join(' ', finding.Steps).ShouldContain(step);
    }

    private static Assessment Assess(PollOutcome outcome, int failed) =>
        BlindDetector.Assess(new()
        {
            Portal = 4711,
            LastPollAt = Noon,
            Outcome = outcome,
            Says = "It said so.",
            FailedPolls = failed,
            FailingSince = Noon.AddMinutes(-5),
        });
}
