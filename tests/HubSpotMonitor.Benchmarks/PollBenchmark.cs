using System.Globalization;
using System.Runtime.InteropServices;
using HubSpotMonitor.Local.Parts;
using HubSpotMonitor.Local.Simulation;

namespace HubSpotMonitor.Benchmarks;

/// <summary>How long one poll of all portals takes, and what it costs, as the number of portals grows.</summary>
internal sealed class PollBenchmark(TextWriter output, TimeProvider time)
{
    private const int TimedPolls = 5;

    private readonly List<PollFigures> _figures = [];

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(int portals, CancellationToken cancellationToken)
    {
        Say($"{time.GetUtcNow():yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");
        foreach (var count in new[] { 1, 20, portals }.Distinct().Order())
            _figures.Add(await MeasureAsync(count, cancellationToken));
        Tell();
        return 0;
    }

    // Everything is new for every size, so that no run finds the rows or the memory of the one before.
    private async Task<PollFigures> MeasureAsync(int portals, CancellationToken cancellationToken)
    {
        SimulatedAccount[] accounts = [.. Enumerable.Range(1, portals).Select(Account)];
        await using var azurite = await AzuriteServer.StartAsync(null, Say, cancellationToken);
        await using var hubSpot = await SimulatedHubSpot.StartAsync(accounts, [], time, cancellationToken);
        await using var host = await BenchmarkHost.StartAsync(azurite.ConnectionString, hubSpot.Address, accounts, cancellationToken);

        var warmUp = await PollAsync(host, cancellationToken);
        Say($"{portals} portals: warm-up {warmUp.TotalMilliseconds:N0} ms");
        var (callsBefore, processorBefore) = (hubSpot.Requests, host.Process.ProcessorTime);
        List<TimeSpan> polls = [];
        for (var poll = 1; poll <= TimedPolls; poll++)
        {
            polls.Add(await PollAsync(host, cancellationToken));
            Say($"{portals} portals: poll {poll} of {TimedPolls} {polls[^1].TotalMilliseconds:N0} ms");
        }
        return new(portals, warmUp, [.. polls.Order()], (hubSpot.Requests - callsBefore) / TimedPolls, (host.Process.ProcessorTime - processorBefore) / TimedPolls, host.Process.PeakMemoryMegabytes);
    }

    private async Task<TimeSpan> PollAsync(BenchmarkHost host, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await host.PollAsync(cancellationToken);
        return time.GetElapsedTime(started);
    }

    private static SimulatedAccount Account(int number) => new(1_000_000 + number, $"Account {number}", $"pat-na1-00000000-0000-4000-8000-{number:D12}", number);

    private void Tell()
    {
        Say("");
        Say($"One poll of all portals, of {TimedPolls} after a warm-up:");
        Say($"{"portals",8} {"first",9} {"min",9} {"median",9} {"max",9} {"host CPU",9} {"HubSpot calls",14} {"peak memory",12}");
        foreach (var row in _figures)
            Say($"{row.Portals,8} {Text(row.WarmUp),9} {Text(row.Polls[0]),9} {Text(row.Polls[row.Polls.Count / 2]),9} {Text(row.Polls[^1]),9} {Text(row.ProcessorTime),9} {row.Calls,14} {row.PeakMegabytes,9:N0} MB");
    }

    private static string Text(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:N0} ms");

    private void Say(string line) => output.WriteLine(line);

    /// <param name="Portals">How many were polled at once.</param>
    /// <param name="WarmUp">The first poll of the process.</param>
    /// <param name="Polls">The others, shortest first.</param>
    /// <param name="Calls">To HubSpot, in one poll.</param>
    /// <param name="ProcessorTime">Of the host, in one poll.</param>
    /// <param name="PeakMegabytes">Of the host, over its life.</param>
    private sealed record PollFigures(int Portals, TimeSpan WarmUp, IReadOnlyList<TimeSpan> Polls, int Calls, TimeSpan ProcessorTime, double PeakMegabytes);
}
