using HubSpotMonitor.Benchmarks.Bus;
using HubSpotMonitor.Benchmarks.Day;
using HubSpotMonitor.Benchmarks.Posture;
using HubSpotMonitor.Benchmarks.Usage;
using HubSpotMonitor.Benchmarks.Webhooks;
using HubSpotMonitor.Detection.Series;

namespace HubSpotMonitor.Benchmarks.All;

/// <summary>The parts of the page, in its order: each measures and gives back the figures that stand at its place in the template.</summary>
internal sealed class PageParts(TextWriter output, TimeProvider time, PageSizes sizes, string? usage)
{
    private const int FourWeeks = 28;

    private static readonly TimeSpan QuarterOfAnHour = TimeSpan.FromMinutes(15);

    private static readonly DateTimeOffset Start = new(2019, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static IReadOnlyList<string> Names { get; } = ["webhooks", "poll", "detection", "fold", "pages", "bus", "start", "day"];

    public Task<string> MeasureAsync(string part, CancellationToken cancellationToken) => part switch
    {
        "webhooks" => WebhooksAsync(cancellationToken),
        "poll" => PollAsync(cancellationToken),
        "detection" => Task.FromResult(Detection()),
        "fold" => Task.FromResult(Fold()),
        "pages" => PagesAsync(cancellationToken),
        "bus" => BusAsync(cancellationToken),
        "start" => StartAsync(cancellationToken),
        "day" => DayAsync(cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "There is no such part."),
    };

    private async Task<string> WebhooksAsync(CancellationToken cancellationToken)
    {
        var benchmark = new WebhookBenchmark(output, time);
        var figures = await benchmark.MeasureAsync(sizes.Rounds, cancellationToken);
        return PageSections.Webhooks(figures, await benchmark.GrowAsync(sizes.Batches, cancellationToken));
    }

    private async Task<string> PollAsync(CancellationToken cancellationToken) =>
        PageSections.Poll(await new PollBenchmark(output, time).MeasureAsync(sizes.Portals, cancellationToken));

    private string Detection()
    {
        List<DetectionCost> costs = [];
        foreach (var days in sizes.Days)
        {
            var series = GeneratedUsage.Of(BenchmarkHost.Accounts(1)[0], Start, Start.AddDays(days));
            costs.Add(DetectionCost.Measure(series));
            output.WriteLine($"{days} days judged in {costs[^1].Whole.TotalSeconds:0.0} s");
        }
        List<SeriesMemory> memory = [];
        foreach (var count in sizes.Series)
        {
            memory.Add(Remember(count));
            output.WriteLine($"{count} series of {FourWeeks} days hold {memory[^1].Bytes / 1024:N0} KB");
        }
        return PageSections.Detection(costs, memory, usage is null ? null : UsageBenchmark.Score(usage));
    }

    private static SeriesMemory Remember(int count)
    {
        var series = BenchmarkHost.Accounts(count).Select(account => GeneratedUsage.Of(account, Start, Start.AddDays(FourWeeks)));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        CountDetector[] detectors = [.. series.Select(DetectionCost.Learn)];
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        return new(count, bytes, detectors.Sum(detector => detector.Save().Length));
    }

    private string Fold()
    {
        var benchmark = new FoldBenchmark(output, time);
        return PageSections.Fold(benchmark.Measure(sizes.Accounts), benchmark.Grow());
    }

    private async Task<string> PagesAsync(CancellationToken cancellationToken)
    {
        List<IReadOnlyList<PageFigures>> all = [];
        foreach (var portals in sizes.Watched) all.Add(await new PagesBenchmark(output, time).MeasureAsync(portals, cancellationToken));
        return PageSections.Pages(sizes.Watched, all);
    }

    private async Task<string> BusAsync(CancellationToken cancellationToken)
    {
        List<BusFigures> all = [];
        foreach (var messages in sizes.Messages) all.AddRange(await new BusBenchmark(output).RunAsync(messages, cancellationToken));
        return PageSections.Bus(all);
    }

    private async Task<string> StartAsync(CancellationToken cancellationToken) =>
        PageSections.Start(await new StartBenchmark(output, time).MeasureAsync(sizes.Rounds, sizes.Watched, cancellationToken));

    private async Task<string> DayAsync(CancellationToken cancellationToken)
    {
        var benchmark = new DayBenchmark(output, time);
        List<DayFigures> quarters = [];
        foreach (var portals in sizes.DayPortals) quarters.Add(await benchmark.MeasureAsync(portals, QuarterOfAnHour, cancellationToken));
        return PageSections.Day(await benchmark.MeasureAsync(1, TimeSpan.FromHours(sizes.Hours), cancellationToken), quarters);
    }
}

/// <param name="Series">How many detectors.</param>
/// <param name="Bytes">That they hold in memory.</param>
/// <param name="Saved">Bytes of their saved states.</param>
internal sealed record SeriesMemory(int Series, long Bytes, long Saved);
