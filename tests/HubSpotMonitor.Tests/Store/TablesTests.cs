using System.Text.Json;
using Azure.Data.Tables;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Delivery;

namespace HubSpotMonitor.Tests.Store;

public sealed class TablesTests(SharedAzurite azurite)
{
    private readonly Tables _tables = azurite.NewTables();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bad/key")]
    [InlineData("bad\\key")]
    [InlineData("bad#key")]
    [InlineData("bad?key")]
    [InlineData("bad\nkey")]
    public async Task A_bad_key_is_refused_before_anything_is_written(string key)
    {
        TableEntity[][] batches = [[new("p", "good"), new("p", key)], [new("p", "good"), new(key, "r")]];
        foreach (var rows in batches) await Should.ThrowAsync<ArgumentException>(() => _tables.UpsertAsync("Any", rows, Stop));
        (await CountAsync("Any")).ShouldBe(0);
    }

    [Fact]
    public async Task Many_rows_of_two_partitions_with_a_repeat_among_them_are_written_once_each()
    {
        TableEntity[] rows = [.. Enumerable.Range(0, 249).Select(i => new TableEntity($"p{i % 2}", $"r{i}")), new("p0", "r0")];
        await _tables.UpsertAsync("Any", rows, Stop);
        (await CountAsync("Any")).ShouldBe(249);
        await _tables.UpsertAsync("Any", rows, Stop);
        (await CountAsync("Any")).ShouldBe(249);
    }

    [Fact]
    public async Task Rows_of_several_pages_and_partitions_are_all_deleted_and_counted_and_no_others()
    {
        await _tables.UpsertAsync("Any", [.. Enumerable.Range(0, 1320).Select(i => new TableEntity($"p{i % 12}", $"r{i}")), new("q", "r")], Stop);
        (await _tables.DeleteAsync("Any", "PartitionKey lt 'q'", Stop)).ShouldBe(1320);
        (await CountAsync("Any")).ShouldBe(1);
    }

    [Fact]
    public async Task A_reading_comes_back_with_every_field()
    {
        var reading =
            Samples.Count(Samples.Noon, 12.5, new(1, 2, 3, 0.004)) with { Quality = ReadingQuality.Gap, ResetsAt = Samples.Noon.AddHours(17) };
        var readings = new ReadingTable(_tables);
        await readings.WriteAsync([reading], Stop);
        (await readings.ReadAsync(Samples.Acme.Id, Metric.Calls, Samples.Noon, Samples.Noon.AddTicks(10_000), Stop)).ShouldBe([reading]);
    }

    [Fact]
    public async Task A_window_over_the_end_of_a_month_is_read_whole_and_in_order()
    {
        var end = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
        Reading[] stored = [.. Enumerable.Range(-6, 12).Select(i => Samples.Counter(end.AddHours(i), i + 10))];
        var readings = new ReadingTable(_tables);
        await readings.WriteAsync([.. stored.Reverse()], Stop);
        var (from, to) = (end.AddHours(-5).ToOffset(TimeSpan.FromHours(14)), end.AddHours(5).ToOffset(TimeSpan.FromHours(-11)));
        (await readings.ReadAsync(Samples.Acme.Id, Metric.UsageLive, from, to, Stop)).ShouldBe(stored[1..^1]);
    }

    [Fact]
    public async Task A_portal_whose_number_begins_alike_is_another_portal()
    {
        var readings = new ReadingTable(_tables);
        await readings.WriteAsync(
            [Samples.Counter(Samples.Noon, 1) with { Portal = 123 }, Samples.Counter(Samples.Noon, 2) with { Portal = 12 }], Stop);
        var read = await readings.ReadAsync(12, Metric.UsageLive, Samples.Noon.AddDays(-1), Samples.Noon.AddDays(1), Stop);
        read.ShouldHaveSingleItem().Value.ShouldBe(2);
    }

