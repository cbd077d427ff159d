using CsCheck;
using HubSpotMonitor.Detection.Events;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection.Events;

public sealed class MassChangeDetectorTests
{
    private const string App = "INTEGRATION:9393361";
    private static readonly DateTimeOffset Now = Samples.Noon;

    [Fact]
    public void A_hundred_deletions_in_ten_minutes_are_let_pass_and_one_more_is_told()
    {
        Assess([Deleted(-5, 100)]).Condition.ShouldNotBe(Condition.Firing);
        var finding = Assess([Deleted(-5, 60), Deleted(-2, 41)]).Finding!;
        finding.Severity.ShouldBe(Severity.High);
        finding.Headline.ShouldBe("App 9393361 deletes 101 records in 10 min");
        finding.Confidence!.ShouldContain("Learning: fixed thresholds are in force");
        finding.Since.ShouldBe(Now.AddMinutes(-5));
        finding.Steps.Count.ShouldBe(3);
    }

    [Fact]
    public void A_thousand_deletions_are_critical() => Assess([Deleted(-3, 1001)]).Finding!.Severity.ShouldBe(Severity.Critical);

    [Fact]
    public void What_is_shared_out_over_an_hour_is_no_mass() =>
        Assess([.. Enumerable.Range(1, 60).Select(minute => Deleted(-minute, 10))]).Condition.ShouldNotBe(Condition.Firing);

    [Fact]
    public void The_order_of_the_counts_does_not_matter() =>
        Assess([Deleted(-2, 41), Deleted(-5, 60)]).Finding!.Seen.ShouldBe(Assess([Deleted(-5, 60), Deleted(-2, 41)]).Finding!.Seen);

    [Fact]
    public void Types_are_added_up_and_named()
    {
        var finding = Assess([Deleted(-3, 90), new(Now.AddMinutes(-3), "deal.deletion", App, 30)]).Finding!;
        finding.Summary.ShouldContain("90 contact.deletion, 30 deal.deletion in 1 min");
    }

    [Theory]
    [InlineData("CRM_UI", false)]
    [InlineData("IMPORT", false)]
    [InlineData("INTEGRATION", true)]
    [InlineData("UNKNOWN", true)]
    [InlineData(App, true)]
    public void Only_integrations_fire(string source, bool fires) =>
        (Assess([new(Now.AddMinutes(-3), "contact.deletion", source, 5000)], source: source).Condition == Condition.Firing).ShouldBe(fires);

    [Fact]
    public void A_nightly_job_is_learned_after_two_nights()
    {
        var profile = Profile(ChangeKind.Deletion, firstDay: -10);
        for (var night = -3; night <= 0; night++)
        {
            var at = Now.AddDays(night);
            IReadOnlyList<EventCount> job = [new(at.AddMinutes(-4), "contact.deletion", App, 500)];
            profile = MassChangeDetector.Learn(profile, job);
            var fires = MassChangeDetector.Assess(profile, job, new HashSet<DateTimeOffset>(), null, at).Condition == Condition.Firing;
            fires.ShouldBe(night < -1, $"night {night}");
        }
    }

    [Fact]
    public void One_attack_never_becomes_the_rule()
    {
        var profile = Profile(ChangeKind.Deletion, firstDay: -20, (-3, 50_000), (-2, 40), (-1, 30));
        MassChangeDetector.Threshold(profile, DateOnly.FromDateTime(Now.UtcDateTime)).ShouldBe(120);
    }

    [Fact]
    public void An_attack_over_midnight_is_one_attack()
    {
        var midnight = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
        var profile = MassChangeDetector.Learn(
            Profile(ChangeKind.Deletion, firstDay: -20),
            [.. Enumerable.Range(-20, 40).Select(minute => new EventCount(midnight.AddMinutes(minute), "contact.deletion", App, 900))]);
        profile.Peaks.Count.ShouldBe(2);
        MassChangeDetector.Threshold(profile, DateOnly.FromDateTime(Now.UtcDateTime)).ShouldBe(100);
    }

