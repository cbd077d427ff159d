using System.Text;
using System.Text.Json.Nodes;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Tests.Webhooks;
using HubSpotMonitor.Webhooks;

namespace HubSpotMonitor.Tests.Polling;

/// <summary>The journal's words and the pushed ones.</summary>
public sealed class JournalTranslationTests
{
    private static readonly DateTimeOffset At = Samples.Noon.AddMilliseconds(123);

    [Theory]
    [InlineData("object", "CREATE", "0-1", "contact.creation")]
    [InlineData("OBJECT", "DELETE", "0-2", "company.deletion")]
    [InlineData("crmObject", "MERGE", "0-3", "deal.merge")]
    [InlineData("object", "RESTORE", "0-5", "ticket.restore")]
    [InlineData("object", "CREATE", "0-7", "product.creation")]
    [InlineData("object", "DELETE", "0-8", "line_item.deletion")]
    [InlineData("object", "CREATE", "2-123", "object.creation")]
    [InlineData("object", "SNAPSHOT", "0-1", "journal.object.snapshot")]
    [InlineData("object", "UPDATE", "0-1", "journal.object.update")]
    [InlineData("ASSOCIATION", "ASSOCIATION_ADDED", "0-1", "journal.association.association_added")]
    [InlineData("LIST_MEMBERSHIP", "ADDED_TO_LIST", "0-1", "journal.list_membership.added_to_list")]
    [InlineData("GDPR_PRIVACY_DELETION", "GDPR_DELETE", "0-1", "contact.privacyDeletion")]
    [InlineData("new/thing", "WITH WORDS", "0-1", "journal.newthing.withwords")]
    public void An_event_gets_the_pushed_name_where_there_is_one(string type, string action, string objectType, string expected) =>
        Read(Item(type, action, objectType)).Events.ShouldHaveSingleItem().Type.ShouldBe(expected);

    [Fact]
    public void An_update_is_one_event_per_property()
    {
        var batch = Read(Item("object", "UPDATE", "0-1").With("propertyChanges", new JsonObject { ["email"] = "x@example.com", ["phone"] = null }));
        batch.Events.Select(item => item.Type).ShouldBe(["contact.propertyChange", "contact.propertyChange"]);
        batch.Events[0].Identity.ShouldNotBe(batch.Events[1].Identity);
        Encoding.UTF8.GetString(batch.Events[0].Raw.Span).ShouldContain("\"propertyName\":\"email\",\"propertyValue\":\"x@example.com\"");
        Read(Item("object", "UPDATE", "0-1").With("propertyChanges", new JsonArray("email", "phone"))).Events.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("APP_INSTALL", "app.install")]
    [InlineData("APP_UNINSTALL", "app.uninstall")]
    public void An_apps_event_names_the_app_as_its_source(string action, string expected)
    {
        var item = Item("app_lifecycle_event", action).With("properties", new JsonObject { ["hs_app_id"] = 777, ["hs_user_id"] = 5 });
        var found = Read(item).Events.ShouldHaveSingleItem();
        (found.Type, found.Source, found.At).ShouldBe((expected, "INTEGRATION:777", At));
        Encoding.UTF8.GetString(found.Raw.Span).ShouldContain("hs_user_id");
        Read(item.DeepClone().AsObject().With("properties", new JsonObject { ["hs_app_id"] = "778" })).Events[0].Identity.ShouldNotBe(found.Identity);
        Read(Item("app_lifecycle_event", action)).Events.ShouldHaveSingleItem().Source.ShouldBe(ChangeSource.Unknown);
    }

