using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using HubSpotMonitor.Local;
using HubSpotMonitor.Local.Inbox;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation;
using HubSpotMonitor.Local.Simulation.Traffic;

namespace HubSpotMonitor.Tests;

/// <summary>What outlives the host: its store, a simulated HubSpot in which a token is stolen, the inbox, and the simulated time.</summary>
internal sealed class CrashStory : IAsyncDisposable
{
    public const string MailHost = "example.com";

    // A poll every 0.75 s, and a theft of 18 s.
    private const double Speed = 400;

    public static readonly SimulatedAccount Account = new(4712, "Acme", "pat-na1-00000000-0000-4000-8000-000000004712", 7);

    // 01:40 on a Tuesday in the account (US/Eastern).
    public static readonly DateTimeOffset Begins = new(2026, 11, 24, 6, 40, 0, TimeSpan.Zero);

    private readonly string _store;
    private readonly string _prefix = SharedAzurite.NewPrefix();
    private readonly StoryClock _clock = new();
    private SimulatedHubSpot _hubSpot = null!;

    private CrashStory(string store) => _store = store;

    /// <summary>Begins ten minutes after the story does, which is 30 after the scenario.</summary>
    public ScenarioRun Theft { get; } = new(ScenarioCatalog.Get("token-theft"), Begins.AddMinutes(-20));

    public DateTimeOffset TheftEndsAt => Theft.StartedAt.AddMinutes(150);

    public DateTimeOffset Now => _clock.Present.GetUtcNow();

    /// <summary>Every instant at which HubSpot was asked for anything.</summary>
    public IReadOnlyCollection<DateTimeOffset> Asked => _clock.Asked;

    public InboxServer Inbox { get; private set; } = null!;

    public Uri HostAddress { get; } = new($"http://127.0.0.1:{FreePort.Next()}/");

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>The story with its four weeks of history, at the moment from which time runs fast.</summary>
    public static async Task<CrashStory> StartAsync(string store, CancellationToken cancellationToken)
    {
        var story = new CrashStory(store);
        story._hubSpot = await SimulatedHubSpot.StartAsync([Account], [story.Theft], story._clock, cancellationToken);
        story.Inbox = await InboxServer.StartAsync(TimeProvider.System, cancellationToken);
        // In real time: otherwise the theft would be over before the history is in.
        await using (story.StartHost())
        {
            await new HistoryImport(story.HostAddress, _ => { })
                .SendAsync(History.Of(Account, new CallCounter(Account, []), Begins), cancellationToken);
        }
        story._clock.Present = new(TimeProvider.System, story.Now, Speed);
        return story;
    }

    /// <summary>A host that is killed, not asked to end, when it is disposed.</summary>
    public MortalHost StartHost() => new(Settings());

    /// <summary>Until the host, started just now, does its work.</summary>
    public async Task UntilHubSpotIsAskedAsync(MortalHost? host, CancellationToken cancellationToken)
    {
        for (var before = _hubSpot.Requests; _hubSpot.Requests == before;)
        {
            host?.ThrowIfEnded();
            await Task.Delay(20, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Inbox.DisposeAsync();
        await _hubSpot.DisposeAsync();
    }

    private Dictionary<string, string> Settings() => new()
    {
        ["DOTNET_ENVIRONMENT"] = "Production",
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["ASPNETCORE_URLS"] = Text(HostAddress),
        // Its hour may come while time runs fast, or not.
        ["Alerting__Digest"] = "Off",
        ["Store__ConnectionString"] = _store,
        ["Store__TablePrefix"] = _prefix,
        ["HubSpot__BaseUrl"] = Text(_hubSpot.Address),
        ["Portals__0__Id"] = Account.Id.ToString(CultureInfo.InvariantCulture),
        ["Portals__0__Name"] = Account.Name,
        ["Portals__0__Token"] = Account.Token,
        ["Clock__Epoch"] = _clock.Present.Epoch.ToString("O", CultureInfo.InvariantCulture),
        ["Clock__Start"] = _clock.Present.Start.ToString("O", CultureInfo.InvariantCulture),
        ["Clock__Speed"] = _clock.Present.Speed.ToString(CultureInfo.InvariantCulture),
        ["Alerting__DashboardUrl"] = Text(HostAddress),
        // What is wrong with the simulated account on any day is another story.
        ["Posture__OffRules__0"] = "legacy-credential",
        ["Posture__OffRules__1"] = "too-many-admins",
        ["Delivery__Email__ApiKey"] = "SG.secret",
        ["Delivery__Email__From"] = $"monitor@{MailHost}",
        ["Delivery__Email__To__0"] = $"security@{MailHost}",
        ["Delivery__Email__BaseUrl"] = Text(Inbox.Address),
        ["Delivery__Teams__WorkflowUrl"] = $"{Text(Inbox.Address)}/workflows/channel",
    };

    private static string Text(Uri address) => address.ToString().TrimEnd('/');

    /// <summary>HubSpot's clock: real time at first, fast later; it remembers when it was looked at.</summary>
    private sealed class StoryClock : TimeProvider
    {
        private readonly ConcurrentQueue<DateTimeOffset> _asked = [];

        public SimulatedClock Present { get; set; } = new(System, Begins, 1);

        public IReadOnlyCollection<DateTimeOffset> Asked => _asked;

        public override DateTimeOffset GetUtcNow()
        {
            var now = Present.GetUtcNow();
            _asked.Enqueue(now);
            return now;
        }
    }
}

/// <summary>The host's own process, with nothing around it that would soften the blow.</summary>
internal sealed class MortalHost : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _said = [];
    private readonly Process _process;

    public MortalHost(IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo("dotnet", [BuildPaths.HostAssembly]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Hear;
        _process.ErrorDataReceived += Hear;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public void ThrowIfEnded() =>
        _process.HasExited.ShouldBeFalse($"The host ended by itself: {string.Join(Environment.NewLine, _said.TakeLast(5))}");

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text) _said.Enqueue(text);
    }
}
