using System.Text;
using System.Text.Json;
using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation;
using HubSpotMonitor.Local.Simulation.Webhooks;

namespace HubSpotMonitor.Tests.Local;

public sealed class CrmActivityTests
{
    private static readonly SimulatedAccount Acme = HubSpotClient.Acme;

    // A Tuesday, 00:00 in the account.
    private static readonly DateTimeOffset Midnight = new(2026, 11, 24, 5, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        Bytes(Acme).ShouldBe(Bytes(Acme));
        Bytes(Acme).ShouldNotBe(Bytes(Acme with { Seed = 2 }));

        static string Bytes(SimulatedAccount account) =>
            Encoding.UTF8.GetString(CrmEvent.Body([.. new CrmActivity(account, []).Between(Midnight, Midnight.AddHours(12))]));
    }

    [Fact]
    public void However_an_interval_is_cut_its_events_are_the_same()
    {
        var activity = new CrmActivity(Acme, []);
        var whole = activity.Between(Midnight.AddHours(9), Midnight.AddHours(10)).ToList();
        var pieces = Enumerable.Range(0, 360)
            .SelectMany(piece => activity.Between(Midnight.AddHours(9).AddSeconds(10 * piece), Midnight.AddHours(9).AddSeconds(10 * (piece + 1))));
        pieces.ShouldBe(whole);
        whole.Select(item => item.OccurredAt).ShouldBe(whole.Select(item => item.OccurredAt).Order());
    }

    [Fact]
    public void A_minute_has_ten_to_sixty_events_by_day_and_a_few_at_night()
    {
        var activity = new CrmActivity(Acme, []);
        for (var day = 0; day < 4; day++)
        {
            PerMinute(activity, Midnight.AddDays(day).AddHours(9), 450).Count(count => count is < 10 or > 60).ShouldBeLessThan(5); // of 450
            PerMinute(activity, Midnight.AddDays(day).AddHours(1), 240).ShouldAllBe(count => count <= 12);
        }
        PerMinute(activity, Midnight.AddDays(4).AddHours(9), 450).Average().ShouldBeLessThan(8);
    }

    [Fact]
    public void Three_apps_people_and_imports_change_things_and_the_cleanup_app_deletes_a_few()
    {
        var week = new CrmActivity(Acme, []).Between(Midnight, Midnight.AddDays(7)).ToList();
        week.Where(item => item.ChangeSource == "INTEGRATION")
            .Select(item => item.SourceId)
            .Distinct()
            .ShouldBe(["1001001", "1001002", "1001003"], ignoreOrder: true);
        week.Where(item => item.ChangeSource == "CRM_UI").ShouldAllBe(item => item.SourceId.StartsWith("userId:", StringComparison.Ordinal));
        week.ShouldContain(item => item.ChangeSource == "IMPORT" && item.SubscriptionType == "contact.creation");
        var cleaned = week.Where(item => item.SourceId == "1001003").ToList();
        cleaned.ShouldAllBe(item => item.SubscriptionType == "contact.deletion");
        cleaned.GroupBy(item => item.At.Ticks / TimeSpan.TicksPerHour).Max(hour => hour.Count()).ShouldBeLessThan(40);
        week.ShouldAllBe(item => item.ObjectId >= 100_000_000_000
            && item.ObjectId <= 999_999_999_999
            && item.PortalId == Acme.Id
            && item.AppId == SimulatedAccount.MonitorApp);
    }

    [Fact]
    public void An_event_has_the_fields_of_HubSpots_own()
    {
        using var events = JsonDocument.Parse(CrmEvent.Body([.. new CrmActivity(Acme, []).Between(Midnight.AddHours(9), Midnight.AddHours(10))]));
        var change = events.RootElement.EnumerateArray().First(item => item.GetProperty("subscriptionType").GetString() == "contact.propertyChange");
        change.EnumerateObject().Select(field => field.Name).ShouldBe(
        [
            "eventId", "subscriptionId", "portalId", "appId", "occurredAt", "subscriptionType", "attemptNumber", "objectId", "propertyName",
            "propertyValue", "changeSource", "sourceId",
        ]);
        var deletion = events.RootElement.EnumerateArray().First(item => item.GetProperty("subscriptionType").GetString() == "contact.deletion");
        deletion.GetProperty("changeFlag").GetString().ShouldBe("DELETED");
        deletion.TryGetProperty("propertyName", out _).ShouldBeFalse();
    }

    [Fact]
    public void A_mass_deletion_deletes_some_900_different_contacts_a_minute_for_twelve_minutes()
    {
        var start = Midnight.AddMinutes(100).AddSeconds(17);
        var activity = new CrmActivity(Acme, [new(ScenarioCatalog.Get("mass-delete"), start)]);
        var added = activity.Between(start, start.AddHours(2)).Except(new CrmActivity(Acme, []).Between(start, start.AddHours(2))).ToList();
        added.Count.ShouldBeInRange(10_500, 11_100);
        added.ShouldAllBe(item => item.SubscriptionType == "contact.deletion" && item.SourceId == "1001003");
        added.ShouldAllBe(item => item.At >= start.AddMinutes(30) && item.At < start.AddMinutes(42));
        added.Select(item => item.ObjectId).ShouldBeUnique();
    }

    [Fact]
    public void A_mass_change_writes_into_contacts_and_ends_when_its_run_was_stopped()
    {
        var scenario = new Scenario
        {
            Name = "test",
            Title = "",
            Story = "",
            Effects = [new MassChange { StartsAfter = TimeSpan.Zero, PerMinute = 200, App = 1_001_001 }],
            Lines = [],
        };
        var activity = new CrmActivity(Acme, [new(scenario, Midnight, Midnight.AddMinutes(5))]);
        var added = activity.Between(Midnight, Midnight.AddMinutes(60))
            .Except(new CrmActivity(Acme, []).Between(Midnight, Midnight.AddMinutes(60)))
            .ToList();
        added.Count.ShouldBeInRange(900, 1_100);
        added.ShouldAllBe(
            item => item.SubscriptionType == "contact.propertyChange" && item.SourceId == "1001001" && item.At < Midnight.AddMinutes(5));
    }

    private static List<int> PerMinute(CrmActivity activity, DateTimeOffset from, int minutes)
    {
        var counts = activity.Between(from, from.AddMinutes(minutes)).CountBy(item => item.OccurredAt / 60_000).ToDictionary();
        return [.. Enumerable.Range(0, minutes).Select(minute => counts.GetValueOrDefault((from.ToUnixTimeMilliseconds() / 60_000) + minute))];
    }
}
