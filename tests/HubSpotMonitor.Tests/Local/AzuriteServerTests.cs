using Azure.Data.Tables;
using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Tests.Local;

public sealed class AzuriteServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_starts_takes_a_row_and_gives_it_back_after_a_restart()
    {
        var directory = Directory.CreateTempSubdirectory("azurite-").FullName;
        await using (var first = await AzuriteServer.StartAsync(directory, _ => { }, Token))
        {
            var table = new TableClient(first.ConnectionString, "kept");
            await table.CreateAsync(Token);
            await table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = 42 }, Token);
        }
        await using (var second = await AzuriteServer.StartAsync(directory, _ => { }, Token))
        {
            var row = await new TableClient(second.ConnectionString, "kept").GetEntityAsync<TableEntity>("p", "r", cancellationToken: Token);
            row.Value.GetInt32("Value").ShouldBe(42);
        }
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task It_ends_when_it_is_disposed()
    {
        var server = await AzuriteServer.StartAsync(null, _ => { }, Token);
        await server.DisposeAsync();
        server.Exited.IsCompletedSuccessfully.ShouldBeTrue();
        using var http = new HttpClient();
        await Should.ThrowAsync<HttpRequestException>(() => http.GetAsync(server.Address, Token));
    }
}
