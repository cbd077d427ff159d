using System.Security.Cryptography;
using Azure.Data.Tables;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Tests.Store;

public sealed class AccessTableTests(SharedAzurite azurite)
{
    private readonly Tables _tables = azurite.NewTables();

    private AccessTable Table => new(_tables);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Before_the_first_there_is_none() => (await Table.ReadAsync(Samples.Acme.Id, Stop)).ShouldBeNull();

    [Fact]
    public async Task Twenty_thousand_users_come_back_as_they_were()
    {
        var snapshot = Snapshot(20_000);
        await Table.WriteAsync(snapshot, Stop);
        var read = (await Table.ReadAsync(Samples.Acme.Id, Stop))!;
        read.Users!.Select(user => (user.Id, user.Email, user.SuperAdmin))
            .ShouldBe(snapshot.Users!.Select(user => (user.Id, user.Email, user.SuperAdmin)));
        read.Sources.ShouldBe(snapshot.Sources);
        read.Own!.Scopes.ShouldBe(["oauth"]);
    }

    [Fact]
    public async Task The_latest_replaces_the_one_before_and_leaves_nothing_of_it()
    {
        await Table.WriteAsync(Snapshot(20_000), Stop);
        await Table.WriteAsync(Snapshot(3) with { At = Samples.Noon.AddHours(1) }, Stop);
        await Table.WriteAsync(Snapshot(3) with { At = Samples.Noon.AddHours(1) }, Stop); // repeated
        (await Table.ReadAsync(Samples.Acme.Id, Stop))!.Users!.Count.ShouldBe(3);
        (await RowsAsync()).ShouldBe(["latest"]);
    }

    [Fact]
    public async Task A_snapshot_of_which_only_the_parts_were_written_is_not_read()
    {
        await Table.WriteAsync(Snapshot(3), Stop);
        var part = new TableEntity(Keys.Portal(Samples.Acme.Id), Keys.PackedPart("latest", Keys.PackedVersion(Samples.Noon.AddHours(1), [1]), 0))
        {
            ["Raw"] = new byte[] { 1 },
        };
        await _tables.UpsertAsync("Access", [part], Stop);
        (await Table.ReadAsync(Samples.Acme.Id, Stop))!.Users!.Count.ShouldBe(3);
        await Table.WriteAsync(Snapshot(4) with { At = Samples.Noon.AddHours(2) }, Stop);
        (await RowsAsync()).ShouldBe(["latest"]);
    }

    [Fact]
    public async Task A_snapshot_that_lacks_a_part_is_none_and_not_a_shorter_list_until_the_next_is_written()
    {
        await Table.WriteAsync(Snapshot(20_000), Stop);
        var rows = await RowsAsync();
        rows.Count.ShouldBeGreaterThan(1);
        await _tables.DeleteAsync(
            "Access", TableClient.CreateQueryFilter($"PartitionKey eq {Keys.Portal(Samples.Acme.Id)} and RowKey eq {rows[^1]}"), Stop);
        (await Table.ReadAsync(Samples.Acme.Id, Stop)).ShouldBeNull();
        await Table.WriteAsync(Snapshot(3) with { At = Samples.Noon.AddHours(1) }, Stop);
        (await Table.ReadAsync(Samples.Acme.Id, Stop))!.Users!.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_value_that_an_earlier_version_wrote_beside_its_row_is_read_and_replaced()
    {
        var ledger = RandomNumberGenerator.GetBytes(700_000);
        var version = Keys.PackedVersion(Samples.Noon, ledger);
        foreach (var (content, part) in ledger.Chunk(512 * 1024).Select((content, part) => (content, part)))
        {
            var row = new TableEntity(Keys.Portal(Samples.Acme.Id), Keys.PackedPart("ledger", version, part));
            RawColumns.Write(row, content);
            await _tables.UpsertAsync("Access", [row], Stop);
        }
        await _tables.UpsertAsync(
            "Access",
            [new TableEntity(Keys.Portal(Samples.Acme.Id), "ledger") { ["Version"] = version, ["Parts"] = 2, ["At"] = Samples.Noon }],
            Stop);
        (await Table.ReadLedgerAsync(Samples.Acme.Id, Stop)).ShouldBe(ledger);
        await Table.WriteLedgerAsync(Samples.Acme.Id, [1], Samples.Noon.AddDays(1), Stop);
        (await Table.ReadLedgerAsync(Samples.Acme.Id, Stop)).ShouldBe([1]);
        (await RowsAsync()).ShouldBe(["ledger"]);
    }

    // Addresses that hardly compress, so that it takes several parts.
    private static AccessSnapshot Snapshot(int users) => new()
    {
        Portal = Samples.Acme.Id,
        At = Samples.Noon,
        Sources =
        [
            new(AccessSource.Users, SourceAccess.Read, null, Samples.Noon),
            new(AccessSource.SmtpTokens, SourceAccess.Denied, "Grant it.", Samples.Noon),
        ],
        Users =
        [
            .. Enumerable.Range(1, users)
                .Select(id => new AccountUser(id, $"{Convert.ToHexString(SHA256.HashData(BitConverter.GetBytes(id)))}@example.com", id % 9 == 0)),
        ],
        Own = new(CredentialKind.ServiceKey, "pat-na1-…feed", null, 876, ["oauth"], IsActive: true),
    };

    private async Task<List<string>> RowsAsync()
    {
        List<string> rows = [];
        await foreach (var row in (await _tables.GetAsync("Access", Stop)).QueryAsync<TableEntity>(cancellationToken: Stop)) rows.Add(row.RowKey);
        return rows;
    }
}
