using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Signals;

/// <summary>What a short story keeps of a long one.</summary>
public sealed class StoryItemTests
{
    [Fact]
    public void Each_rule_keeps_its_worst_part_and_of_equals_the_earliest()
    {
        var kept = Kept(
            2,
            Part("logins", Severity.Low, 0),
            Part("logins", Severity.High, 10),
            Part("logins", Severity.High, 20),
            Part("exports", Severity.Info, 30));
        kept.ShouldBe(["logins 10", "exports 30"]);
    }

    [Fact]
    public void Where_there_is_no_room_for_every_rule_the_worst_are_kept() =>
        Kept(2, Part("logins", Severity.Low, 0), Part("exports", Severity.Medium, 5), Part("keys", Severity.Critical, 10))
            .ShouldBe(["exports 5", "keys 10"]);

    [Fact]
    public void The_room_that_is_left_is_for_the_earliest()
    {
        var kept = Kept(
            3,
            Part("logins", Severity.High, 30),
            Part("logins", Severity.Low, 20),
            Part("logins", Severity.Low, 0),
            Part("logins", Severity.Low, 10));
        kept.ShouldBe(["logins 30", "logins 0", "logins 10"]);
    }

    [Fact]
    public void A_story_that_is_short_already_is_kept_as_it_is() =>
        Kept(5, Part("logins", Severity.Low, 20), Part("exports", Severity.High, 0), Part("logins", Severity.Low, 10))
            .ShouldBe(["logins 20", "exports 0", "logins 10"]);

    private static IEnumerable<string> Kept(int most, params IReadOnlyList<StoryItem> parts) =>
        StoryItem.Keep(parts, most).Select(part => part.Headline);

    private static StoryItem Part(string rule, Severity severity, int minutes) =>
        new(Noon.AddMinutes(minutes), severity, $"{rule} {minutes}", "Something happened.", rule);
}
