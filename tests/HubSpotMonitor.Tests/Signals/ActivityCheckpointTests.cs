using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Signals;

public sealed class ActivityCheckpointTests
{
    private static readonly ActivityWalk Walk = new(Noon.AddHours(-1), Noon, IsWide: false);

    [Fact]
    public void A_walk_remembers_the_newest_event_of_all_its_pages()
    {
        var walk = Walk.Read([Event("2", -10), Event("1", -20)], "page 2", knownId: null);
        (walk.Pages, walk.After, walk.NewestAt, walk.NewestId).ShouldBe((1, "page 2", Noon.AddMinutes(-10), "2"));
        walk = walk.Read([Event("0", -30)], "page 3", null);
        (walk.Pages, walk.NewestId).ShouldBe((2, "2"));
        walk = walk.Read([Event("3", -5), Event("4", -5)], null, null);
        (walk.After, walk.NewestAt, walk.NewestId).ShouldBe((null, Noon.AddMinutes(-5), "4"));
        walk.Read([], null, null).NewestId.ShouldBe("4");
        walk.Read([Event("5", -5)], null, null).NewestId.ShouldBe("4", "pages begin with the newest");
    }

    [Fact]
    public void A_walk_knows_whether_it_has_met_the_event_that_was_the_newest_before()
    {
        Walk.Read([Event("2", -10)], null, knownId: null).HasMetKnown.ShouldBeFalse();
        Walk.Read([Event("2", -10)], null, knownId: "1").HasMetKnown.ShouldBeFalse();
        var met = Walk.Read([Event("2", -10), Event("1", -20)], null, knownId: "1");
        met.HasMetKnown.ShouldBeTrue();
        met.Read([Event("0", -30)], null, knownId: "1").HasMetKnown.ShouldBeTrue();
    }

    [Fact]
    public void A_walk_under_way_is_kept_for_the_next_run()
    {
        Blank().AfterPage(Stretch.Near, Walk, Noon).ShouldSatisfyAllConditions(
            next => next.Near.ShouldBe(Walk),
            next => next.Far.ShouldBeNull(),
            next => next.ReadTo.ShouldBeNull(),
            next => next.Access.ShouldBe(SourceAccess.Read),
            next => next.LastReadAt.ShouldBe(Noon));
        Blank().AfterPage(Stretch.Far, Walk, Noon).ShouldSatisfyAllConditions(next => next.Far.ShouldBe(Walk), next => next.Near.ShouldBeNull());
    }

    [Fact]
    public void A_walk_over_the_newest_that_is_over_is_the_point_to_go_on_from()
    {
        var walk = Walk.Read([Event("2", -10)], null, null);
        var next = (Blank() with { Near = walk }).AfterWalk(Stretch.Near, walk, reachesEnd: true, Noon);
        (next.Near, next.NearPages, next.ReadTo, next.NewestAt, next.NewestId).ShouldBe((null, 1, Noon, Noon.AddMinutes(-10), "2"));
        (next.HasHistory, next.WideAt).ShouldBe((false, null));
    }

    [Theory]
    [InlineData(-20, "2")] // the walk brought a newer one
    [InlineData(-10, "known")]
    [InlineData(-5, "known")]
    [InlineData(60, "known")]
    [InlineData(61, "2")] // no event is of the future: this one was of a clock that ran ahead
    public void The_newest_event_is_replaced_by_a_newer_one_and_one_of_the_future_by_any(int knownMinutes, string newest)
    {
        var walk = Walk.Read([Event("2", -10)], null, null);
        var next = (Blank() with { NewestAt = Noon.AddMinutes(knownMinutes), NewestId = "known" })
            .AfterWalk(Stretch.Near, walk, reachesEnd: true, Noon);
        (next.NewestId, next.NewestAt).ShouldBe((newest, Noon.AddMinutes(newest == "known" ? knownMinutes : -10)));
    }

