using HubSpotMonitor.Benchmarks.Usage;
using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.Connect;
using HubSpotMonitor.Functions.SignIn;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Local.Simulation;
using HubSpotMonitor.Signals;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Benchmarks.Day;

/// <summary>
/// What a day of watching leaves in the tables and costs of the accounts' calls: every function at its time on a clock that is moved on, against
/// Azurite and a simulated HubSpot whose accounts are quiet and have been learned.
/// </summary>
internal sealed class DayBenchmark(TextWriter output, TimeProvider time)
{
    private const int Seed = 7;
    private const int MinutesAPoll = 5;
    private const int MinuteOfAudit = 8;
    private const int HourOfTraining = 3;

    private static readonly DateTimeOffset Midnight = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    public async Task<DayFigures> MeasureAsync(int portals, TimeSpan length, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var clock = new SetClock(Midnight.AddMinutes(-MinutesAPoll));
        SimulatedAccount[] accounts = [.. BenchmarkHost.Accounts(portals).Select(account => account with { Seed = Seed })];
        await using var azurite = await AzuriteServer.StartAsync(null, output.WriteLine, cancellationToken);
        await using var hubSpot = await SimulatedHubSpot.StartAsync(accounts, [], clock, cancellationToken);
        await using var services = Services(azurite.ConnectionString, hubSpot.Address, accounts, clock);
        var pipeline = services.GetRequiredService<Pipeline>();
        await BeginAsync(services, pipeline, accounts, clock.Now, cancellationToken);

        var (callsBefore, sizeBefore) = (hubSpot.Requests, await StoredSize.ReadAsync(azurite.ConnectionString, "", cancellationToken));
        for (clock.Now = Midnight; clock.Now < Midnight + length; clock.Now += TimeSpan.FromMinutes(1))
        {
            if (clock.Now.Minute == 0) output.WriteLine($"{portals} portals: {clock.Now:HH:mm} of {length:c}");
            await LiveMinuteAsync(pipeline, clock.Now, cancellationToken);
        }
        var size = await StoredSize.ReadAsync(azurite.ConnectionString, "", cancellationToken);
        var present = await services.GetRequiredService<DashboardReader>().ReadPresentAsync(clock.Now.AddMinutes(-1), cancellationToken);
        return new(
            portals,
            length,
            size.Rows - sizeBefore.Rows,
            size.Bytes - sizeBefore.Bytes,
            present.Portals.Sum(portal => portal.OwnCallsToday),
            hubSpot.Requests - callsBefore,
            time.GetElapsedTime(started));
    }

    // Tables are made, histories begun and everything asked once; and each account is known as after four weeks.
    private static async Task BeginAsync(
        IServiceProvider services,
        Pipeline pipeline,
        IReadOnlyList<SimulatedAccount> accounts,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await pipeline.PollUsageAsync(now, cancellationToken);
        var detector = DetectionCost.Learn(GeneratedUsage.Of(accounts[0], now.AddDays(-History.Days), now));
        foreach (var account in accounts)
            await services.GetRequiredService<DetectorStore>().ReplaceAsync(account.Id, Metric.Calls, null, detector, cancellationToken);
        await pipeline.PollActivityAsync(now, cancellationToken);
        await pipeline.AuditAccessAsync(now, cancellationToken);
        await pipeline.WatchEventsAsync(now, cancellationToken);
    }

    private static async Task LiveMinuteAsync(Pipeline pipeline, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (now.Minute == MinuteOfAudit) await pipeline.AuditAccessAsync(now, cancellationToken);
        if (now.Minute % MinutesAPoll == 0) await pipeline.PollUsageAsync(now, cancellationToken);
        if (now.Minute % MinutesAPoll == 1) await pipeline.PollActivityAsync(now, cancellationToken);
        if (now.Minute == 0 && now.Hour == HourOfTraining) await pipeline.TrainModelsAsync(now, cancellationToken);
        await pipeline.WatchEventsAsync(now, cancellationToken);
        await pipeline.SweepAlertsAsync(now, cancellationToken);
    }

    private static ServiceProvider Services(string store, Uri hubSpot, IReadOnlyList<SimulatedAccount> accounts, TimeProvider clock)
    {
        var settings = BenchmarkHost.Settings(store, accounts, new Dictionary<string, string> { ["HubSpot__BaseUrl"] = hubSpot.ToString() })
            .ToDictionary(setting => setting.Key.Replace("__", ":", StringComparison.Ordinal), setting => (string?)setting.Value);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging()
            .AddSingleton(clock)
            .AddHubSpotMonitor(configuration);
        services.AddKeyRing(configuration, new(SignInMode.Machine));
        return services.BuildServiceProvider();
    }

    /// <summary>Tells the time that was set; what waits waits in real time.</summary>
    private sealed class SetClock(DateTimeOffset start) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}

/// <param name="Portals">Watched.</param>
/// <param name="Length">From midnight UTC.</param>
/// <param name="Rows">New in the tables.</param>
/// <param name="Bytes">New in the tables, as Azure bills them.</param>
/// <param name="OwnCalls">To HubSpot, by the monitor's own counter.</param>
/// <param name="Requests">To HubSpot, by HubSpot's counter.</param>
/// <param name="Took">In real time, with all that went before.</param>
internal sealed record DayFigures(int Portals, TimeSpan Length, long Rows, long Bytes, int OwnCalls, int Requests, TimeSpan Took)
{
    /// <summary>Of one portal in one day.</summary>
    public double OfPortalDay(double figure) => figure / Portals / Length.TotalDays;
}
