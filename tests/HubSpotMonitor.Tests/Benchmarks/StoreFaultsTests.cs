using Azure;
using Azure.Data.Tables;
using HubSpotMonitor.Benchmarks.Chaos;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Delivery;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Benchmarks;

/// <summary>The faults of the store, as Azure's own client takes them, and what the tables make of them.</summary>
public sealed class StoreFaultsTests(SharedAzurite azurite) : IAsyncLifetime
{
    private FaultyProxy _way = null!;
    private Tables _tables = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var address = new Uri(azurite.ConnectionString.Split("TableEndpoint=")[1].TrimEnd(';'));
        _way = await FaultyProxy.StartAsync(address, Stop);
        _tables = new(Options.Create(
            new StoreOptions { ConnectionString = AzuriteServer.ConnectionStringOf(_way.Address), TablePrefix = SharedAzurite.NewPrefix() }));
    }

    public ValueTask DisposeAsync() => _way.DisposeAsync();

    [Theory]
    [InlineData("a row's name")]
    [InlineData("4712|20261124 (ü) %41 + ~'")]
    public async Task What_is_passed_on_keeps_its_signature(string key)
    {
        var table = await _tables.GetAsync("Any", Stop);
        await table.AddEntityAsync(new TableEntity("p", key), Stop);
        (await table.GetEntityAsync<TableEntity>("p", key, cancellationToken: Stop)).Value.RowKey.ShouldBe(key);
        await table.DeleteEntityAsync("p", key, cancellationToken: Stop);
    }

    [Fact]
    public async Task A_conflict_is_told_by_the_kind_of_the_write_and_nothing_is_done()
    {
        var table = await WithRowAsync();
        var row = (await table.GetEntityAsync<TableEntity>("p", "r", cancellationToken: Stop)).Value;
        (_way.Fault, _way.Strikes) = (ProxyFault.Conflicts, () => true);
        await FailsAsync(409, "EntityAlreadyExists", () => table.AddEntityAsync(new TableEntity("p", "new"), Stop));
        await FailsAsync(412, "UpdateConditionNotSatisfied", () => table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Stop));
        await FailsAsync(412, "UpdateConditionNotSatisfied", () => table.DeleteEntityAsync("p", "r", row.ETag, Stop));
        await table.UpsertEntityAsync(new TableEntity("p", "other"), TableUpdateMode.Replace, Stop);
        (await table.QueryAsync<TableEntity>(cancellationToken: Stop).Select(found => found.RowKey).ToListAsync(Stop)).ShouldBe(["other", "r"]);
    }

    [Fact]
    public async Task A_conflict_in_a_transaction_names_the_first_row_that_can_come_too_late()
    {
        var table = await WithRowAsync();
        (_way.Fault, _way.Strikes) = (ProxyFault.Conflicts, () => true);
        TableTransactionAction[] actions =
        [
            new(TableTransactionActionType.UpsertReplace, new TableEntity("p", "other")),
            new(TableTransactionActionType.UpdateReplace, new TableEntity("p", "r"), new ETag("W/\"datetime'2026-11-24T12%3A00%3A00.0000000Z'\"")),
        ];
        var told = await Should.ThrowAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(actions, Stop));
        (told.Status, told.ErrorCode, told.FailedTransactionActionIndex).ShouldBe((412, "UpdateConditionNotSatisfied", 1));
        told = await Should.ThrowAsync<TableTransactionFailedException>(
            () => table.SubmitTransactionAsync([new(TableTransactionActionType.Add, new TableEntity("p", "new"))], Stop));
        (told.Status, told.ErrorCode, told.FailedTransactionActionIndex).ShouldBe((409, "EntityAlreadyExists", 0));
        (await table.QueryAsync<TableEntity>(cancellationToken: Stop).CountAsync(Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task A_busy_store_does_nothing()
    {
        var table = await WithRowAsync();
        (_way.Fault, _way.Strikes) = (ProxyFault.Busy, () => true);
        (await Should.ThrowAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "new"), Stop))).ErrorCode
            .ShouldBeOneOf("ServerBusy", "OperationTimedOut");
        _way.Fault = ProxyFault.None;
        (await table.QueryAsync<TableEntity>(cancellationToken: Stop).CountAsync(Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task Who_lost_an_answer_meets_the_own_row()
    {
        var table = await WithRowAsync();
        LoseNextAnswer();
        await FailsAsync(409, "EntityAlreadyExists", () => table.AddEntityAsync(new TableEntity("p", "new"), Stop));
        (await table.QueryAsync<TableEntity>(cancellationToken: Stop).CountAsync(Stop)).ShouldBe(2);
    }

    [Fact]
    public async Task A_poll_whose_answers_are_lost_knows_its_own_hold_and_its_own_checkpoint()
    {
        var checkpoints = new CheckpointTable(_tables);
        var unknown = await checkpoints.ReadStoredAsync(1, Stop);
        LoseNextAnswer();
        var held = await checkpoints.TryHoldAsync(1, unknown, Samples.Noon.AddMinutes(4), Stop);
        held.ShouldNotBeNull();
        (await checkpoints.TryHoldAsync(1, unknown, Samples.Noon.AddMinutes(4), Stop)).ShouldBeNull();
        (await checkpoints.ReadAllAsync(Stop))[1].Usage.ShouldBeNull();

        LoseNextAnswer();
        (await checkpoints.TryWriteAsync(new() { Portal = 1, LastPollAt = Samples.Noon, Outcome = PollOutcome.Good }, held, Stop)).ShouldBeTrue();
        var stored = await checkpoints.ReadStoredAsync(1, Stop);
        (stored.Checkpoint!.LastPollAt, stored.HeldUntil).ShouldBe((Samples.Noon, null));
    }

    [Fact]
    public async Task Work_that_was_taken_with_a_lost_answer_is_done_and_given_back_by_whoever_took_it()
    {
        var claims = new ClaimTable(_tables);
        await claims.TryTakeAsync("other work", Samples.Noon, Samples.Noon.AddMinutes(4), Samples.Noon, Stop); // makes the table
        LoseNextAnswer();
        var claim = (await TakeAsync(Samples.Noon)).ShouldNotBeNull();
        (await TakeAsync(Samples.Noon)).ShouldBeNull();

        LoseNextAnswer();
        await claims.ReleaseAsync(claim, Samples.Noon, Stop);
        (await TakeAsync(Samples.Noon)).ShouldBeNull("it is done");
        (await TakeAsync(Samples.Noon.AddMinutes(5))).ShouldNotBeNull();

        Task<Claim?> TakeAsync(DateTimeOffset dueAt) => claims.TryTakeAsync("work", dueAt, dueAt.AddMinutes(4), dueAt, Stop);
    }

    [Fact]
    public async Task A_message_counts_as_written_down_only_where_its_row_is_seen()
    {
        var deliveries = new DeliveryTable(_tables);
        var delivery = Messages.Queued(Messages.Opened());
        await deliveries.ReadNewestAsync("email", 1, Stop); // makes the table
        (_way.Fault, _way.Strikes) = (ProxyFault.Conflicts, () => true);
        await FailsAsync(409, "EntityAlreadyExists", () => deliveries.TryAddAsync(delivery, Stop));
        LoseNextAnswer();
        (await deliveries.TryAddAsync(delivery, Stop)).ShouldBeFalse();
        (await deliveries.ReadNewestAsync("email", 10, Stop)).ShouldHaveSingleItem();
    }

    private void LoseNextAnswer()
    {
        var left = 1;
        (_way.Fault, _way.Strikes) = (ProxyFault.AnswersLost, () => Interlocked.Decrement(ref left) >= 0);
    }

    private async Task<TableClient> WithRowAsync()
    {
        var table = await _tables.GetAsync("Any", Stop);
        await table.AddEntityAsync(new TableEntity("p", "r"), Stop);
        return table;
    }

    private static async Task FailsAsync(int status, string code, Func<Task> write)
    {
        var told = await Should.ThrowAsync<RequestFailedException>(write);
        (told.Status, told.ErrorCode).ShouldBe((status, code));
    }
}