    [Fact]
    public async Task Of_two_who_write_an_alert_the_second_loses_and_changes_nothing()
    {
        var alerts = new AlertTable(_tables);
        (await alerts.TryWriteAsync(Samples.Alert(), null, Stop)).ShouldBeTrue();
        (await alerts.TryWriteAsync(Samples.Alert("late"), null, Stop)).ShouldBeFalse();
        var read = (await alerts.ReadCurrentAsync(Samples.Acme.Id, Stop)).Single();
        (await alerts.TryWriteAsync(read.Alert with { Transitions = 1 }, read, Stop)).ShouldBeTrue();
        (await alerts.TryWriteAsync(Samples.Alert("late"), read, Stop)).ShouldBeFalse();

        var now = (await alerts.ReadCurrentAsync(Samples.Acme.Id, Stop)).ShouldHaveSingleItem().Alert;
        (now.Id, now.Transitions).ShouldBe(("a1", 1));
        (await alerts.ReadClosedAsync(Samples.Acme.Id, 10, Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_new_incident_keeps_the_old_ones_the_newest_first()
    {
        var alerts = new AlertTable(_tables);
        for (var i = 0; i < 4; i++)
        {
            var before = (await alerts.ReadCurrentAsync(Samples.Acme.Id, Stop)).SingleOrDefault();
            await alerts.TryWriteAsync(Samples.Alert($"a{i}", Samples.Noon.AddHours(i)), before, Stop);
        }
        (await alerts.ReadCurrentAsync(Samples.Acme.Id, Stop)).ShouldHaveSingleItem().Alert.Id.ShouldBe("a3");
        (await alerts.ReadClosedAsync(Samples.Acme.Id, 2, Stop)).Select(alert => alert.Id).ShouldBe(["a2", "a1"]);
        (await ReadBeforeAsync(Samples.Noon.AddHours(2))).ShouldBe(["a1", "a0"]);
        (await ReadBeforeAsync(Samples.Noon.AddHours(2).AddTicks(1))).ShouldBe(["a2", "a1", "a0"]);
        (await ReadBeforeAsync(Samples.Noon)).ShouldBeEmpty();

        async Task<IReadOnlyList<string>> ReadBeforeAsync(DateTimeOffset before) =>
            [.. (await alerts.ReadClosedBeforeAsync(Samples.Acme.Id, before, Stop).ToListAsync(Stop)).Select(alert => alert.Id)];
    }

    [Fact]
    public async Task A_delivery_is_written_down_once_for_each_channel()
    {
        var deliveries = new DeliveryTable(_tables);
        var delivery = Messages.Queued(Messages.Opened());
        (await deliveries.TryAddAsync(delivery, Stop)).ShouldBeTrue();
        (await deliveries.TryAddAsync(delivery with { QueuedAt = Samples.Noon.AddDays(1) }, Stop)).ShouldBeFalse();
        (await deliveries.TryAddAsync(delivery with { Channel = "teams" }, Stop)).ShouldBeTrue();
        (await deliveries.ReadNewestAsync("email", 10, Stop)).ShouldHaveSingleItem().QueuedAt.ShouldBe(Samples.Noon);
    }

    [Fact]
    public async Task A_long_message_in_another_script_than_Latin_fits_into_its_row_and_so_does_one_of_an_earlier_version()
    {
        var deliveries = new DeliveryTable(_tables);
        var message = Messages.Opened() with
        {
            Sections = [new("Said to be expected", [.. Enumerable.Range(0, 40).Select(_ => new string('Ж', 500))])],
        };
        var delivery = Messages.Queued(message);
        (await deliveries.TryAddAsync(delivery, Stop)).ShouldBeTrue();
        (await deliveries.ReadAsync("email", message, Stop))!.Message.Sections[0].Lines.ShouldBe(message.Sections[0].Lines);

        var older = delivery with { Message = Messages.Opened() with { Id = "older" } };
        var row = new TableEntity("email", Keys.Delivery(older.Message))
        {
            ["IsOpen"] = true,
            ["DueAt"] = older.DueAt,
            ["Json"] = JsonSerializer.Serialize(older, StoreJson.Default.AlertDelivery),
        };
        await _tables.UpsertAsync("Deliveries", [row], Stop);
        (await deliveries.ReadAsync("email", older.Message, Stop))!.Message.Id.ShouldBe("older");
    }

    [Fact]
    public async Task An_accounts_messages_of_a_time_are_read_and_no_others()
    {
        var deliveries = new DeliveryTable(_tables);
        var (from, to) = (Samples.Noon, Samples.Noon.AddDays(1));
        var first = new AlertDelivery
        {
            Channel = "email",
            Message = Messages.Opened() with { Id = "first", At = from },
            State = DeliveryState.Sent,
            QueuedAt = from,
            DueAt = from,
        };
        var last = first with { Message = first.Message with { Id = "last", At = to.AddTicks(-1) } };
        AlertDelivery[] others =
        [
            first with { Message = first.Message with { Id = "before", At = from.AddTicks(-1) } },
            first with { Message = first.Message with { Id = "after", At = to } },
            first with { Channel = "teams" },
            first with { Message = first.Message with { Id = "other", Portal = first.Message.Portal with { Id = 47 } } },
        ];
        foreach (var delivery in (AlertDelivery[])[first, last, .. others]) await deliveries.TryAddAsync(delivery, Stop);
        (await deliveries.ReadOfAsync("email", first.Message.Portal.Id, from, to, Stop)).Select(delivery => delivery.Message.Id)
            .ShouldBe(["last", "first"]);
    }

    private async Task<int> CountAsync(string name) =>
        await (await _tables.GetAsync(name, Stop)).QueryAsync<TableEntity>(cancellationToken: Stop).CountAsync(Stop);
}
