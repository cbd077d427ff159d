using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation.Traffic;
using HubSpotMonitor.Local.Simulation.Webhooks;

namespace HubSpotMonitor.Local.Simulation;

/// <summary>The simulated account, its clock and its HubSpot, from where the last run left them.</summary>
internal sealed class SimulatedWorld : IAsyncDisposable
{
    private static readonly TimeSpan RememberEvery = TimeSpan.FromSeconds(3);

    private readonly SimulationFile _file;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly TimeProvider _real;
    private readonly IReadOnlyList<ScenarioRun> _runs;
    private SimulationMemory _memory;
    private Task _remembering = Task.CompletedTask;

    private SimulatedWorld(SimulationFile file, LocalOptions options, TimeProvider real)
    {
        _file = file;
        _memory = file.Read();
        _real = real;
        Account = new(24_680_135, "Acme", "pat-na1-5a1e0000-0000-4000-8000-00000000acme", _memory.Seed);
        Clock = new(real, Beginning(_memory, Account.Zone, real.GetUtcNow()), options.Speed);
        Run = new(ScenarioCatalog.Get(options.Scenario), Clock.Start);
        // Before this run is remembered too: it must not happen twice.
        _runs = [.. _memory.Runs.Where(IsKnown).Select(Lived), Run];
    }

    public SimulatedAccount Account { get; }

    public SimulatedClock Clock { get; }

    public ScenarioRun Run { get; }

    /// <summary>The client secret of the monitor's app, and the one that a rotation brings.</summary>
    public IReadOnlyList<string> WebhookSecrets { get; } = ["5ec4e700-0000-4000-8000-0000000acme1", "5ec4e700-0000-4000-8000-0000000acme2"];

    public SimulatedHubSpot HubSpot { get; private set; } = null!;

    public bool NeedsHistory => !_memory.HistorySent;

    public static async Task<SimulatedWorld> StartAsync(LocalOptions options, TimeProvider real, CancellationToken cancellationToken)
    {
        var file = new SimulationFile(Path.Combine(options.RunDirectory, "simulation.json"));
        var world = new SimulatedWorld(file, options, real);
        world.HubSpot = await SimulatedHubSpot.StartAsync([world.Account], world._runs, world.Clock, cancellationToken);
        world.Remember(memory => memory with { Runs = [.. memory.Runs, new(options.Scenario, world.Clock.Start, world.Ahead())] });
        world._remembering = world.RememberAsync();
        return world;
    }

    /// <summary>The account's counter over the weeks before this run.</summary>
    public IEnumerable<HistoryReading> History() => Simulation.History.Of(Account, new CallCounter(Account, _runs), Clock.Start);

    public void HistoryIsSent() => Remember(memory => memory with { HistorySent = true });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _remembering;
        await HubSpot.DisposeAsync();
        Remember(memory => StoppedAt(memory, Clock.GetUtcNow()));
        _stop.Dispose();
    }

    /// <summary>The first run begins at twenty to two in the account's last night; every other one where the one before stopped.</summary>
    internal static DateTimeOffset Beginning(SimulationMemory memory, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (memory.Runs.Count > 0)
            return memory.Runs.Max(run => run.StoppedAt);
        var local = TimeZoneInfo.ConvertTime(now, zone);
        var night = local.Date.AddMinutes(100);
        if (night > local.DateTime)
            night = night.AddDays(-1);
        return new DateTimeOffset(night, zone.GetUtcOffset(night)).ToUniversalTime();
    }

    /// <summary>What sends the account's events to a host.</summary>
    public WebhookSender Webhooks(Uri host, Action<string> say, HttpClient? http = null) =>
        new(Account, _runs, new(HostSettings.WebhookAddress(host), WebhookSecrets[0]) { NextSecret = WebhookSecrets[1] }, Clock, http, say);

    // A scenario that has been removed since leaves no trace; better than a simulation that does not start.
    private static bool IsKnown(RememberedRun run) => ScenarioCatalog.Names.Contains(run.Scenario);

    private static ScenarioRun Lived(RememberedRun run) => new(ScenarioCatalog.Get(run.Scenario), run.StartedAt, run.StoppedAt);

    /// <summary>
    /// Written every few seconds, and always a little ahead: after a crash the next run begins there, so that time never goes back.
    /// </summary>
    private async Task RememberAsync()
    {
        using var timer = new PeriodicTimer(RememberEvery, _real);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                Remember(memory => StoppedAt(memory, Ahead()));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The exact instant is written when all has stopped.
        }
    }

    private DateTimeOffset Ahead() => Clock.GetUtcNow() + (2 * Clock.Speed * RememberEvery);

    private static SimulationMemory StoppedAt(SimulationMemory memory, DateTimeOffset at) =>
        memory with { Runs = [.. memory.Runs.SkipLast(1), memory.Runs[^1] with { StoppedAt = at }] };

    private void Remember(Func<SimulationMemory, SimulationMemory> change)
    {
        lock (_lock)
        {
            _memory = change(_memory);
            _file.Write(_memory);
        }
    }
}
