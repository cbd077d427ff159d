using HubSpotMonitor.Benchmarks.Usage;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Benchmarks;

public sealed class MadeUsageTests
{
    public static TheoryData<string> Kinds => [.. MadeKind.Kinds.Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_seed_makes_the_same_account_every_time_and_another_one_another(string name)
    {
        var kind = MadeKind.Kinds.Single(one => one.Name == name);
        var (series, truth) = MadeUsage.Make(kind, 1, withEvents: true);
        var (again, truthAgain) = MadeUsage.Make(kind, 1, withEvents: true);
        again.Counts.ShouldBe(series.Counts);
        truthAgain.Events.ShouldBe(truth.Events);
        MadeUsage.Make(kind, 2, withEvents: true).Series.Counts.ShouldNotBe(series.Counts);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Its_counts_follow_each_other_without_a_hole_and_its_events_lie_apart_after_the_warm_up(string name)
    {
        var (series, truth) = MadeUsage.Make(MadeKind.Kinds.Single(one => one.Name == name), 3, withEvents: true);
        series.Counts.Zip(series.Counts.Skip(1)).ShouldAllBe(pair => pair.First.At == pair.Second.Since);
        var events = truth.Events.OrderBy(item => item.Start).ToList();
        events.Count.ShouldBeGreaterThan(2);
        events.ShouldAllBe(item => item.Start > truth.WarmupEnd && item.End <= truth.End);
        events.Zip(events.Skip(1)).ShouldAllBe(pair => pair.First.End < pair.Second.Start);
    }

    [Fact]
    public void What_is_planted_stands_in_the_counts()
    {
        var (series, truth) = MadeUsage.Make(MadeKind.Kinds.Single(one => one.Name == "poller"), 3, withEvents: true);
        var usual = PerHour(series.Counts);
        In("exfil_burst").ShouldBeGreaterThan(2 * usual);
        In("credential_reuse").ShouldBeInRange(1.1 * usual, 2.5 * usual);
        In("sudden_silence").ShouldBeLessThan(0.4 * usual);

        double In(string type)
        {
            var item = truth.Events.Single(one => one.Type == type);
            return PerHour([.. series.Counts.Where(count => count.Since >= item.Start && count.At <= item.End)]);
        }
    }

    private static double PerHour(IReadOnlyList<Reading> counts) =>
        counts.Sum(count => count.Value) / counts.Sum(count => (count.At - count.Since!.Value).TotalHours);
}
