using System.Globalization;
using HubSpotMonitor.Benchmarks.Bus;
using HubSpotMonitor.Benchmarks.Day;
using HubSpotMonitor.Benchmarks.Posture;
using HubSpotMonitor.Benchmarks.Usage;
using HubSpotMonitor.Benchmarks.Webhooks;

namespace HubSpotMonitor.Benchmarks.All;

/// <summary>Figures as the page tells them.</summary>
internal static class PageSections
{
    private const int CallsAPoll = 2;
    private const double Kilobyte = 1024;

    private const string Azurite =
        "Azurite looks at every row of a table to answer a question about a few, so that each question costs the more the more rows there are; Azure's tables go to the partition at once. "
        + "What grows with the product's own work is the host's processor time.";

    public static string Webhooks(WebhookFigures figures, IReadOnlyList<LoadFigures> growth)
    {
        var (reading, rounds) = (figures.Reading, figures.Rounds);
        var table = MarkdownTable.Of(
            ["", "events/s", "of bare", "events per second of its processor", "of the peer", "answer at half load: median", "99 %"],
            [
                [
                    "verify, parse, map; no I/O, one core",
                    Count(Spread.Median(reading, one => one.PerSecond)), "",
                    Count(Spread.Median(reading, one => one.PerProcessorSecond)), "", "", "",
                ],
                [
                    $"bare, {figures.BareConcurrency} at a time",
                    Count(Spread.Median(rounds, one => one.Bare.PerSecond)), "",
                    Count(Spread.Median(rounds, one => one.Bare.PerProcessorSecond)), "", "", "",
                ],
                Receiver($"**the host**, {WebhookLoad.Concurrency} requests at a time", rounds, one => one.Ours, figures.Answers),
                Receiver($"the peer, {WebhookLoad.Concurrency} requests at a time", rounds, one => one.Peer, figures.PeerAnswers),
            ]);
        return string.Join("\n\n",
            table,
            Text($"Median of {rounds.Count}; an event has {reading[0].Size:N0} bytes and {Spread.Median(reading, one => one.Allocated):N0} are allocated to read it; half load is {figures.Half:N0} events a second. ")
            + Text($"Of {figures.Sent:N0} events sent to each, the host stored {figures.Stored:N0} and counted {figures.Counted:N0}, the peer stored {figures.PeerStored:N0}."),
            "How the host's cost grows, into tables that keep what came before:",
            Growth.Table("events", "seconds", [.. growth.Select(one => new GrowthPoint(one.Events, one.Elapsed.TotalSeconds))],
                "the host waits for Azurite, whose one thread keeps ever more rows; whether its own work grows so is told by its processor time in the next table."),
            Growth.Table("events", "processor seconds of the host",
                [.. growth.Select(one => new GrowthPoint(one.Events, one.ProcessorTime.TotalSeconds))]));
    }

    public static string Poll(IReadOnlyList<PollFigures> figures)
    {
        var rows = figures.Select(row => (IReadOnlyList<string>)
        [
            Count(row.Portals),
            Seconds(row.Median),
            row.Polls.Count == 1 ? "the first and only one" : $"median of {row.Polls.Count}",
            Seconds(row.ProcessorTime),
            Count(row.Calls),
            Text($"{row.PeakMegabytes:N0} MB"),
        ]);
        List<string> blocks =
            [MarkdownTable.Of(["portals", "one poll of all", "", "host's processor time", "calls to HubSpot", "host's peak memory"], rows)];
        foreach (var row in figures.Where(row => !row.IsWhole))
            blocks.Add(Text($"The poll of {row.Portals:N0} was ended by the four minutes that a run has, after {row.Calls / CallsAPoll:N0} of them. So many are for the queue ([scale.md](scale.md))."));
        blocks.Add(Growth.Table("portals", "seconds", Points(row => row.Median.TotalSeconds), Azurite));
        blocks.Add(Growth.Table("portals", "processor seconds of the host", Points(row => row.ProcessorTime.TotalSeconds)));
        return string.Join("\n\n", blocks);

        List<GrowthPoint> Points(Func<PollFigures, double> cost) =>
            [.. figures.Select(row => new GrowthPoint((double)row.Calls / CallsAPoll, cost(row)))];
    }

