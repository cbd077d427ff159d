using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Tests.Store;

public sealed class ActivityTableTests(SharedAzurite azurite)
{
    private readonly ActivityTable _table = new(azurite.NewTables());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_is_new_once_however_often_it_is_added()
    {
        var events = Enumerable.Range(0, 250).Select(id => Event($"{id}", Samples.Noon.AddSeconds(id))).ToList();
        (await _table.AddAsync([.. events.Take(120)], Stop)).Count.ShouldBe(120);
        (await _table.AddAsync([.. events, .. events], Stop)).Select(item => item.Id).ShouldBe(events.Skip(120).Select(item => item.Id));
        (await _table.AddAsync(events, Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_over_many_days_adds_what_is_missing_of_each()
    {
        var events = Enumerable.Range(0, 60).Select(id => Event($"{id}", Samples.Noon.AddHours(13 * id))).ToList();
        await _table.AddAsync([.. events.Where((_, id) => id % 3 != 0)], Stop);
        (await _table.AddAsync([.. Enumerable.Reverse(events)], Stop)).Select(item => item.Id)
            .ShouldBe(events.Where((_, id) => id % 3 == 0).Select(item => item.Id));
        (await _table.AddAsync(events, Stop)).ShouldBeEmpty();
        (await ReadAsync(to: Samples.Noon.AddDays(60))).Count.ShouldBe(60);
    }

    [Fact]
    public async Task Of_two_who_add_the_same_at_the_same_time_each_event_is_new_to_one()
    {
        var events = Enumerable.Range(0, 90).Select(id => Event($"{id}", Samples.Noon.AddSeconds(id))).ToList();
        var both = await Task.WhenAll(_table.AddAsync(events, Stop), _table.AddAsync(events, Stop));
        both.Sum(added => added.Count).ShouldBe(90);
        (await ReadAsync()).Count.ShouldBe(90);
    }

    [Fact]
    public async Task Events_come_by_time_then_id_over_all_feeds_or_of_one()
    {
        var (noon, midnight) = (Samples.Noon, new DateTimeOffset(2026, 11, 25, 0, 0, 0, TimeSpan.Zero));
        await _table.AddAsync(
        [
            Event("z", noon),
            Event("a", noon, ActivityFeed.Login),
            Event("m", noon, ActivityFeed.Audit),
            Event("m", noon),
            Event("b", midnight),
            Event("c", midnight.AddMilliseconds(-1), ActivityFeed.Login),
        ], Stop);
        (await ReadAsync()).Select(item => item.Evidence).ShouldBe(["Login:a", "Security:m", "Audit:m", "Security:z", "Login:c", "Security:b"]);
        (await ReadAsync(ActivityFeed.Login)).Select(item => item.Id).ShouldBe(["a", "c"]);
    }

    [Fact]
    public async Task The_range_holds_its_beginning_and_not_its_end()
    {
        await _table.AddAsync([Event("1", Samples.Noon), Event("2", Samples.Noon.AddMinutes(1)), Event("3", Samples.Noon.AddMinutes(2))], Stop);
        (await ReadAsync(from: Samples.Noon.AddMinutes(1), to: Samples.Noon.AddMinutes(2))).ShouldHaveSingleItem().Id.ShouldBe("2");
    }

    [Fact]
    public async Task Every_field_comes_back_as_it_was()
    {
        var full = Event("a/b#?", Samples.Noon.AddMilliseconds(7)) with
        {
            UserId = 1,
            User = "u",
            ObjectId = "o",
            IpAddress = "i",
            Location = "l",
            Country = "ie",
            Region = "r",
            UserAgent = "a",
        };
        await _table.AddAsync([full], Stop);
        (await ReadAsync()).ShouldBe([full]);
    }

    [Fact]
    public async Task Days_before_the_kept_ones_are_deleted_and_no_other_portals()
    {
        await _table.AddAsync(
        [
            Event("1", Samples.Noon.AddDays(-3)),
            Event("2", Samples.Noon),
            Event("3", Samples.Noon.AddDays(-3), ActivityFeed.Login),
            Event("4", Samples.Noon.AddDays(-9)) with { Portal = 47 },
        ], Stop);
        (await _table.PruneAsync(Samples.Acme.Id, Samples.Noon.AddDays(-1), Stop)).ShouldBe(2);
        (await ReadAsync()).ShouldHaveSingleItem().Id.ShouldBe("2");
        (await ReadAsync(portal: 47)).ShouldHaveSingleItem().Id.ShouldBe("4");
    }

    private static ActivityEvent Event(string id, DateTimeOffset at, ActivityFeed feed = ActivityFeed.Security) =>
        new() { Portal = Samples.Acme.Id, Feed = feed, Id = id, At = at, Type = "EXPORT" };

    private async Task<List<ActivityEvent>> ReadAsync(
        ActivityFeed? feed = null, DateTimeOffset? from = null, DateTimeOffset? to = null, long portal = 4711)
    {
        List<ActivityEvent> events = [];
        await foreach (var item in _table.ReadAsync(portal, feed, from ?? Samples.Noon.AddDays(-30), to ?? Samples.Noon.AddDays(30), Stop))
            events.Add(item);
        return events;
    }
}
