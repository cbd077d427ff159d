using HubSpotMonitor.Benchmarks.Bus;

namespace HubSpotMonitor.Benchmarks.Chaos;

/// <summary>What goes wrong.</summary>
internal enum FaultKind
{
    /// <summary>Killed with no warning, and started again later.</summary>
    HostKilled,

    /// <summary>All its threads stand still, then go on as if nothing had been.</summary>
    HostFrozen,

    /// <summary>
    /// Asked to end, and started again over its files. Not killed: Azurite writes its files every few seconds, so a kill would take back
    /// what it had acknowledged, which Azure's storage never does.
    /// </summary>
    StoreStopped,

    /// <summary>Takes connections and answers none.</summary>
    StoreFrozen,

    /// <summary>A third of the writes that can come too late are told that they do, and are not done.</summary>
    StoreConflicts,

    /// <summary>A third of the writes are done and look as if they had failed, so that who tries again meets the own row.</summary>
    StoreAnswersLost,

    /// <summary>A third of all requests are not done.</summary>
    StoreBusy,
    HubSpotSlow,
    HubSpotErrors,
    HubSpotHalfAnswers,
    HubSpotWrongJson,
    HubSpotLimits,
    HubSpotRefuses,
    ChannelsFail,
    ChannelsHang,

    /// <summary>The host is started with a clock that is late, and later with the right one.</summary>
    ClockBehind,
    ClockAhead,

    /// <summary>As by a power failure. What it had acknowledged it has again later, as Service Bus has.</summary>
    BrokerKilled,
    BrokerFrozen,

    /// <summary>Another host on the same store and bus, with the same timers, and every webhook comes to both; then it is asked to end.</summary>
    SecondHost,
}

/// <summary>One thing that goes wrong for a while.</summary>
/// <param name="Kind">What.</param>
/// <param name="Lasts">In real time.</param>
/// <param name="ClockError">In the host's own time; used by the faults of the clock.</param>
/// <param name="PauseAfter">In real time, after all is well again.</param>
internal sealed record Fault(FaultKind Kind, TimeSpan Lasts, TimeSpan ClockError, TimeSpan PauseAfter)
{
    /// <summary>Faults without end: every kind comes once, in any order, before one comes again.</summary>
    /// <param name="seed">The same faults come of the same seed.</param>
    /// <param name="hasBroker">Whether there is one to go wrong.</param>
    public static IEnumerable<Fault> Draw(int seed, bool hasBroker)
    {
        var random = new Random(seed);
        FaultKind[] kinds =
            [.. Enum.GetValues<FaultKind>().Where(kind => hasBroker || kind is not (FaultKind.BrokerKilled or FaultKind.BrokerFrozen))];
        while (true)
        {
            random.Shuffle(kinds);
            foreach (var kind in kinds)
            {
                var (lasts, minutes, pause) = (Seconds(1, 12), random.Next(10, 40), Seconds(1, 5));
                yield return new(kind, lasts, TimeSpan.FromMinutes(kind == FaultKind.ClockBehind ? -minutes : minutes), pause);
            }
        }

        TimeSpan Seconds(double from, double to) => TimeSpan.FromSeconds(from + ((to - from) * random.NextDouble()));
    }

