using System.Globalization;
using System.Text.Json;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Benchmarks.Usage;

/// <summary>One series of the usage benchmark as counts, as the monitor would have made them.</summary>
public sealed record UsageSeries(string Name, AccountClock Clock, IReadOnlyList<Reading> Counts);

/// <summary>What happened in a series: planted, or legitimate and only looking like it.</summary>
public sealed record UsageEvent(string Type, DateTimeOffset Start, DateTimeOffset End);

/// <summary>The truth about one series. The detector never sees it.</summary>
public sealed record UsageTruth(DateTimeOffset WarmupEnd, DateTimeOffset End, IReadOnlyList<UsageEvent> Events);

/// <summary>Reads the usage benchmark's files.</summary>
public static class UsageCorpus
{
    private const long Portal = 1;

    public static IReadOnlyList<string> Names(string folder) =>
        [.. Directory.EnumerateFiles(Path.Combine(folder, "series"), "*.csv")
            .Select(path => Path.GetFileNameWithoutExtension(path)!)
            .Order(StringComparer.Ordinal)];

    public static UsageSeries Read(string folder, string name) => ReadFile(Path.Combine(folder, "series", name + ".csv"));

    /// <summary>A file of <c>timestamp,cumulative,limit</c> or <c>timestamp,count</c>.</summary>
    public static UsageSeries ReadFile(string path)
    {
        var lines = File.ReadAllLines(path);
        var rows = lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',')).ToList();
        var name = Path.GetFileNameWithoutExtension(path);
        return lines[0].Contains("cumulative", StringComparison.Ordinal) ? OfCounter(name, rows) : OfCounts(name, rows);
    }

    /// <returns>Null: there is none for this series.</returns>
    public static UsageTruth? ReadTruth(string folder, string name)
    {
        var path = Path.Combine(folder, "truth", name + ".json");
        if (!File.Exists(path)) return null;
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        var root = json.RootElement;
        var events = root.GetProperty("events").EnumerateArray()
            .Select(item => new UsageEvent(
                item.GetProperty("type").GetString()!,
                Instant(item.GetProperty("start").GetString()!),
                Instant(item.GetProperty("end").GetString()!)));
        return new(
            Instant(root.GetProperty("warmup_end").GetString()!),
            Instant(root.GetProperty("end").GetString()!),
            [.. events.OrderBy(item => item.Start)]);
    }

    private static UsageSeries OfCounter(string name, List<string[]> rows)
    {
        var counters = rows.Select(row => new Reading
        {
            Portal = Portal,
            Metric = Metric.UsageLive,
            At = Instant(row[0]),
            Value = Number(row[1]),
            Limit = row.Length > 2 ? Number(row[2]) : null,
        }).OrderBy(counter => counter.At).ToList();
        var clock = ResetClock.Find(counters);
        return new(name, clock, UsageCounter.Count(counters, clock));
    }

    // Counts without a counter say nothing of a zone: their day is taken to be UTC's. A row stands for the interval before it.
    private static UsageSeries OfCounts(string name, List<string[]> rows)
    {
        var points = rows.Select(row => (At: Instant(row[0]), Value: Number(row[1]))).DistinctBy(row => row.At).OrderBy(row => row.At).ToList();
        var steps = points.Zip(points.Skip(1), (one, next) => next.At - one.At).Order().ToList();
        var step = steps.Count == 0 ? TimeSpan.FromHours(1) : steps[steps.Count / 2];
        var counts = points.Select((point, index) => new Reading
        {
            Portal = Portal,
            Metric = Metric.Calls,
            At = point.At,
            Since = index > 0 && point.At - points[index - 1].At < step ? points[index - 1].At : point.At - step,
            Value = point.Value,
        });
        return new(name, AccountClock.Utc, [.. counts]);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset Instant(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