    [Fact]
    public void A_walk_that_met_nothing_leaves_the_newest_as_it_was()
    {
        var next = (Blank() with { NewestAt = Noon, NewestId = "known" }).AfterWalk(Stretch.Near, Walk, reachesEnd: true, Noon);
        (next.NewestId, next.NewestAt).ShouldBe(("known", Noon));
    }

    [Fact]
    public void The_first_walk_over_the_past_makes_the_history_and_a_later_one_reads_it_again()
    {
        var first = Blank().AfterWalk(Stretch.Far, Walk with { IsWide = true, Pages = 7 }, reachesEnd: true, Noon);
        (first.HasHistory, first.Far, first.WideAt, first.WidePages, first.ReadTo).ShouldBe((true, null, Noon, 0, null));
        var later = first.AfterWalk(Stretch.Far, Walk with { IsWide = true, Pages = 9 }, reachesEnd: false, Noon.AddDays(1));
        (later.HasHistory, later.WideAt, later.WidePages).ShouldBe((true, Noon.AddDays(1), 9));
        later.AfterWalk(Stretch.Far, Walk, reachesEnd: true, Noon.AddDays(2)).WideAt.ShouldBe(Noon.AddDays(1));
    }

    [Fact]
    public void The_first_walk_over_the_past_does_not_put_off_what_is_to_be_read_again()
    {
        var near = Blank().AfterWalk(Stretch.Near, Walk with { IsWide = true, Pages = 4 }, reachesEnd: true, Noon);
        (near.HasHistory, near.WideAt, near.WidePages).ShouldBe((false, Noon, 4));
        var whole = near.AfterWalk(Stretch.Far, Walk with { IsWide = true, Pages = 9 }, reachesEnd: true, Noon.AddHours(1));
        (whole.HasHistory, whole.WideAt, whole.WidePages).ShouldBe((true, Noon, 4));
    }

    [Fact]
    public void Logins_have_no_filter_by_time_so_that_a_walk_to_their_end_has_read_them_all()
    {
        var logins = Blank() with { Feed = ActivityFeed.Login };
        var whole = logins.AfterWalk(Stretch.Near, Walk with { Pages = 3 }, reachesEnd: true, Noon);
        (whole.HasHistory, whole.WideAt, whole.WidePages).ShouldBe((true, Noon, 3));
        var part = logins.AfterWalk(Stretch.Near, Walk with { Pages = 3 }, reachesEnd: false, Noon);
        (part.HasHistory, part.WideAt).ShouldBe((false, null));
    }

    [Fact]
    public void Who_is_refused_is_asked_again_six_hours_later_and_who_fails_at_the_next_run()
    {
        var denied = Blank().AfterRefusal(SourceAccess.Denied, "grant it", Noon);
        (denied.Access, denied.Says, denied.At, denied.LastTriedAt, denied.AskAgainAt)
            .ShouldBe((SourceAccess.Denied, "grant it", Noon, Noon, Noon.AddHours(6)));
        var again = denied.AfterRefusal(SourceAccess.Denied, "grant it", Noon.AddHours(6));
        (again.At, again.LastTriedAt).ShouldBe((Noon, Noon.AddHours(6)));
        again.AfterRefusal(SourceAccess.Failed, "no answer", Noon.AddHours(7))
            .ShouldSatisfyAllConditions(next => next.AskAgainAt.ShouldBeNull(), next => next.At.ShouldBe(Noon.AddHours(7)));
        again.AfterPage(Stretch.Near, Walk, Noon.AddHours(8))
            .ShouldSatisfyAllConditions(next => next.AskAgainAt.ShouldBeNull(), next => next.Says.ShouldBeNull());
    }

    [Fact]
    public void A_try_that_brought_nothing_keeps_the_walks_and_blames_no_cursor_for_it()
    {
        var stuck = Blank() with { Near = Walk with { StuckSince = Noon }, Far = Walk with { StuckSince = Noon }, ReadTo = Noon };
        var failed = stuck.AfterRefusal(SourceAccess.Failed, "no answer", Noon);
        (failed.Near, failed.Far, failed.ReadTo, failed.Says).ShouldBe((Walk, Walk, Noon, "no answer"));
        (Walk with { StuckSince = Noon }).Read([], "page 2", null).StuckSince.ShouldBeNull();
    }

