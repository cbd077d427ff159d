using System.Globalization;
using HubSpotMonitor.Benchmarks.Bus;
using HubSpotMonitor.Benchmarks.Webhooks;
using HubSpotMonitor.Local;
using HubSpotMonitor.Local.Inbox;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation;
using HubSpotMonitor.Local.Simulation.Traffic;

namespace HubSpotMonitor.Benchmarks.Chaos;

/// <summary>The host, the store, HubSpot and the channels, each of which can go wrong by itself.</summary>
internal sealed class ChaosWorld : IAsyncDisposable
{
    /// <summary>A poll every five seconds of real time.</summary>
    public const double Speed = 60;

    // 07:00 on a Tuesday in the account: its midnight is seventeen minutes of real time away.
    public static readonly DateTimeOffset Begins = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Longer than a host may take to end what it is at.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);

    private readonly Uri _store = new($"http://127.0.0.1:{FreePort.Next()}/");
    private readonly Uri _secondAddress = new($"http://127.0.0.1:{FreePort.Next()}/");
    private readonly string _folder;
    private SimulatedHubSpot _hubSpot = null!;
    private InboxServer _inbox = null!;
    private volatile ControlledProcess? _second;
    private DateTimeOffset _secondSince;

    private ChaosWorld(string folder, TimeProvider time)
    {
        _folder = folder;
        Clock = new(time, Begins, Speed);
    }

    public static SimulatedAccount Account { get; } = new(4712, "Acme", "pat-na1-00000000-0000-4000-8000-000000004712", 7);

    /// <summary>HubSpot's, and the host's while that is not misled.</summary>
    public SimulatedClock Clock { get; }

    /// <summary>How far the host's clock is wrong; in force when it is started.</summary>
    public TimeSpan ClockError { get; set; }

    public ControlledProcess Host { get; private set; } = null!;

    public ControlledProcess Store { get; private set; } = null!;

    /// <summary>What hosts take for the store.</summary>
    public FaultyProxy WayToStore { get; private set; } = null!;

    public FaultyProxy HubSpot { get; private set; } = null!;

    public FaultyProxy Channels { get; private set; } = null!;

    /// <summary>Carries the messages, where RabbitMQ is installed; without, the host does.</summary>
    public RabbitMqBroker? Broker { get; private set; }

    public Uri HostAddress { get; } = new($"http://127.0.0.1:{FreePort.Next()}/");

    /// <summary>To whom webhooks go: one host as a rule.</summary>
    public IReadOnlyList<Uri> Receivers => _second is null ? [HostAddress] : [HostAddress, _secondAddress];

    /// <summary>How many messages the channels took.</summary>
    public int Arrived => _inbox.Messages is [var newest, ..] ? newest.Id : 0;

    /// <summary>When there were two hosts, by <see cref="Clock"/>.</summary>
    public List<(DateTimeOffset From, DateTimeOffset To)> TwoHosts { get; } = [];

    /// <summary>What was wrong with how the second hosts ended.</summary>
    public List<string> BadEnds { get; } = [];

    public string ConnectionString => AzuriteServer.ConnectionStringOf(_store);

    public string HostLog => Path.Combine(_folder, "host.log");

    public static async Task<ChaosWorld> StartAsync(string folder, TimeProvider time, Action<string> say, CancellationToken cancellationToken)
    {
        await AzuriteInstall.EnsureAsync(say, cancellationToken);
        var world = new ChaosWorld(folder, time);
        world._hubSpot = await SimulatedHubSpot.StartAsync([Account], [new(Bursts, Begins)], world.Clock, cancellationToken);
        world._inbox = await InboxServer.StartAsync(time, cancellationToken);
        world.HubSpot = await FaultyProxy.StartAsync(world._hubSpot.Address, cancellationToken);
        world.Channels = await FaultyProxy.StartAsync(world._inbox.Address, cancellationToken);
        world.WayToStore = await FaultyProxy.StartAsync(world._store, cancellationToken);
        // Classic queues: quorum queues were seen to stay without a leader after a kill.
        if (RabbitMqBroker.IsInstalled) world.Broker = await RabbitMqBroker.StartAsync(["email", "teams"], isQuorum: false, cancellationToken);
        else say("RabbitMQ is not installed (apt-get install rabbitmq-server): the host carries its messages itself, and no broker goes wrong.");
        await world.StartStoreAsync(cancellationToken);
        world.StartHost();
        await new HistoryImport(world.HostAddress, _ => { }).SendAsync(History.Of(Account, new CallCounter(Account, []), Begins), cancellationToken);
        return world;
    }

    public void StartHost() => Host = new("dotnet", [BuildPaths.HostAssembly], Settings(HostAddress), HostLog);

    /// <summary>Starts another host beside the first, and returns when it answers.</summary>
    public async Task StartSecondHostAsync(CancellationToken cancellationToken)
    {
        var second = new ControlledProcess("dotnet", [BuildPaths.HostAssembly], Settings(_secondAddress), Path.Combine(_folder, "second-host.log"));
        (_secondSince, _second) = (Clock.GetUtcNow(), second);
        await FirstAnswer.WaitAsync(_secondAddress, second.Ended, TimeSpan.FromMilliseconds(50), cancellationToken);
    }

    /// <summary>Asks the second host to end, as whoever scales in does, and remembers how it did.</summary>
    public async Task EndSecondHostAsync()
    {
        var second = _second!;
        if (second.HasEnded) BadEnds.Add("host: the second one ended by itself");
        _second = null;
        try
        {
            // Not INT, which a process that was started in the background may never see.
            var code = await second.EndAsync("TERM").WaitAsync(EndLimit);
            if (code != 0) BadEnds.Add($"host: the second one ended with {code}");
        }
        catch (TimeoutException)
        {
            BadEnds.Add($"host: the second one did not end within {EndLimit.TotalSeconds:0} s");
        }
        await second.DisposeAsync();
        TwoHosts.Add((_secondSince, Clock.GetUtcNow()));
    }

    /// <summary>Starts the store over the files that it left, and returns when it answers.</summary>
    public async Task StartStoreAsync(CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            AzuriteInstall.TableServer, "--silent", "--disableTelemetry",
            "--tableHost", "127.0.0.1", "--tablePort", $"{_store.Port}", "--location", Path.Combine(_folder, "store"),
        ];
        Store = new("node", arguments, new Dictionary<string, string>(), Path.Combine(_folder, "store.log"));
        if (!await FirstAnswer.WaitAsync(_store, Store.Ended, TimeSpan.FromMilliseconds(50), cancellationToken))
            throw new CannotRunException($"Azurite ended before it answered; see {_folder}.");
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        if (_second is not null) await _second.DisposeAsync();
        await WayToStore.DisposeAsync();
        await Store.DisposeAsync();
        if (Broker is not null) await Broker.DisposeAsync();
        await HubSpot.DisposeAsync();
        await Channels.DisposeAsync();
        await _hubSpot.DisposeAsync();
        await _inbox.DisposeAsync();
    }

    // Something to tell all the time: a burst of 20 minutes in every 90.
    private static Scenario Bursts { get; } = new()
    {
        Name = "bursts",
        Title = "",
        Story = "",
        Effects = [.. Enumerable.Range(0, 200).Select(Burst)],
        Lines = [],
    };

    private static ExtraCalls Burst(int index) =>
        new() { StartsAfter = TimeSpan.FromMinutes(30 + (90 * index)), Lasts = TimeSpan.FromMinutes(20), CallsPerMinute = 400 };

    private Dictionary<string, string> Settings(Uri address)
    {
        Dictionary<string, string> more = new()
        {
            ["ASPNETCORE_URLS"] = Text(address),
            ["HubSpot__BaseUrl"] = Text(HubSpot.Address),
            ["Clock__Epoch"] = Clock.Epoch.ToString("O", CultureInfo.InvariantCulture),
            ["Clock__Start"] = (Clock.Start + ClockError).ToString("O", CultureInfo.InvariantCulture),
            ["Clock__Speed"] = Clock.Speed.ToString(CultureInfo.InvariantCulture),
            ["Alerting__DashboardUrl"] = Text(HostAddress),
            ["Webhooks__PublicUrl"] = EventLoad.PublicUrl.AbsoluteUri,
            ["Webhooks__Secrets__0"] = EventLoad.Secret,
            ["Delivery__Email__ApiKey"] = "SG.secret",
            ["Delivery__Email__From"] = "monitor@example.com",
            ["Delivery__Email__To__0"] = "security@example.com",
            ["Delivery__Email__BaseUrl"] = Text(Channels.Address),
            ["Delivery__Teams__WorkflowUrl"] = $"{Text(Channels.Address)}/workflows/channel",
        };
        if (Broker is not null)
        {
            var bus = Broker.Options;
            more["Bus__ConnectionString"] = bus.ConnectionString;
            more["Bus__Broker"] = $"{bus.Broker}";
            more["Bus__Topic"] = bus.Topic;
            more["Bus__Subscription"] = bus.Subscription;
            more["Bus__DeadLetters"] = bus.DeadLetters;
        }
        return BenchmarkHost.Settings(AzuriteServer.ConnectionStringOf(WayToStore.Address), [Account], more);
    }

    private static string Text(Uri address) => address.ToString().TrimEnd('/');
}
