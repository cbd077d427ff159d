using HubSpotMonitor.Local.Inbox;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Local.Simulation;

namespace HubSpotMonitor.Local;

/// <summary>One run: starts the parts in the order in which they need each other, and stops them in the opposite order.</summary>
internal sealed class LocalRun(LocalOptions options, TextWriter output, TextWriter error, TimeProvider time)
{
    private readonly Lock _lock = new();

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await StartAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Say("Stopped.");
            return 0;
        }
    }

    private async Task<int> StartAsync(CancellationToken cancellationToken)
    {
        var place = HostPlace.Of(options.Port, options.Real ? HostSettings.OwnUrls() : null);
        var address = place.Address;
        await Requirements.CheckNodeAsync(cancellationToken);
        Requirements.CheckPort(place);
        using var data = DataDirectory.Take(options.RunDirectory);

        await using var azurite = await AzuriteServer.StartAsync(Path.Combine(data.Path, "azurite"), Say, cancellationToken);
        Ready("Azurite", azurite.Address);
        await using var world = options.Real ? null : await SimulatedWorld.StartAsync(options, time, cancellationToken);
        if (world is not null)
            Ready("HubSpot", world.HubSpot.Address, $"simulated, {world.Account.Name} ({world.Account.Id})");
        await using var inbox = await InboxServer.StartAsync((TimeProvider?)world?.Clock ?? time, cancellationToken);
        Ready("Inbox", inbox.Address);

        var settings = world is null
            ? HostSettings.ForRealAccount(place, azurite.ConnectionString, inbox.Address)
            : HostSettings.ForSimulation(address, azurite.ConnectionString, world, inbox.Address);
        if (options.Connect && world is not null)
            HostSettings.AddOAuth(settings, address, world);
        if (options.Bus is { } bus)
            HostSettings.AddBus(settings, bus);
        await using var host = HostProcess.Start(address, settings, Complain);
        if (!await host.AnswersAsync(cancellationToken))
            return Stopping("host", await host.Exited);
        Ready("Host", address, place.Urls is { } urls ? $"listens at {urls}" : null);
        Say($"Dashboard: {address}");
        Say($"Inbox: {new Uri(inbox.Address, "inbox")}");
        if (options.Connect && world is not null)
            Say($"Connect the account: {new Uri(address, $"connect?portal={world.Account.Id}")}");
        return await WatchAsync(azurite, host, world, cancellationToken);
    }

    /// <summary>Until Ctrl-C, or until a part ends by itself.</summary>
    private async Task<int> WatchAsync(AzuriteServer azurite, HostProcess host, SimulatedWorld? world, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ended = Task.WhenAny(host.Exited, azurite.Exited);
        var story = world is null ? Task.CompletedTask : TellAsync(world, host, stop.Token);
        try
        {
            // The story may end, or fail, long before a part does.
            if (await Task.WhenAny(ended, story).WaitAsync(cancellationToken) == story)
                await story;
            await ended.WaitAsync(cancellationToken);
            return host.Exited.IsCompleted ? Stopping("host", await host.Exited) : Stopping("storage (Azurite)", await azurite.Exited);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Say("Stopping.");
            throw;
        }
        finally
        {
            await stop.CancelAsync();
            // The host must not go while something is still being sent to it.
            await story.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TellAsync(SimulatedWorld world, HostProcess host, CancellationToken cancellationToken)
    {
        if (world.NeedsHistory)
        {
            await new HistoryImport(host.Address, Say).SendAsync(world.History(), cancellationToken);
            world.HistoryIsSent();
        }
        var teller = new Storyteller(world.Clock, world.Account);
        Say($"Scenario: {world.Run.Scenario.Name}. {world.Run.Scenario.Story}");
        Say($"It is {teller.Time(world.Clock.GetUtcNow())} in the account, and a real second is {world.Clock.Speed:0.#} simulated ones. Ctrl-C stops.");
        using var webhooks = world.Webhooks(host.Address, Say);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = webhooks.RunAsync(world.Clock, world.Clock.Start, stop.Token);
        try
        {
            var telling = teller.TellAsync(world.Run, Say, stop.Token);
            // Told to the end, the story is over long before the last event is sent.
            await await Task.WhenAny(telling, sending);
            await sending;
        }
        finally
        {
            await stop.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var counts = webhooks.Counts;
            Say($"Webhooks: {counts.Sent:N0} events sent, {counts.Acknowledged:N0} acknowledged, {counts.GivenUp:N0} given up.");
        }
    }

    private int Stopping(string part, int code)
    {
        Complain($"The {part} stopped with code {code}. Stopping the rest.");
        return 1;
    }

    private void Ready(string part, Uri address, string? note = null) =>
        Say($"{part,-8} {address,-26} ready{(note is null ? "" : $" ({note})")}");

    private void Say(string line) => Write(output, line);

    private void Complain(string line) => Write(error, line);

    private void Write(TextWriter writer, string line)
    {
        lock (_lock)
        {
            writer.WriteLine(line);
            writer.Flush();
        }
    }
}
