using System.Globalization;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Benchmarks.Chaos;

/// <summary>
/// Lets one thing after the other go wrong while calls are counted and webhooks come in, then looks whether the tables are as they should be.
/// </summary>
internal sealed class ChaosRun(TextWriter output, TimeProvider time, int seed, IReadOnlyCollection<FaultKind> only)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    /// <summary>A clock that was forty minutes ahead is doubted for that long, which are forty seconds here.</summary>
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromMinutes(2);

    /// <summary>Three hours of the host's time: longer than a message is held back or tried again.</summary>
    private static readonly TimeSpan SettleLimit = TimeSpan.FromMinutes(3);

    private readonly List<string> _broken = [];
    private readonly List<Recovery> _recoveries = [];
    private readonly long _started = time.GetTimestamp();

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("hubspot-monitor-chaos-").FullName;
        Say(Machine.Line(time));
        Say($"seed {seed}; the host's log and the tables are in {folder}");
        await using var world = await ChaosWorld.StartAsync(folder, time, Say, cancellationToken);
        using var webhooks = new WebhookStream(() => world.Receivers, ChaosWorld.Account.Id, world.Clock);
        var sending = webhooks.SendAsync(cancellationToken);
        var invariants = new Invariants(new Tables(Options.Create(new StoreOptions { ConnectionString = world.ConnectionString })));

        var faultsUntil = time.GetElapsedTime(_started) + length;
        foreach (var fault in Fault.Draw(seed, world.Broker is not null)
            .Where(fault => only.Count == 0 || only.Contains(fault.Kind))
            .TakeWhile(_ => time.GetElapsedTime(_started) < faultsUntil))
        {
            await LiveThroughAsync(fault, world, webhooks, invariants, cancellationToken);
        }

        await webhooks.BeginNoMoreAsync();
        _broken.AddRange(await SettleAsync(invariants, webhooks, sending, cancellationToken));
        _broken.AddRange(world.BadEnds);
        _broken.AddRange(await invariants.CheckSentOnceAsync(world.Arrived, world.TwoHosts, cancellationToken));
        await TellAsync(world, webhooks, invariants, cancellationToken);
        return _broken.Count == 0 ? 0 : 1;
    }

    private async Task LiveThroughAsync(
        Fault fault, ChaosWorld world, WebhookStream webhooks, Invariants invariants, CancellationToken cancellationToken)
    {
        await fault.InflictAsync(world, async () => _broken.AddRange(await invariants.CheckCheckpointAsync(cancellationToken)), cancellationToken);
        var recovery = await RecoverAsync(fault, webhooks, invariants, cancellationToken);
        _recoveries.Add(recovery);
        var by = fault.Kind is FaultKind.ClockAhead or FaultKind.ClockBehind ? $" by {fault.ClockError.TotalMinutes:0} minutes" : "";
        Say($"{fault.Kind} for {Text(fault.Lasts)}{by}: good poll after {Text(recovery.Poll)}, webhook after {Text(recovery.Webhook)}");
        if (recovery.Poll is null || recovery.Webhook is null)
            _broken.Add($"recovery: not within {RecoveryLimit.TotalSeconds:0} s after {fault.Kind}");
        if (world.Host.HasEnded)
        {
            _broken.Add($"host: it ended by itself during or after {fault.Kind}");
            world.StartHost();
        }
        await Task.Delay(fault.PauseAfter, cancellationToken);
    }

    private async Task<Recovery> RecoverAsync(Fault fault, WebhookStream webhooks, Invariants invariants, CancellationToken cancellationToken)
    {
        var (ended, answered) = (time.GetTimestamp(), webhooks.Answered);
        var polls = (await invariants.ReadCheckpointAsync(cancellationToken))?.GoodPolls ?? 0;
        (TimeSpan? poll, TimeSpan? webhook) = (null, null);
        while ((poll is null || webhook is null) && time.GetElapsedTime(ended) < RecoveryLimit)
        {
            await Task.Delay(LookAgain, cancellationToken);
            if (webhook is null && webhooks.Answered > answered) webhook = time.GetElapsedTime(ended);
            if (poll is null && (await invariants.ReadCheckpointAsync(cancellationToken))?.GoodPolls > polls) poll = time.GetElapsedTime(ended);
        }
        return new(fault.Kind, poll, webhook);
    }

    /// <summary>Until nothing is broken: what is on its way arrives, what is broken stays so.</summary>
    private async Task<IReadOnlyList<string>> SettleAsync(
        Invariants invariants, WebhookStream webhooks, Task sending, CancellationToken cancellationToken)
    {
        Say("No more faults; waiting until all is told and counted");
        var began = time.GetTimestamp();
        while (true)
        {
            await Task.WhenAny(sending, Task.Delay(SettleLimit, cancellationToken));
            if (!sending.IsCompleted) return ["webhooks: not all are acknowledged"];
            await sending;
            var broken = await invariants.CheckAsync(webhooks.Acknowledged, cancellationToken);
            if (broken.Count == 0 || time.GetElapsedTime(began) > SettleLimit) return broken;
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }
    }

    private async Task TellAsync(ChaosWorld world, WebhookStream webhooks, Invariants invariants, CancellationToken cancellationToken)
    {
        Say($"settled; {webhooks.Sent:N0} events sent, {webhooks.Acknowledged.Count:N0} acknowledged; {await invariants.SummaryAsync(cancellationToken)}; {world.Arrived} messages arrived");
        Say($"time runs {ChaosWorld.Speed:0} times as fast, so a poll is due every {Text(TimeSpan.FromMinutes(5) / ChaosWorld.Speed)}");
        foreach (var line in Recovery.Table(_recoveries)) output.WriteLine(line);
        foreach (var sentence in _broken.Distinct()) output.WriteLine($"BROKEN {sentence}");
        if (_broken.Count == 0) output.WriteLine($"{_recoveries.Count} faults, nothing is broken (seed {seed})");
    }

    private static string Text(TimeSpan? span) =>
        span is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.TotalSeconds:0.0} s") : "never";

    private void Say(string line) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(_started):mm\\:ss} {line}"));
}
