using System.Globalization;
using System.Text.Json;

namespace HubSpotMonitor.Benchmarks.Usage;

/// <summary>Runs the detector over a folder of usage series and, where the truth is there, says how well it did.</summary>
internal sealed class UsageBenchmark(TextWriter output)
{
    public int Run(string data, string file)
    {
        var runs = UsageCorpus.Names(data).AsParallel().AsOrdered()
            .Select(name => (Name: name, Series: UsageCorpus.Read(data, name)))
            .Select(one => (one.Name, one.Series, Alerts: UsageRun.Alerts(one.Series))).ToList();
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder) Directory.CreateDirectory(folder);
        File.WriteAllLines(
            file, runs.SelectMany(run => run.Alerts).Select(alert => JsonSerializer.Serialize(alert, UsageAlertJson.Default.UsageAlert)));
        output.WriteLine(
            $"{runs.Count} series, {runs.Sum(run => run.Series.Counts.Count)} counts, {runs.Sum(run => run.Alerts.Count)} alerts written to {file}");
        var scored = runs.Select(run => (run.Series, Truth: UsageCorpus.ReadTruth(data, run.Name), run.Alerts)).Where(run => run.Truth is not null)
            .Select(run => (run.Series, Score: UsageScorer.Score(run.Truth!, run.Alerts))).ToList();
        if (scored.Count > 0) Tell(scored);
        return 0;
    }

    /// <summary>The detector over a folder of series with their truth.</summary>
    public static UsageTotals Score(string data)
    {
        var scores = UsageCorpus.Names(data).AsParallel().AsOrdered()
            .Select(name => UsageScorer.Score(UsageCorpus.ReadTruth(data, name)!, UsageRun.Alerts(UsageCorpus.Read(data, name)))).ToList();
        var found = scores.SelectMany(score => score.Found).ToList();
        return new(
            scores.Count,
            found.Count(one => one.First is not null),
            found.Count,
            scores.Sum(score => score.FalseAlerts.Count) / scores.Sum(score => score.Weeks));
    }

    private void Tell(List<(UsageSeries Series, UsageScore Score)> runs)
    {
        var found = runs.SelectMany(run => run.Score.Found.Select(pair => (run.Series, pair.Event, pair.First))).ToList();
        Say($"{"event",-18} {"found",9} {"share",7} {"median delay",14} {"in counts",10}");
        foreach (var group in found.GroupBy(item => item.Event.Type).OrderBy(group => group.Key, StringComparer.Ordinal)) Tell(group.Key, [.. group]);
        Tell("all", found);
        var (wrong, weeks) = (runs.Sum(run => run.Score.FalseAlerts.Count), runs.Sum(run => run.Score.Weeks));
        Say($"false alerts {wrong} in {weeks:0.0} app-weeks: {wrong / weeks:0.00} per app-week");
        var quiet = runs.Where(run => run.Score.Found.Count == 0).ToList();
        if (quiet.Count > 0)
            Say($"of these on {quiet.Count} series without an event: {quiet.Sum(run => run.Score.FalseAlerts.Count) / quiet.Sum(run => run.Score.Weeks):0.00} per app-week");
        foreach (var kind in runs.SelectMany(run => run.Score.FalseAlerts).GroupBy(alert => alert.Class).OrderByDescending(group => group.Count()))
            Say($"  {kind.Key,-18} {kind.Count(),4}");
    }

    private void Tell(string type, List<(UsageSeries Series, UsageEvent Event, UsageAlert? First)> events)
    {
        var hits = events.Where(item => item.First is not null).ToList();
        var delays = hits.Select(item => item.First!.Start - item.Event.Start).Order().ToList();
        var counts = hits
            .Select(item => item.Series.Counts.Count(count => count.At > item.Event.Start && count.At <= item.First!.Start))
            .Order()
            .ToList();
        var (delay, samples) = hits.Count == 0 ? ("", "") : ($"{delays[delays.Count / 2].TotalHours:0.0} h", $"{counts[counts.Count / 2]}");
        Say($"{type,-18} {$"{hits.Count}/{events.Count}",9} {100d * hits.Count / events.Count,5:0.0} % {delay,14} {samples,10}");
    }

    private void Say(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

/// <param name="Series">How many were judged.</param>
/// <param name="Found">Of the events.</param>
/// <param name="Events">Planted in them.</param>
/// <param name="FalseAlerts">For an app and week.</param>
internal sealed record UsageTotals(int Series, int Found, int Events, double FalseAlerts);
