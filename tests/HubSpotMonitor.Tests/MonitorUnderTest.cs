using System.Collections.Concurrent;
using System.Globalization;
using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Functions.Connect;
using HubSpotMonitor.Functions.SignIn;
using HubSpotMonitor.Local.Inbox;
using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation;
using HubSpotMonitor.Local.Simulation.Traffic;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Tests.Delivery;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace HubSpotMonitor.Tests;

/// <summary>The whole library as a host runs it: real DI, tables in Azurite or in memory; only HubSpot, the inbox and the clock are ours.</summary>
internal sealed class MonitorUnderTest : IAsyncDisposable
{
    public static readonly SimulatedAccount Account = new(4711, "Acme", "pat-na1-00000000-0000-4000-8000-000000004711", 7);

    /// <summary>Has the same traffic; there where settings have its token.</summary>
    public static readonly SimulatedAccount Other = Account with { Id = 4712, Name = "Beta", Token = "pat-na1-00000000-0000-4000-8000-000000004712" };

    /// <summary>By when they end and whose traffic they know: fitting takes a second, and many stories begin at the same time.</summary>
    private static readonly ConcurrentDictionary<(DateTimeOffset Until, int Seed), Lazy<CountDetector>> Learned = new();

    private readonly ServiceProvider _services;

    private MonitorUnderTest(FakeTimeProvider clock, SimulatedHubSpot hubSpot, InboxServer inbox, LogCapture logs, ServiceProvider services) =>
        (Clock, HubSpot, Inbox, Logs, _services) = (clock, hubSpot, inbox, logs, services);

    public FakeTimeProvider Clock { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    public Pipeline Pipeline => Get<Pipeline>();

    public SimulatedHubSpot HubSpot { get; }

    public InboxServer Inbox { get; }

    /// <summary>All that was logged.</summary>
    public LogCapture Logs { get; }

    public IReadOnlyList<string> MailTitles =>
        [.. Inbox.Messages.Where(message => message.Kind == InboxKind.Mail).OrderBy(message => message.Id).Select(message => message.Title)];

    /// <summary>A monitor of one simulated account in which a scenario begins now.</summary>
    public static Task<MonitorUnderTest> StartAsync(
        string connectionString, string scenario, DateTimeOffset start, params (string Key, string Value)[] settings) =>
        StartAsync(
            connectionString,
            settings.Any(setting => setting.Value == Other.Token) ? [Account, Other] : [Account],
            [new(ScenarioCatalog.Get(scenario), start)],
            start,
            settings);

    /// <summary>A monitor of the first of some accounts, and of those that the settings name, in which all that is planned happens to all.</summary>
    public static async Task<MonitorUnderTest> StartAsync(
        string connectionString,
        IReadOnlyList<SimulatedAccount> accounts,
        IReadOnlyList<ScenarioRun> plan,
        DateTimeOffset start,
        params (string Key, string Value)[] settings)
    {
        var clock = new FakeTimeProvider(start);
        var logs = new LogCapture();
        var hubSpot = await SimulatedHubSpot.StartAsync(accounts, plan, clock, TestContext.Current.CancellationToken);
        var inbox = await InboxServer.StartAsync(clock, TestContext.Current.CancellationToken);
        var values = new Dictionary<string, string?>
        {
            ["Store:ConnectionString"] = connectionString,
            ["Store:TablePrefix"] = SharedAzurite.NewPrefix(),
            ["HubSpot:BaseUrl"] = hubSpot.Address.ToString(),
            ["Portals:0:Id"] = accounts[0].Id.ToString(CultureInfo.InvariantCulture),
            ["Portals:0:Name"] = accounts[0].Name,
            ["Portals:0:Token"] = accounts[0].Token,
            // Messages go out with the run that decides them; what waiting does is tested on its own.
            ["Alerting:GroupWait"] = "00:00:00",
            ["Delivery:Email:ApiKey"] = "SG.secret",
            ["Delivery:Email:From"] = "monitor@example.com",
            ["Delivery:Email:To:0"] = "security@example.com",
            ["Delivery:Email:BaseUrl"] = inbox.Address.ToString(),
            ["Delivery:Teams:WorkflowUrl"] = new Uri(inbox.Address, "workflows/channel").ToString(),
        };
        foreach (var (key, value) in settings) values[key] = value;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging(logging => logging.AddProvider(logs))
            .AddSingleton<TimeProvider>(clock)
            .AddHubSpotMonitor(configuration);
        services.AddKeyRing(configuration, new(SignInMode.Machine));
        return new(clock, hubSpot, inbox, logs, services.BuildServiceProvider());
    }

    public Uri HubSpotAddress => HubSpot.Address;

    public int HubSpotRequests => HubSpot.Requests;

    public SimulatedJournal Journal => HubSpot.Journal;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Puts away the detector that a monitor would have after the four weeks before now.</summary>
    /// <param name="others">More accounts that are watched.</param>
    public async Task LearnAsync(params SimulatedAccount[] others)
    {
        await PollAsync(); // only HubSpot tells the account's clock
        foreach (var account in others.Append(Account))
        {
            var detector = Learned.GetOrAdd((Now, account.Seed), _ => new(() => Learn(account, Now))).Value;
            await Get<DetectorStore>().ReplaceAsync(account.Id, Metric.Calls, null, detector, TestContext.Current.CancellationToken);
        }
    }

    public Task PollAsync() => Pipeline.PollUsageAsync(Now, TestContext.Current.CancellationToken);

    /// <summary>Polls every five minutes for so long, and trains every night, as the schedule does.</summary>
    public async Task LiveAsync(TimeSpan time)
    {
        for (var end = Now + time; Now < end;)
        {
            await PollAsync();
            Clock.Advance(TimeSpan.FromMinutes(5));
            if (Now.UtcDateTime is { Hour: 3, Minute: < 5 }) await Pipeline.TrainModelsAsync(Now, TestContext.Current.CancellationToken);
        }
    }

    public Task<IReadOnlyList<Alert>> AlertsAsync() =>
        Get<DashboardReader>().ReadAlertsAsync(100, only: null, state: null, TestContext.Current.CancellationToken);

    public Task<IReadOnlyList<Reading>> ReadingsAsync(string metric) => Get<DashboardReader>().ReadReadingsAsync(
        Account.Id, metric, null, Now.AddDays(-40), Now.AddMinutes(1), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Inbox.DisposeAsync();
        await HubSpot.DisposeAsync();
    }

    private static CountDetector Learn(SimulatedAccount account, DateTimeOffset until)
    {
        var clock = AccountClock.FromName(account.TimeZone);
        var detector = new CountDetector(clock);
        var history = History.Of(account, new CallCounter(account, []), until)
            .Select(reading => new Reading
            {
                Portal = reading.Portal,
                Metric = reading.Metric,
                At = reading.At,
                Value = reading.Value,
                Limit = reading.Limit,
            });
        foreach (var count in UsageCounter.Count([.. history], clock)) detector.Next(count.Since!.Value, count.At, count.Value);
        return detector;
    }
}