    /// <summary>Makes it go wrong, waits, and puts it right.</summary>
    /// <param name="world">What goes wrong.</param>
    /// <param name="whileHostIsDead">Looks at what a kill left.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task InflictAsync(ChaosWorld world, Func<Task> whileHostIsDead, CancellationToken cancellationToken) => Kind switch
    {
        FaultKind.HostKilled => KillHostAsync(world, whileHostIsDead, cancellationToken),
        FaultKind.HostFrozen => FreezeAsync(world.Host.FreezeAsync, world.Host.ThawAsync, cancellationToken),
        FaultKind.StoreStopped => StopStoreAsync(world, cancellationToken),
        FaultKind.StoreFrozen => FreezeAsync(world.Store.FreezeAsync, world.Store.ThawAsync, cancellationToken),
        FaultKind.StoreConflicts => MisleadAsync(world.WayToStore, ProxyFault.Conflicts, cancellationToken),
        FaultKind.StoreAnswersLost => MisleadAsync(world.WayToStore, ProxyFault.AnswersLost, cancellationToken),
        FaultKind.StoreBusy => MisleadAsync(world.WayToStore, ProxyFault.Busy, cancellationToken),
        FaultKind.HubSpotSlow => MisleadAsync(world.HubSpot, ProxyFault.Slow, cancellationToken),
        FaultKind.HubSpotErrors => MisleadAsync(world.HubSpot, ProxyFault.Errors, cancellationToken),
        FaultKind.HubSpotHalfAnswers => MisleadAsync(world.HubSpot, ProxyFault.Half, cancellationToken),
        FaultKind.HubSpotWrongJson => MisleadAsync(world.HubSpot, ProxyFault.WrongJson, cancellationToken),
        FaultKind.HubSpotLimits => MisleadAsync(world.HubSpot, ProxyFault.Limits, cancellationToken),
        FaultKind.HubSpotRefuses => MisleadAsync(world.HubSpot, ProxyFault.Refuses, cancellationToken),
        FaultKind.ChannelsFail => MisleadAsync(world.Channels, ProxyFault.Errors, cancellationToken),
        FaultKind.ChannelsHang => MisleadAsync(world.Channels, ProxyFault.Slow, cancellationToken),
        FaultKind.ClockBehind or FaultKind.ClockAhead => SetClockAsync(world, cancellationToken),
        FaultKind.BrokerKilled => KillBrokerAsync(world.Broker!, cancellationToken),
        FaultKind.BrokerFrozen => FreezeAsync(world.Broker!.FreezeAsync, world.Broker!.ThawAsync, cancellationToken),
        FaultKind.SecondHost => RunSecondHostAsync(world, cancellationToken),
        _ => throw new InvalidOperationException($"{Kind} is not known."),
    };

    private async Task KillHostAsync(ChaosWorld world, Func<Task> whileDead, CancellationToken cancellationToken)
    {
        await world.Host.DisposeAsync();
        await whileDead();
        await Task.Delay(Lasts, cancellationToken);
        world.StartHost();
    }

    private async Task FreezeAsync(Func<Task> freeze, Func<Task> thaw, CancellationToken cancellationToken)
    {
        await freeze();
        await Task.Delay(Lasts, cancellationToken);
        await thaw();
    }

    private async Task StopStoreAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        await world.Store.EndAsync("INT");
        await world.Store.DisposeAsync();
        await Task.Delay(Lasts, cancellationToken);
        await world.StartStoreAsync(cancellationToken);
    }

    private async Task KillBrokerAsync(RabbitMqBroker broker, CancellationToken cancellationToken)
    {
        await broker.KillAsync();
        await Task.Delay(Lasts, cancellationToken);
        await broker.StartAsync(cancellationToken);
    }

    // Slow is a little beyond what the host waits for at the longest, or well below.
    private async Task MisleadAsync(FaultyProxy proxy, ProxyFault fault, CancellationToken cancellationToken)
    {
        (proxy.Delay, proxy.Fault) = (Lasts, fault);
        await Task.Delay(Lasts, cancellationToken);
        proxy.Fault = ProxyFault.None;
    }

    private async Task RunSecondHostAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        await world.StartSecondHostAsync(cancellationToken);
        await Task.Delay(Lasts, cancellationToken);
        await world.EndSecondHostAsync();
    }

    private async Task SetClockAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        await RestartAsync(ClockError);
        await Task.Delay(Lasts + TimeSpan.FromSeconds(3), cancellationToken);
        await RestartAsync(TimeSpan.Zero);

        async Task RestartAsync(TimeSpan error)
        {
            await world.Host.DisposeAsync();
            world.ClockError = error;
            world.StartHost();
        }
    }
}
