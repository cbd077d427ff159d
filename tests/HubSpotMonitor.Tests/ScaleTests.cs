using System.Diagnostics.Metrics;
using System.Globalization;
using Azure.Data.Tables;
using HubSpotMonitor.Benchmarks.Day;
using HubSpotMonitor.Local.Simulation;

namespace HubSpotMonitor.Tests;

/// <summary>What an hour of watching costs, held against the constants of docs/scale.md.</summary>
public sealed class ScaleTests(SharedMemory tables)
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 15, 0, 0, TimeSpan.Zero);

    private static readonly AsyncLocal<Counts?> Now = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_hour_costs_what_the_page_about_scale_says()
    {
        var one = await MeasureAsync();
        var two = await MeasureAsync(MonitorUnderTest.Other);

        string[] functions = ["AuditAccess", "PollActivity", "PollUsage", "SweepAlerts", "WatchEvents"];
        foreach (var hour in (Hour[])[one, two]) hour.Requests.Keys.ShouldBe(functions);
        string[] lines =
        [
            .. functions.Select(function => Line(function, one.Requests[function], two.Requests[function])),
            Line("calls to HubSpot", one.Calls, two.Calls),
            Line("rows", one.Rows, two.Rows),
            Line("bytes", one.Bytes, two.Bytes),
        ];
        foreach (var line in lines) TestContext.Current.TestOutputHelper!.WriteLine(line);

        var page = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "docs", "scale.md"), Stop);
        foreach (var line in lines)
        {
            var told = page.SingleOrDefault(text => text.StartsWith(line.Split('|')[1] is var name ? $"|{name}|" : "", StringComparison.Ordinal));
            told.ShouldNotBeNull(line);
            foreach (var (said, seen) in Numbers(told).Zip(Numbers(line)))
                said.ShouldBe(seen, 0.5 + (0.1 * seen), $"The page says {told}; measured {line}.");
        }
    }

    private static string Line(string what, double one, double two) =>
        string.Create(CultureInfo.InvariantCulture, $"| {what} | {one:0} | {two - one:0} |");

    private static IEnumerable<double> Numbers(string line) =>
        line.Split('|')[2..4].Select(cell => double.Parse(cell.Trim().Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));

    // After an hour in which tables are made, histories begun and everything was asked once.
    private async Task<Hour> MeasureAsync(params SimulatedAccount[] others)
    {
        List<(string, string)> settings = [("Store:TablePrefix", SharedAzurite.NewPrefix())];
        foreach (var other in others)
            settings.AddRange([("Portals:1:Id", $"{other.Id}"), ("Portals:1:Name", other.Name), ("Portals:1:Token", other.Token)]);
        await using var monitor = await MonitorUnderTest.StartAsync(tables.ConnectionString, "quiet", Start, [.. settings]);
        await monitor.LearnAsync(others);
        using var counts = new Counts(new TableServiceClient(tables.ConnectionString).Uri.Port);
        Now.Value = counts;
        await LiveHourAsync(monitor, counts);
        counts.Requests.Clear();
        var callsBefore = monitor.HubSpotRequests;
        var before = await SizeAsync(settings[0].Item2);
        await LiveHourAsync(monitor, counts);
        var size = await SizeAsync(settings[0].Item2);
        return new(new(counts.Requests), monitor.HubSpotRequests - callsBefore, size.Rows - before.Rows, size.Bytes - before.Bytes);
    }

    // Counting is off for this method only.
    private async Task<StoredSize> SizeAsync(string prefix)
    {
        Now.Value = null;
        return await StoredSize.ReadAsync(tables.ConnectionString, prefix, Stop);
    }

    private static async Task LiveHourAsync(MonitorUnderTest monitor, Counts counts)
    {
        for (var minute = 0; minute < 60; minute++)
        {
            if (minute == 8) await RunAsync("AuditAccess", monitor.Pipeline.AuditAccessAsync);
            if (minute % 5 == 0) await RunAsync("PollUsage", monitor.Pipeline.PollUsageAsync);
            if (minute % 5 == 1) await RunAsync("PollActivity", monitor.Pipeline.PollActivityAsync);
            await RunAsync("WatchEvents", monitor.Pipeline.WatchEventsAsync);
            await RunAsync("SweepAlerts", monitor.Pipeline.SweepAlertsAsync);
            monitor.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Task RunAsync(string function, Func<DateTimeOffset, CancellationToken, Task> run)
        {
            counts.Function = function;
            return run(monitor.Now, Stop);
        }
    }

    private sealed record Hour(SortedDictionary<string, double> Requests, double Calls, double Rows, double Bytes);

    /// <summary>Counts what goes to the store, by the function at work.</summary>
    private sealed class Counts : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly Lock _lock = new();

        public Counts(int port)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "http.client.request.duration") listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
            {
                if (Now.Value != this || !tags.ToArray().Any(tag => tag.Key == "server.port" && tag.Value is int to && to == port)) return;
                lock (_lock) Requests[Function] = Requests.GetValueOrDefault(Function) + 1;
            });
            _listener.Start();
        }

        public string Function { get; set; } = "";

        public SortedDictionary<string, double> Requests { get; } = new(StringComparer.Ordinal);

        public void Dispose() => _listener.Dispose();
    }
}
