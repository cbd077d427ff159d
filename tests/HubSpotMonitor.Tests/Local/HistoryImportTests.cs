using HubSpotMonitor.Local;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Local.Simulation;
using HubSpotMonitor.Signals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace HubSpotMonitor.Tests.Local;

public sealed class HistoryImportTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_readings_arrive_in_chunks_as_the_hosts_own_record()
    {
        var chunks = new List<Reading[]>();
        await using var host = await HostAsync(async context =>
        {
            chunks.Add((await context.Request.ReadFromJsonAsync<Reading[]>(Token))!);
            return 200;
        });
        await new HistoryImport(host.Address, _ => { }).SendAsync(Readings(10_500), Token);
        chunks.Select(chunk => chunk.Length).ShouldBe([10_000, 500]);
        var first = chunks[0][0];
        (first.Portal, first.Metric, first.Quality, first.Value, first.Limit).ShouldBe((101, Metric.UsageLive, ReadingQuality.Measured, 0, 1000));
        first.ResetsAt.ShouldBe(HubSpotClient.Morning.AddHours(14));
    }

    [Fact]
    public async Task A_host_that_is_not_ready_is_asked_again()
    {
        var asked = 0;
        await using var host = await HostAsync(_ => Task.FromResult(++asked == 1 ? 503 : 204));
        await new HistoryImport(host.Address, _ => { }).SendAsync(Readings(1), Token);
        asked.ShouldBe(2);
    }

    [Fact]
    public async Task A_host_that_refuses_is_quoted()
    {
        await using var host = await HostAsync(_ => Task.FromResult(404));
        var problem = await Should.ThrowAsync<CannotRunException>(() => new HistoryImport(host.Address, _ => { }).SendAsync(Readings(1), Token));
        problem.Message.ShouldBe("The host did not take the history of readings: it answered 404.");
    }

    private static IEnumerable<HistoryReading> Readings(int count) => Enumerable.Range(0, count).Select(i =>
        new HistoryReading(101, "usage-live", HubSpotClient.Morning.AddMinutes(5 * i), i, "Measured", 1000, HubSpotClient.Morning.AddHours(14)));

    private static Task<LoopbackServer> HostAsync(Func<HttpContext, Task<int>> answer) => LoopbackServer.StartAsync(
        routes => routes.MapPost("/api/readings", async context => context.Response.StatusCode = await answer(context)),
        Token);
}