    [Fact]
    public void What_arrives_late_is_told_with_its_true_time()
    {
        var then = Now.AddHours(-9);
        IReadOnlyList<EventCount> counts = [new(then, "contact.deletion", App, 300)];
        Assess(counts).Condition.ShouldNotBe(Condition.Firing);
        Assess(counts, touched: [then]).Finding!.Since.ShouldBe(then);
    }

    [Fact]
    public void The_whole_of_it_is_told_and_not_its_tail()
    {
        var finding = Assess([.. Enumerable.Range(5, 15).Select(minute => Deleted(-minute, 900))], touched: [Now.AddMinutes(-5)]).Finding!;
        finding.Since.ShouldBe(Now.AddMinutes(-19));
        finding.Seen.ShouldBe("9,000 in 10 min, 13,500 in all");
    }

    [Fact]
    public void It_is_over_after_half_an_hour_of_calm_and_not_before()
    {
        Assess([Deleted(-15, 300)], lastFiredAt: Now.AddMinutes(-1)).Condition.ShouldBe(Condition.Undecided);
        Assess([Deleted(-45, 300)], lastFiredAt: Now.AddMinutes(-29)).Condition.ShouldBe(Condition.Undecided);
        Assess([Deleted(-45, 300)], lastFiredAt: Now.AddMinutes(-31)).Condition.ShouldBe(Condition.Clear);
        Assess([Deleted(-15, 60)], lastFiredAt: Now.AddMinutes(-31)).Condition.ShouldBe(Condition.Undecided);
    }

    [Fact]
    public void Learning_the_same_counts_again_changes_nothing() =>
        Gen.Select(Gen.Int[0, 180], Gen.Int[1, 500]).List[1, 60].Sample(minutes =>
        {
            IReadOnlyList<EventCount> counts = [.. minutes.Select(minute => Deleted(-minute.Item1, minute.Item2))];
            var once = MassChangeDetector.Learn(Profile(ChangeKind.Deletion, -1), counts);
            var twice = MassChangeDetector.Learn(once, [.. counts.Reverse()]);
            twice.Peaks.ShouldBe(once.Peaks);
            twice.FirstDay.ShouldBe(once.FirstDay);
        });

    [Fact]
    public void A_peak_is_the_fullest_ten_minutes_by_plain_counting() =>
        Gen.Select(Gen.Int[0, 90], Gen.Int[1, 50]).List[1, 40].Sample(minutes =>
        {
            var at = Now.AddHours(2);
            IReadOnlyList<EventCount> counts =
                [.. minutes.Select(minute => new EventCount(at.AddMinutes(minute.Item1), "contact.deletion", App, minute.Item2))];
            var fullest = Enumerable.Range(-10, 110)
                .Max(start => minutes.Where(minute => minute.Item1 >= start && minute.Item1 < start + 10).Sum(minute => minute.Item2));
            MassChangeDetector.Learn(Profile(ChangeKind.Deletion, 0), counts).Peaks.Max(peak => peak.Events).ShouldBe(fullest);
        });

    private static Assessment Assess(
        IReadOnlyList<EventCount> counts, DateTimeOffset[]? touched = null, DateTimeOffset? lastFiredAt = null, string source = App) =>
        MassChangeDetector.Assess(Profile(ChangeKind.Deletion, 0) with { Source = source }, counts, (touched ?? []).ToHashSet(), lastFiredAt, Now);

    private static EventCount Deleted(int minutes, int count) => new(Now.AddMinutes(minutes), "contact.deletion", App, count);

    private static EventProfile Profile(ChangeKind kind, int firstDay, params (int Day, int Events)[] peaks)
    {
        var today = DateOnly.FromDateTime(Now.UtcDateTime);
        return new()
        {
            Portal = 1,
            Source = App,
            Kind = kind,
            FirstDay = today.AddDays(firstDay),
            Peaks = [.. peaks.Select(peak => new DailyPeak(today.AddDays(peak.Day), peak.Events, Now.AddDays(peak.Day)))],
        };
    }
}
