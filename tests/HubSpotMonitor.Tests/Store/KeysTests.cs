using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Tests.Store;

public sealed class KeysTests
{
    [Theory]
    [InlineData("a/b")]
    [InlineData(@"a\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a\nb")]
    [InlineData("a\tb")]
    [InlineData("a\u0000b")]
    [InlineData("a\u007Fb")]
    [InlineData("a\u009Fb")]
    public void A_letter_that_Azure_refuses_is_refused(string key) => Should.Throw<ArgumentException>(() => Keys.Checked(key));

    [Fact]
    public void A_key_has_at_most_512_letters()
    {
        Keys.Checked(new string('k', 512)).Length.ShouldBe(512);
        Should.Throw<ArgumentException>(() => Keys.Checked(new string('k', 513))).Message.ShouldContain("513");
    }

    [Fact]
    public void Every_key_of_ours_is_one_that_Azure_takes()
    {
        var alert = Samples.Alert();
        string[] keys =
        [
            Keys.ReadingPartition(long.MaxValue, Metric.Calls, null, Samples.Noon),
            Keys.ReadingPartition(1, Metric.Events, "a/b|c#d?", Samples.Noon),
            Keys.ReadingRow(Samples.Noon),
            Keys.ActivityPartition(1, ActivityFeed.Audit, Samples.Noon),
            Keys.ActivityRow(Samples.Noon, "a/b+c=#?"),
            Keys.ActivityCheckpoint(ActivityFeed.Login),
            Keys.PackedPart("latest", Keys.PackedVersion(Samples.Noon, [1]), 1),
            Keys.Portal(1),
            Keys.CurrentAlert("a/b", "c#d?"),
            Keys.ClosedAlert(alert),
        ];
        keys.ShouldAllBe(key => Keys.Checked(key) == key);
    }

    [Fact]
    public void Rows_of_readings_sort_as_time_does_whatever_the_offset()
    {
        var at = Samples.Noon.ToOffset(TimeSpan.FromHours(9));
        Keys.ReadingRow(at).ShouldBe(Keys.ReadingRow(Samples.Noon));
        string.CompareOrdinal(Keys.ReadingRow(at), Keys.ReadingRow(at.AddMilliseconds(1))).ShouldBeLessThan(0);
    }

    [Fact]
    public void The_newest_come_first() =>
        string.CompareOrdinal(Keys.NewestFirst(Samples.Noon.AddTicks(1)), Keys.NewestFirst(Samples.Noon)).ShouldBeLessThan(0);

    [Fact]
    public void Rule_and_subject_are_told_apart() => Keys.CurrentAlert("ab", "c").ShouldNotBe(Keys.CurrentAlert("a", "bc"));

    [Fact]
    public void A_rule_that_fires_again_makes_another_alert() =>
        Keys.AlertId(1, "rule", "subject", Samples.Noon).ShouldNotBe(Keys.AlertId(1, "rule", "subject", Samples.Noon.AddMinutes(5)));
}
