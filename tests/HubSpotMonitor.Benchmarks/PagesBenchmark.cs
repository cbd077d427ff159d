using System.Globalization;
using System.Text;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Local.Simulation;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Benchmarks;

/// <summary>How long pages take to answer with many portals and a long past, from Azurite on the same machine.</summary>
internal sealed class PagesBenchmark(TextWriter output, TimeProvider time)
{
    public const int Days = 400;
    private const int CountsADay = 288;
    public const int Requests = 21;

    private static readonly string[] Paths =
        ["/", "/pages/portals/1000001", "/pages/portals/1000001?span=7d", "/pages/portals/1000001?span=28d", "/pages/health", "/api/portals"];

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(int portals, CancellationToken cancellationToken)
    {
        output.WriteLine(Machine.Line(time));
        Tell(portals, await MeasureAsync(portals, cancellationToken));
        return 0;
    }

    /// <summary>Every page, with so many portals of which one has a long past.</summary>
    public async Task<IReadOnlyList<PageFigures>> MeasureAsync(int portals, CancellationToken cancellationToken)
    {
        var accounts = BenchmarkHost.Accounts(portals);
        await using var azurite = await AzuriteServer.StartAsync(null, output.WriteLine, cancellationToken);
        await FillAsync(azurite.ConnectionString, accounts, cancellationToken);
        await using var host = await BenchmarkHost.StartProcessAsync(
            azurite.ConnectionString, accounts, new Dictionary<string, string> { ["WEBSITE_AUTH_ENABLED"] = "True" }, cancellationToken);
        using var reader = Reader(host.Address);
        List<PageFigures> figures = [];
        foreach (var path in Paths)
        {
            var (first, size) = await AskAsync(reader, path, cancellationToken);
            List<TimeSpan> times = [];
            for (var request = 0; request < Requests; request++) times.Add((await AskAsync(reader, path, cancellationToken)).Time);
            figures.Add(new(path, first, [.. times.Order()], size));
        }
        return figures;
    }

    private void Tell(int portals, IReadOnlyList<PageFigures> figures)
    {
        output.WriteLine("");
        output.WriteLine(
            $"{portals} portals, of which one has {Days} days of readings and the others one; {Requests} requests each after a first one:");
        output.WriteLine($"{"page",-34} {"first",9} {"median",9} {"max",9} {"KB",7}");
        foreach (var page in figures)
            output.WriteLine($"{page.Path,-34} {Text(page.First),9} {Text(page.Median),9} {Text(page.Times[^1]),9} {page.Bytes / 1024,7:N0}");
    }

    private async Task FillAsync(string store, IReadOnlyList<SimulatedAccount> accounts, CancellationToken cancellationToken)
    {
        var tables = new Tables(Options.Create(new StoreOptions { ConnectionString = store }));
        var (readings, checkpoints) = (new ReadingTable(tables), new CheckpointTable(tables));
        var now = time.GetUtcNow();
        for (var index = 0; index < accounts.Count; index++)
        {
            var days = index == 0 ? Days : 1;
            for (var day = days; day >= 1; day--)
            {
                await readings.WriteAsync(
                    [.. Enumerable.Range(0, CountsADay).Select(count => Count(accounts[index].Id, now.AddDays(-day).AddMinutes(5 * (count + 1))))],
                    cancellationToken);
                if (index == 0 && day % 50 == 0) output.WriteLine($"Writing: {day} days of the first portal are left");
            }
            await checkpoints.TryWriteAsync(Checkpoint(accounts[index].Id, now), StoredCheckpoint.None, cancellationToken);
            await checkpoints.WriteAsync(accounts[index].Id, new PostureScore(now, 20, 23, 29), cancellationToken);
            if (index % 50 == 49) output.WriteLine($"Writing: {index + 1} of {accounts.Count} portals are there");
        }
    }

    private static UsageCheckpoint Checkpoint(long portal, DateTimeOffset now) => new()
    {
        Portal = portal,
        Outcome = PollOutcome.Good,
        LastPollAt = now,
        LastGoodPollAt = now,
        TimeZone = "Europe/Berlin",
        UsedToday = 100_000,
        UsedAt = now,
        Limit = 500_000,
        ForecastAtReset = 300_000,
        Hours = HourOfCalls.Add([], [.. Enumerable.Range(0, CountsADay).Select(count => Count(portal, now.AddMinutes(-5 * count)))]),
    };

    private static Reading Count(long portal, DateTimeOffset at) => new()
    {
        Portal = portal,
        Metric = Metric.Calls,
        Since = at.AddMinutes(-5),
        At = at,
        Value = 100 + (at.Minute % 7),
        Expected = new(80, 100, 130, 0.4),
    };

    // Signed in as the platform says it, past the probe that answers while the host is starting.
    private static HttpClient Reader(Uri address)
    {
        var reader = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(1) };
        reader.DefaultRequestHeaders.Add("X-Azure-Functions-InvocationId", "00000000-0000-0000-0000-000000000000");
        reader.DefaultRequestHeaders.Add("X-MS-CLIENT-PRINCIPAL",
            Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"auth_typ":"aad","role_typ":"roles","claims":[{"typ":"roles","val":"reader"}]}""")));
        reader.DefaultRequestHeaders.Add("X-MS-CLIENT-PRINCIPAL-NAME", "reader@example.com");
        return reader;
    }

    private async Task<(TimeSpan Time, int Bytes)> AskAsync(HttpClient reader, string path, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var answer = await reader.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        return (time.GetElapsedTime(started), body.Length);
    }

    private static string Text(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:N0} ms");
}

/// <param name="Path">What was asked for.</param>
/// <param name="First">The first answer.</param>
/// <param name="Times">The others, shortest first.</param>
/// <param name="Bytes">Of an answer's body.</param>
internal sealed record PageFigures(string Path, TimeSpan First, IReadOnlyList<TimeSpan> Times, int Bytes)
{
    public TimeSpan Median => Times[Times.Count / 2];
}