    public static string Detection(IReadOnlyList<DetectionCost> costs, IReadOnlyList<SeriesMemory> memory, UsageTotals? scores)
    {
        var (cost, most) = (costs[^1], memory[^1]);
        return string.Join("\n\n",
            MarkdownTable.Of(["", ""],
            [
                ["counts judged on one core, fits left out", Text($"{cost.PerSecond:N0} a second")],
                ["a fit, once a day",
                    Text($"median {cost.Fit.TotalMilliseconds:0.0} ms, the slowest of {cost.Fits:N0} {cost.SlowestFit.TotalMilliseconds:0.0} ms")],
                ["memory of a series", Text($"{most.Bytes / Kilobyte / most.Series:0.0} KB")],
                ["its saved state", Text($"{most.Saved / Kilobyte / most.Series:0.0} KB")],
                ["events found, false alerts", scores is null
                    ? "measured by `report`: [detection.md](detection.md)"
                    : Text($"{scores.Found} of {scores.Events} ({100d * scores.Found / scores.Events:0.0} %), {scores.FalseAlerts:0.00} an app and week, on {scores.Series} series; more in [detection.md](detection.md)")],
            ]),
            "One series of ever more days, fits included:",
            Growth.Table("counts", "seconds", [.. costs.Select(one => new GrowthPoint(one.Counts, one.Whole.TotalSeconds))],
                "a series has no model, and no fit, in its first 14 days, which are half of the shortest one and next to nothing of the others."),
            "Ever more series of 28 days, held at once:",
            Growth.Table("series", "KB of memory", [.. memory.Select(one => new GrowthPoint(one.Series, one.Bytes / Kilobyte))]));
    }

    public static string Fold(IReadOnlyList<FoldFigures> folds, IReadOnlyList<(int Events, TimeSpan Each)> growth) => string.Join("\n\n",
        MarkdownTable.Of(["", "events", "seconds", "events a second", "the same ledgers"], folds.Select(fold => (IReadOnlyList<string>)
            [fold.Name, Count(fold.Events), Growth.Number(fold.Spent.TotalSeconds), Count(fold.PerSecond), fold.IsSame ? "yes" : "**no**"])),
        Text($"{folds[0].Portals} accounts, one core; the largest ledger has {folds[0].Largest / Kilobyte:0.0} KB. Ever more of one account's events:"),
        Growth.Table("events", "ms", [.. growth.Select(one => new GrowthPoint(one.Events, one.Each.TotalMilliseconds))]));

    public static string Pages(IReadOnlyList<int> portals, IReadOnlyList<IReadOnlyList<PageFigures>> all)
    {
        var rows = all[^1].Select((page, index) => (IReadOnlyList<string>)
        [
            $"`{page.Path}`",
            .. all.Select(size => Milliseconds(size[index].Median)),
            Milliseconds(page.First),
            Milliseconds(page.Times[^1]),
            Text($"{page.Bytes / Kilobyte:N0} KB"),
        ]);
        return string.Join("\n\n",
            MarkdownTable.Of(
            [
                "page",
                .. portals.Select(count => Text($"median, {count} portals")),
                Text($"first, {portals[^1]}"),
                Text($"slowest, {portals[^1]}"),
                "size",
            ], rows),
            "The overview:",
            Growth.Table("portals", "ms",
                [.. portals.Select((count, index) => new GrowthPoint(count, all[index][0].Median.TotalMilliseconds))], Azurite),
            "The page of the account with the long past:",
            Growth.Table("portals", "ms",
                [.. portals.Select((count, index) => new GrowthPoint(count, all[index][1].Median.TotalMilliseconds))], Azurite));
    }

