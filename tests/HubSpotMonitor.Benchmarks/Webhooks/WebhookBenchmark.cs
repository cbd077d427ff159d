using System.Globalization;
using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Benchmarks.Webhooks;

/// <summary>
/// How fast events are read, and how fast they are stored: by us over HTTP, by the bare client of the store, and by a server in Node.
/// The three take turns with the same events, each in tables of its own, so that a noisy machine is the same noise for all.
/// </summary>
internal sealed class WebhookBenchmark(TextWriter output, TimeProvider time)
{
    private const int BatchesInRound = 200;
    private const int WarmUpBatches = 300;
    private const int PacedBatches = 400;

    private static readonly int[] BareConcurrency = [1, 2, 4, 8];

    private readonly EventLoad _load = new(time.GetUtcNow() - TimeSpan.FromHours(2));

    private int _sent;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        Say(Machine.Line(time));
        var figures = await MeasureAsync(rounds, cancellationToken);
        Tell(figures);
        return figures.IsWhole ? 0 : 1;
    }

    public async Task<WebhookFigures> MeasureAsync(int rounds, CancellationToken cancellationToken)
    {
        Say("Verifying, parsing and mapping");
        var reading = new ReadingBenchmark(time).Run(rounds);
        await using var azurite = await AzuriteServer.StartAsync(null, Say, cancellationToken);
        await using var host = await WebhookHost.StartAsync(azurite.ConnectionString, cancellationToken);
        await using var peer = await PeerServer.StartAsync(azurite.ConnectionString, Say, cancellationToken);
        using var toHost = new WebhookLoad(host, time);
        using var toPeer = new WebhookLoad(peer, time);
        var bare = new BareStore(azurite.ConnectionString, time);
        await bare.CreateAsync(cancellationToken);

        await RoundAsync(0, bare, BareConcurrency[^1], toHost, toPeer, WarmUpBatches, cancellationToken);
        var concurrency = await BestAsync(bare, cancellationToken);
        List<WebhookRound> all = [];
        for (var round = 1; round <= rounds; round++)
        {
            all.Add(await RoundAsync(round, bare, concurrency, toHost, toPeer, BatchesInRound, cancellationToken));
            Say($"round {round} of {rounds}: bare {all[^1].Bare.PerSecond:N0}, ours {all[^1].Ours.PerSecond:N0}, peer {all[^1].Peer.PerSecond:N0} events/s");
        }
        var half = Spread.Median(all, round => round.Ours.PerSecond) / 2;
        var paced = _load.Next(PacedBatches);
        var answers = await toHost.RunPacedAsync(paced, half, cancellationToken);
        var peerAnswers = await toPeer.RunPacedAsync(paced, half, cancellationToken);
        _sent += PacedBatches * EventLoad.Batch;

        var (stored, counted, peers) = (
            await bare.CountAsync(WebhookHost.Table, cancellationToken),
            await bare.SumCountsAsync(WebhookHost.Table, cancellationToken),
            await bare.CountAsync(PeerServer.Table, cancellationToken));
        return new(reading, all, concurrency, half, answers, peerAnswers, _sent, stored, counted, peers);
    }

    /// <summary>So many batches sent to a host with empty tables, one after the other: each finds the rows of those before.</summary>
    public async Task<IReadOnlyList<LoadFigures>> GrowAsync(IEnumerable<int> batches, CancellationToken cancellationToken)
    {
        await using var azurite = await AzuriteServer.StartAsync(null, Say, cancellationToken);
        await using var host = await WebhookHost.StartAsync(azurite.ConnectionString, cancellationToken);
        using var load = new WebhookLoad(host, time);
        await load.RunAsync(_load.Next(BatchesInRound), cancellationToken);
        List<LoadFigures> all = [];
        foreach (var number in batches)
        {
            all.Add(await load.RunAsync(_load.Next(number), cancellationToken));
            Say($"{all[^1].Events:N0} events in {all[^1].Elapsed.TotalSeconds:0.0} s");
        }
        return all;
    }

    private async Task<int> BestAsync(BareStore bare, CancellationToken cancellationToken)
    {
        var elapsed = BareConcurrency.ToDictionary(concurrency => concurrency, _ => TimeSpan.Zero);
        // There and back, so that a machine that gets busier favours none.
        foreach (var concurrency in BareConcurrency.Concat(BareConcurrency.Reverse()))
            elapsed[concurrency] += (await bare.RunAsync(_load.Next(BatchesInRound / 2), concurrency, cancellationToken)).Elapsed;
        foreach (var (concurrency, took) in elapsed)
            Say($"bare, {concurrency} at a time: {BatchesInRound * EventLoad.Batch / took.TotalSeconds:N0} events/s");
        return elapsed.MinBy(one => one.Value).Key;
    }

    private async Task<WebhookRound> RoundAsync(
        int round, BareStore bare, int concurrency, WebhookLoad toHost, WebhookLoad toPeer, int batches, CancellationToken cancellationToken)
    {
        var bodies = _load.Next(batches);
        _sent += batches * EventLoad.Batch;
        Func<Task<LoadFigures>>[] all =
        [
            () => bare.RunAsync(bodies, concurrency, cancellationToken),
            () => toHost.RunAsync(bodies, cancellationToken),
            () => toPeer.RunAsync(bodies, cancellationToken),
        ];
        var figures = new LoadFigures[all.Length];
        // Another one begins each time: whoever comes first finds the store at work for whoever came last.
        foreach (var which in Enumerable.Range(round, all.Length).Select(turn => turn % all.Length)) figures[which] = await all[which]();
        return new(figures[0], figures[1], figures[2]);
    }

    private void Tell(WebhookFigures figures)
    {
        var (reading, rounds) = (figures.Reading, figures.Rounds);
        Say("");
        Say($"Verify, parse and map, batches of {EventLoad.Batch}, {reading[0].Size:N0} bytes an event, one thread, median of {reading.Count}:");
        Say($"{Spread.Median(reading, one => one.PerSecond):N0} events/s, {Spread.Median(reading, one => one.PerProcessorSecond):N0} events/s of processor, {Spread.Median(reading, one => one.Allocated):N0} bytes allocated per event");
        Say("");
        Say($"Stored through one Azurite, {BatchesInRound} batches of {EventLoad.Batch} a round, median of {rounds.Count}; answers at {figures.Half:N0} events/s:");
        Say($"{"",-28} {"events/s",10} {"of bare",8} {"per CPU s",10} {"of peer",8} {"p50",8} {"p99",8} {"max",8}");
        Say($"{$"bare, {figures.BareConcurrency} at a time",-28} {Spread.Median(rounds, round => round.Bare.PerSecond),10:N0} {"",8} {Spread.Median(rounds, round => round.Bare.PerProcessorSecond),10:N0}");
        Row($"ours, {WebhookLoad.Concurrency} at a time", rounds, round => round.Ours, figures.Answers);
        Row($"peer in Node, {WebhookLoad.Concurrency} at a time", rounds, round => round.Peer, figures.PeerAnswers);
        Say($"rows: {figures.Sent:N0} events sent; ours stored {figures.Stored:N0} and counted {figures.Counted:N0}, peer stored {figures.PeerStored:N0}");
    }

    // Ratios within each round, since the machine differs from round to round.
    private void Row(
        string name, IReadOnlyList<WebhookRound> rounds, Func<WebhookRound, LoadFigures> of, IReadOnlyList<TimeSpan> answers) =>
        Say(string.Create(CultureInfo.InvariantCulture,
            $"{name,-28} {Spread.Median(rounds, round => of(round).PerSecond),10:N0} {Spread.Median(rounds, round => of(round).PerSecond / round.Bare.PerSecond),8:P0} {Spread.Median(rounds, round => of(round).PerProcessorSecond),10:N0} {Spread.Median(rounds, round => of(round).PerProcessorSecond / round.Peer.PerProcessorSecond),7:N2}x {Text(answers, 0.5),8} {Text(answers, 0.99),8} {Text(answers, 1),8}"));

    private static string Text(IReadOnlyList<TimeSpan> sorted, double share) =>
        string.Create(CultureInfo.InvariantCulture, $"{Spread.At(sorted, share).TotalMilliseconds:N0} ms");

    private void Say(string line) => output.WriteLine(line);
}
