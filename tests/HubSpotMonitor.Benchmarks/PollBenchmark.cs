using System.Globalization;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Local.Simulation;

namespace HubSpotMonitor.Benchmarks;

/// <summary>How long one poll of all portals takes, and what it costs, as the number of portals grows.</summary>
internal sealed class PollBenchmark(TextWriter output, TimeProvider time)
{
    private const int TimedPolls = 5;

    /// <summary>More portals than these are polled once, without a poll before it: five of them take an hour's quarter.</summary>
    private const int PolledOnceAbove = 1000;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(int portals, CancellationToken cancellationToken)
    {
        Say(Machine.Line(time));
        var figures = await MeasureAsync([.. new[] { 1, 20, portals }.Distinct().Order()], cancellationToken);
        Tell(figures);
        return figures.All(row => row.IsWhole) ? 0 : 1;
    }

    /// <summary>One after the other, each with everything new, so that no run finds the rows or the memory of the one before.</summary>
    public async Task<IReadOnlyList<PollFigures>> MeasureAsync(IEnumerable<int> portals, CancellationToken cancellationToken)
    {
        List<PollFigures> figures = [];
        foreach (var count in portals) figures.Add(await MeasureAsync(count, cancellationToken));
        return figures;
    }

    private async Task<PollFigures> MeasureAsync(int portals, CancellationToken cancellationToken)
    {
        var accounts = BenchmarkHost.Accounts(portals);
        await using var azurite = await AzuriteServer.StartAsync(null, Say, cancellationToken);
        await using var hubSpot = await SimulatedHubSpot.StartAsync(accounts, [], time, cancellationToken);
        await using var host = await BenchmarkHost.StartAsync(azurite.ConnectionString, hubSpot.Address, accounts, cancellationToken);

        var (callsBefore, processorBefore) = (hubSpot.Requests, host.Process.ProcessorTime);
        var (first, isWhole) = await PollAsync(host, cancellationToken);
        Say($"{portals} portals: first poll {Text(first)}{(isWhole ? "" : ", which is all the time that a run has")}");
        List<TimeSpan> polls = [];
        if (portals <= PolledOnceAbove) (callsBefore, processorBefore) = (hubSpot.Requests, host.Process.ProcessorTime);
        else polls.Add(first);
        while (portals <= PolledOnceAbove && polls.Count < TimedPolls)
        {
            var (took, ended) = await PollAsync(host, cancellationToken);
            polls.Add(took);
            isWhole &= ended;
            Say($"{portals} portals: poll {polls.Count} of {TimedPolls} {Text(took)}");
        }
        var (calls, processor) = (hubSpot.Requests - callsBefore, host.Process.ProcessorTime - processorBefore);
        return new(portals, isWhole, first, [.. polls.Order()], calls / polls.Count, processor / polls.Count, host.Process.PeakMemoryMegabytes);
    }

    private async Task<(TimeSpan Took, bool IsWhole)> PollAsync(BenchmarkHost host, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var isWhole = await host.PollAsync(cancellationToken);
        return (time.GetElapsedTime(started), isWhole);
    }

    private void Tell(IReadOnlyList<PollFigures> figures)
    {
        Say("");
        Say($"One poll of all portals, of {TimedPolls} after a first one:");
        Say($"{"portals",8} {"first",9} {"min",9} {"median",9} {"max",9} {"host CPU",9} {"HubSpot calls",14} {"peak memory",12}");
        foreach (var row in figures)
            Say($"{row.Portals,8} {Text(row.First),9} {Text(row.Polls[0]),9} {Text(row.Median),9} {Text(row.Polls[^1]),9} {Text(row.ProcessorTime),9} {row.Calls,14} {row.PeakMegabytes,9:N0} MB");
    }

    private static string Text(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:N0} ms");

    private void Say(string line) => output.WriteLine(line);
}

/// <param name="Portals">How many were to be polled at once.</param>
/// <param name="IsWhole">Whether each poll ended before its time did.</param>
/// <param name="First">The first poll of the process.</param>
/// <param name="Polls">Those that count, shortest first.</param>
/// <param name="Calls">To HubSpot, in one poll.</param>
/// <param name="ProcessorTime">Of the host, in one poll.</param>
/// <param name="PeakMegabytes">Of the host, over its life.</param>
internal sealed record PollFigures(
    int Portals, bool IsWhole, TimeSpan First, IReadOnlyList<TimeSpan> Polls, int Calls, TimeSpan ProcessorTime, double PeakMegabytes)
{
    public TimeSpan Median => Polls[Polls.Count / 2];
}
