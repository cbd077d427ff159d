using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Signals;

public sealed class JournalCheckpointTests
{
    [Fact]
    public void What_a_poll_brought_is_kept_and_what_fails_is_counted()
    {
        var good = JournalCheckpoint.Good(null, "a", isAll: true, isForgotten: false, Noon);
        (good.Offset, good.LastPollAt, good.Outcome, good.CaughtUpAt, good.FailedPolls, good.IsBehind)
            .ShouldBe(("a", Noon, PollOutcome.Good, Noon, 0, false));
        var unreachable = JournalCheckpoint.Failed(good, "a", PollOutcome.Unreachable, "No answer.", Noon.AddMinutes(5));
        var failed = JournalCheckpoint.Failed(unreachable, "a", PollOutcome.DeadToken, "Refused.", Noon.AddMinutes(10));
        (failed.FailedPolls, failed.FailingSince, failed.Says, failed.Outcome, failed.CaughtUpAt)
            .ShouldBe((2, Noon.AddMinutes(5), "Refused.", PollOutcome.DeadToken, Noon));
        var again = JournalCheckpoint.Good(failed, "b", isAll: true, isForgotten: false, Noon.AddMinutes(15));
        (again.FailedPolls, again.FailingSince, again.Says, again.Offset).ShouldBe((0, null, null, "b"));
    }

    [Fact]
    public void It_is_behind_since_the_first_poll_that_left_something()
    {
        var good = JournalCheckpoint.Good(null, "a", isAll: true, isForgotten: false, Noon);
        var first = JournalCheckpoint.Good(good, "b", isAll: false, isForgotten: false, Noon.AddHours(9));
        var behind = JournalCheckpoint.Good(first, "c", isAll: false, isForgotten: false, Noon.AddHours(10));
        (behind.IsBehind, behind.BehindSince, behind.CaughtUpAt).ShouldBe((true, Noon.AddHours(9), Noon));
        var failed = JournalCheckpoint.Failed(behind, "c", PollOutcome.Unreachable, "No answer.", Noon.AddHours(11));
        (failed.IsBehind, failed.BehindSince).ShouldBe((false, Noon.AddHours(9)));
        JournalCheckpoint.Good(failed, "d", isAll: true, isForgotten: false, Noon.AddHours(12))
            .ShouldSatisfyAllConditions(next => next.IsBehind.ShouldBeFalse(), next => next.CaughtUpAt.ShouldBe(Noon.AddHours(12)));
    }

    [Theory]
    [InlineData(72, false, true)]
    [InlineData(73, true, true)]
    [InlineData(73, false, false)] // HubSpot still knows the place
    public void A_place_that_is_forgotten_is_a_gap_when_it_is_older_than_what_HubSpot_keeps(int hours, bool isGap, bool isForgotten)
    {
        var good = JournalCheckpoint.Good(null, "a", isAll: true, isForgotten: false, Noon);
        var next = JournalCheckpoint.Good(good, "b", isAll: true, isForgotten, Noon.AddHours(hours));
        next.Gap.ShouldBe(isGap ? new JournalGap(Noon, Noon.AddHours(hours)) : null);
        JournalCheckpoint.Failed(next, "b", PollOutcome.Unreachable, "No answer.", Noon.AddHours(hours + 1)).Gap.ShouldBe(next.Gap);
    }

    [Fact]
    public void In_a_row_of_before_the_last_poll_counts_as_the_last_that_read_all()
    {
        var old = new JournalCheckpoint { Offset = "a", LastPollAt = Noon, Outcome = PollOutcome.Good };
        JournalCheckpoint.Good(old, "b", isAll: true, isForgotten: true, Noon.AddHours(80)).Gap.ShouldBe(new(Noon, Noon.AddHours(80)));
    }
}