    [Fact]
    public void Events_that_nobody_knows_are_never_taken_for_one_unless_they_are()
    {
        var item = Item("LIST_MEMBERSHIP", "ADDED_TO_LIST", "0-1");
        var batch = Read(
            item.DeepClone().AsObject().With("listId", 1),
            item.DeepClone().AsObject().With("listId", 2),
            item.DeepClone().AsObject().With("listId", 1));
        batch.Events.Select(found => found.Identity).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void Times_and_numbers_may_be_texts()
    {
        var number = Read(Item("object", "DELETE", "0-1")).Events[0];
        foreach (var time in new[] { "2026-11-24T12:00:00.123Z", "2026-11-24T13:00:00.123+01:00", At.Text() })
        {
            var text = Read(Item("object", "DELETE", "0-1").With("occurredAt", time).With("portalId", "4711").With("objectId", "7")).Events[0];
            (text.At, text.Portal, text.Identity).ShouldBe((number.At, number.Portal, number.Identity));
        }
    }

    [Fact]
    public void What_cannot_be_understood_becomes_a_dead_letter_and_its_neighbours_are_kept()
    {
        var batch = Read(
            Item("object", "DELETE", "0-1"),
            JsonValue.Create(5),
            Item("object", "DELETE", "0-1").Without("portalId"),
            Item("object", "DELETE", "0-1").With("occurredAt", "yesterday"),
            null,
            new JsonObject());
        (batch.Events.Count, batch.DeadLetters.Count).ShouldBe((1, 5));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"journalEvents":{}}""")]
    [InlineData("""{"journalEvents":[{""")]
    public void What_is_no_page_is_none(string page) => JournalTranslation.Translate(Encoding.UTF8.GetBytes(page)).ShouldBeNull();

    [Fact]
    public void Text_that_is_not_UTF8_is_one_dead_letter()
    {
        byte[] page = [.. """{"journalEvents":[{"type":"""u8, (byte)'"', 0xff, (byte)'"', .. ""","portalId":1},{"portalId":2}]}"""u8];
        var events = JournalTranslation.Translate(page)!.Value.Events;
        EventReader.Read(events, Samples.Noon, withJournal: true)!.DeadLetters.Count.ShouldBe(2);
    }

    /// <summary>The heart of it: one event, told twice, is one row.</summary>
    [Theory]
    [InlineData("contact.deletion", null)]
    [InlineData("object.deletion", "0-1")]
    public void A_pushed_event_and_the_journals_are_one(string type, string? objectType)
    {
        var pushed = Payload.Event(7, At, type);
        if (objectType is not null) pushed["objectTypeId"] = objectType;
        var pulled = Item("object", "DELETE", "0-1").With("objectId", (long)pushed["objectId"]!);
        Identity(pushed, withJournal: true).ShouldBe(Read(pulled).Events[0].Identity);
        Identity(pushed, withJournal: false).ShouldNotBe(Identity(pushed, withJournal: true));
    }

    [Fact]
    public void A_shared_identity_still_tells_apart_what_differs()
    {
        JsonObject[] events =
        [
            Payload.Event(1, At),
            Payload.Event(2, At),
            Payload.Event(1, At, portal: 5),
            Payload.Event(1, At.AddMilliseconds(1)),
            Payload.Event(1, At, "contact.creation"),
            Payload.Event(1, At, "company.deletion"),
            Payload.Event(1, At, "object.deletion").With("objectTypeId", "2-1"),
            Payload.Event(1, At, "object.deletion").With("objectTypeId", "2-2"),
            Payload.Event(1, At, "contact.propertyChange").With("propertyName", "a"),
            Payload.Event(1, At, "contact.propertyChange").With("propertyName", "b"),
            Payload.Event(1, At, "contact.associationChange").Without("objectId"),
            Payload.Event(2, At, "contact.associationChange").Without("objectId"),
        ];
        events.Select(item => Identity(item, withJournal: true)).Distinct().Count().ShouldBe(events.Length);
        Identity(Payload.Event(1, At, attempt: 3).With("eventId", 99).With("subscriptionId", 8).With("appId", 1), withJournal: true)
            .ShouldBe(Identity(events[0], withJournal: true));
    }

    [Fact]
    public void Without_the_journal_an_identity_is_what_it_always_was() =>
        Identity(Payload.Event(1, DateTimeOffset.FromUnixTimeMilliseconds(1790000000000)), withJournal: false).ShouldBe("c80194647fa6880f0e42c157");

    private static string Identity(JsonObject pushed, bool withJournal) =>
        EventReader.Read(Encoding.UTF8.GetBytes(Payload.Array(pushed.DeepClone())), Samples.Noon, withJournal)!.Events
            .ShouldHaveSingleItem().Identity;

    private static EventBatch Read(params JsonNode?[] items)
    {
        var page = new JsonObject { ["offset"] = "o", ["journalEvents"] = new JsonArray([.. items.Select(item => item?.DeepClone())]) };
        return EventReader.Read(
            JournalTranslation.Translate(Encoding.UTF8.GetBytes(page.ToJsonString()))!.Value.Events, Samples.Noon, withJournal: true)!;
    }

    private static JsonObject Item(string type, string action, string? objectType = null) => new()
    {
        ["type"] = type,
        ["action"] = action,
        ["portalId"] = ReceivingHost.Acme,
        ["occurredAt"] = At.ToUnixTimeMilliseconds(),
        ["objectTypeId"] = objectType,
        ["objectId"] = objectType is null ? null : 7,
    };
}