    [Theory]
    [InlineData(ActivityFeed.Security, AccessSource.SecurityActivity)]
    [InlineData(ActivityFeed.Login, AccessSource.LoginHistory)]
    [InlineData(ActivityFeed.Audit, AccessSource.AuditLog)]
    public void Each_history_is_a_source_of_its_own(ActivityFeed feed, AccessSource source) =>
        (Blank() with { Feed = feed }).State.Source.ShouldBe(source);

    [Theory]
    [InlineData(24, true, false)]
    [InlineData(25, true, true)]
    [InlineData(25, false, false)] // the past is read for the first time: none of it is news
    public void What_could_not_be_read_for_longer_than_rules_look_back_is_news_for_a_day_after_it_was_read(int hours, bool hasHistory, bool isNews)
    {
        var before = Blank() with { HasHistory = hasHistory, ReadTo = Noon.AddHours(-hours) };
        var seen = before.AfterWalk(Stretch.Near, Walk, reachesEnd: true, Noon);
        seen.NewsFrom(Noon).ShouldBe(isNews ? Noon.AddHours(-hours) : null);
        seen.NewsFrom(Noon.AddHours(24).AddTicks(-1)).ShouldBe(isNews ? Noon.AddHours(-hours) : null);
        seen.NewsFrom(Noon.AddHours(24)).ShouldBeNull();
        seen.NewsFrom(Noon.AddMinutes(-1)).ShouldBeNull("a clock that ran ahead");
    }

    [Fact]
    public void Of_two_outages_the_news_of_the_first_stays_news_while_it_is()
    {
        var first = (Blank() with { HasHistory = true, ReadTo = Noon.AddHours(-30) }).AfterWalk(Stretch.Near, Walk, reachesEnd: true, Noon);
        var second = (first with { ReadTo = Noon.AddHours(-26) }).AfterWalk(Stretch.Near, Walk, reachesEnd: true, Noon.AddHours(1));
        (second.NewsFrom(Noon.AddHours(1)), second.SeenAt).ShouldBe((Noon.AddHours(-30), Noon.AddHours(1)));
    }

    [Theory]
    [InlineData(0, null)] // a slip of HubSpot's, perhaps: the next run asks once more
    [InlineData(5, 14)]
    [InlineData((24 * 60) - 1, 14)]
    [InlineData(24 * 60, 6 * 60)]
    public void Who_was_read_and_is_refused_is_asked_again_soon_for_a_day(int refusedFor, int? askedIn)
    {
        var now = Noon.AddMinutes(refusedFor);
        var refused = (Blank() with { LastReadAt = Noon.AddMinutes(-5), Access = SourceAccess.Read, At = Noon.AddDays(-9) })
            .AfterRefusal(SourceAccess.Denied, "grant it", Noon);
        (refusedFor == 0 ? refused : refused.AfterRefusal(SourceAccess.Denied, "grant it", now)).AskAgainAt
            .ShouldBe(askedIn is { } minutes ? now.AddMinutes(minutes) : null);
    }

    [Fact]
    public void The_first_walk_over_the_newest_is_no_measure_of_how_often_to_read()
    {
        var first = Blank().AfterWalk(Stretch.Near, Walk with { Pages = 46 }, reachesEnd: true, Noon);
        first.NearPages.ShouldBe(1);
        first.AfterWalk(Stretch.Near, Walk with { Pages = 3 }, reachesEnd: true, Noon.AddMinutes(15)).NearPages.ShouldBe(3);
    }

    private static ActivityCheckpoint Blank() => new() { Portal = Acme.Id, Feed = ActivityFeed.Security };

    private static ActivityEvent Event(string id, int minutes) =>
        new() { Portal = Acme.Id, Feed = ActivityFeed.Security, Id = id, At = Noon.AddMinutes(minutes), Type = "EXPORT" };
}