    public static string Bus(IReadOnlyList<BusFigures> figures)
    {
        var rows = figures.Select(one => (IReadOnlyList<string>)
        [
            one.Broker,
            Count(one.Messages),
            Count(one.SentPerSecond),
            Count(one.ThroughPerSecond),
            Milliseconds(Spread.At(one.Took, 0.5)),
            Milliseconds(Spread.At(one.Took, 0.99)),
        ]);
        List<string> blocks =
            [MarkdownTable.Of(["broker", "messages", "sent a second", "through a second", "from sending to reading: median", "99 %"], rows)];
        foreach (var broker in figures.GroupBy(one => one.Broker))
        {
            blocks.Add($"{broker.Key}, until the last was read:");
            blocks.Add(Growth.Table("messages", "seconds", [.. broker.Select(one => new GrowthPoint(one.Messages, one.All.TotalSeconds))]));
        }
        return string.Join("\n\n", blocks);
    }

    public static string Start(IReadOnlyList<StartComparison> figures)
    {
        var rows = figures.SelectMany(one => (IReadOnlyList<string>[])
        [
            Started(Text($"**the monitor**, {one.Portals} portals in its settings"), one.Monitor),
            Started("bare", one.Bare),
            [
                "monitor / bare",
                Ratio(one, row => row.Start.TotalMilliseconds),
                Ratio(one, row => row.Processor.TotalMilliseconds),
                Ratio(one, row => row.Megabytes),
            ],
        ]);
        return string.Join("\n\n",
            MarkdownTable.Of(["", "start to the first 200", "processor time", "memory at rest"], rows),
            Growth.Table("portals", "seconds",
                [.. figures.Select(one => new GrowthPoint(one.Portals, Spread.Median(one.Monitor, row => row.Start.TotalSeconds)))]));
    }

    public static string Day(DayFigures day, IReadOnlyList<DayFigures> quarters) => string.Join("\n\n",
        MarkdownTable.Of(["of one portal in one day", ""],
        [
            ["rows", Count(day.OfPortalDay(day.Rows))],
            ["bytes", Count(day.OfPortalDay(day.Bytes))],
            ["calls to HubSpot, by the monitor's own counter", Count(day.OfPortalDay(day.OwnCalls))],
            ["calls to HubSpot, by HubSpot's", Count(day.OfPortalDay(day.Requests))],
        ]),
        Text($"{day.Length.TotalHours:0} hours of one portal, lived in {day.Took.TotalSeconds:N0} s. A quarter of an hour, with ever more portals:"),
        Growth.Table("portals", "calls to HubSpot", [.. quarters.Select(part => new GrowthPoint(part.Portals, part.OwnCalls))]),
        Growth.Table("portals", "seconds", [.. quarters.Select(part => new GrowthPoint(part.Portals, part.Took.TotalSeconds))], Azurite));

    // Ratios within each round, since the machine differs from round to round.
    private static string[] Receiver(
        string name, IReadOnlyList<WebhookRound> rounds, Func<WebhookRound, LoadFigures> of, IReadOnlyList<TimeSpan> answers) =>
    [
        name,
        Count(Spread.Median(rounds, one => of(one).PerSecond)),
        Text($"{Spread.Median(rounds, one => of(one).PerSecond / one.Bare.PerSecond):0.00}"),
        Count(Spread.Median(rounds, one => of(one).PerProcessorSecond)),
        Text($"{Spread.Median(rounds, one => of(one).PerProcessorSecond / one.Peer.PerProcessorSecond):0.00}"),
        Milliseconds(Spread.At(answers, 0.5)),
        Milliseconds(Spread.At(answers, 0.99)),
    ];

    private static string[] Started(string name, IReadOnlyList<StartFigures> rows) =>
    [
        name,
        Milliseconds(Spread.Median(rows, row => row.Start)),
        Milliseconds(Spread.Median(rows, row => row.Processor)),
        Text($"{Spread.Median(rows, row => row.Megabytes):N0} MB"),
    ];

    private static string Ratio(StartComparison one, Func<StartFigures, double> figure) => Text($"{one.Ratio(figure):0.00}");

    private static string Count(double value) => Text($"{value:N0}");

    private static string Milliseconds(TimeSpan time) => Text($"{time.TotalMilliseconds:N0} ms");

    private static string Seconds(TimeSpan time) => time.TotalSeconds < 1 ? Milliseconds(time) : Text($"{time.TotalSeconds:0.0} s");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
