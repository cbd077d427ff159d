using System.Globalization;
using System.Text;
using HubSpotMonitor.Benchmarks.Nab;
using HubSpotMonitor.Benchmarks.Nab.Committee;
using HubSpotMonitor.Benchmarks.Usage;
using HubSpotMonitor.Detection.Series;

namespace HubSpotMonitor.Benchmarks;

/// <summary>Writes <c>docs/detection.md</c> from the template beside this file: every figure in it is measured in this run.</summary>
internal sealed class DetectionReport(TextWriter output)
{
    private const int MadeAccounts = 8;

    private readonly double[] _surpluses = [1.25, 1.35, 1.5];

    private readonly Dictionary<string, string> _figures = [];

    public int Run(string nab, string usage, string template, string file)
    {
        MeasureNab(nab);
        MeasureUsage(usage);
        MeasureMade();
        var page = File.ReadAllText(template);
        foreach (var (name, figure) in _figures) page = page.Replace($"{{{{{name}}}}}", figure, StringComparison.Ordinal);
        File.WriteAllText(file, page);
        output.WriteLine($"{file} written");
        return 0;
    }

    private void MeasureNab(string folder)
    {
        var labels = Path.Combine(folder, "labels", "combined_windows.json");
        var corpus = NabCorpus.Files(folder).Select(file => (File: file, Rows: NabCorpus.Read(folder, file))).ToList();
        List<NabFile> Files(Func<ShapeDetector> detector) => [.. corpus.AsParallel().AsOrdered()
            .Select(one => new NabFile(one.File, NabBenchmark.Score(one.Rows, detector()), NabCorpus.Windows(labels, one.File, one.Rows)))];
        var all = Files(() => new ShapeDetector());
        _figures["nab"] = Row("**this detector**", all);
        StringBuilder ablation = new();
        for (var left = 0; left < ShapeDetector.Names.Count; left++)
        {
            var omitted = left;
            ablation.AppendLine(Row($"without {ShapeDetector.Names[left]}",
                Files(() => new ShapeDetector([.. Enumerable.Range(0, ShapeDetector.Names.Count).Where(index => index != omitted)]))));
        }
        _figures["nab-ablation"] = ablation.ToString().TrimEnd();
        _figures["nab-false"] = Worst(all);
    }

    private static string Row(string name, IReadOnlyList<NabFile> files)
    {
        var best = NabProfile.All.Select(profile => NabScorer.Best(files, profile).Value).ToList();
        var unseen = NabSplits.Unseen(files, NabProfile.Standard);
        return Text(
            $"| {name} | {best[0]:0.0} | {best[1]:0.0} | {best[2]:0.0} | {unseen.Average():0.0} ({unseen.Min():0.0} to {unseen.Max():0.0}) |");
    }

    private static string Worst(IReadOnlyList<NabFile> files)
    {
        var threshold = NabScorer.Best(files, NabProfile.Standard).Threshold;
        var lost = files
            .Select(file => (file.Name, Lost: file.Windows.Count - NabScorer.Raw(threshold, file, NabProfile.Standard), file.Windows.Count))
            .OrderByDescending(file => file.Lost)
            .Take(5);
        return string.Join('\n', lost.Select(file => Text($"| {file.Name} | {file.Count} | {file.Lost:0.00} |")));
    }

    private void MeasureUsage(string folder)
    {
        var corpus = UsageCorpus.Names(folder)
            .Select(name => (Series: UsageCorpus.Read(folder, name), Truth: UsageCorpus.ReadTruth(folder, name)!))
            .ToList();
        List<(UsageSeries Series, UsageScore Score)> Scores(params int[] muted) => [.. corpus.AsParallel().AsOrdered()
            .Select(one => (one.Series, UsageScorer.Score(one.Truth, UsageRun.Alerts(one.Series, CountDetector.Without(one.Series.Clock, muted)))))];
        var all = Scores();
        var events = all.SelectMany(run => run.Score.Found).GroupBy(found => found.Event.Type).OrderBy(group => group.Key, StringComparer.Ordinal);
        _figures["usage-types"] = string.Join('\n', events.Select(group => Text(
            $"| {group.Key} | {group.Count(found => found.First is not null)} of {group.Count()} | {100d * group.Count(found => found.First is not null) / group.Count():0} % | {Delay(group)} |")));
        _figures["usage"] = Usage("all scales", all);
        StringBuilder ablation = new();
        for (var index = 0; index < CountScale.All.Count; index++) ablation.AppendLine(Usage($"without {CountScale.All[index].Name}", Scores(index)));
        ablation
            .AppendLine(Usage("readings only (up to an hour)", Scores(3, 4, 5, 6, 7, 8)))
            .AppendLine(Usage("half a day and longer only", Scores(0, 1, 2, 3, 4)));
        _figures["usage-ablation"] = ablation.ToString().TrimEnd();
        var missed = all
            .SelectMany(run => run.Score.Found.Where(found => found.First is null).Select(found => (run.Series.Name, found.Event)))
            .Take(10);
        _figures["usage-misses"] = string.Join('\n', missed.Select(one => Text(
            $"| missed | {one.Name} | {one.Event.Type}, {(one.Event.End - one.Event.Start).TotalHours:0.0} h from {one.Event.Start:d MMM HH:mm} |")));
        _figures["usage-false"] = string.Join('\n', all
            .SelectMany(run => run.Score.FalseAlerts)
            .OrderByDescending(alert => alert.Seen / Math.Max(1, alert.Expected))
            .Take(10)
            .Select(alert => Text($"| false | {alert.Series} | {alert.Start:d MMM HH:mm} {alert.Sentence.Split(" Said by")[0]} |")));
        MeasureCost([.. corpus.Select(one => one.Series)]);
        MeasureCalibration([.. corpus.Select(one => (one.Series, one.Truth))]);
        MeasureStorms([.. corpus.Select(one => (one.Series, one.Truth))]);
        _figures["surpluses"] = string.Join('\n', _surpluses.Select(times => (Times: times, Weeks: SurplusWeeks.Measure(times)))
            .Select(one => Text($"| {one.Times:0.00} | {one.Weeks.Told} of {one.Weeks.Accounts} | {one.Weeks.ToldAgain} |")));
    }

    // On accounts that nothing was tuned on: with planted events, and without any.
    private void MeasureMade()
    {
        var all = MadeKind.Kinds
            .Select(kind => (kind.Name, Eventful: Scores(kind, withEvents: true), Quiet: Scores(kind, withEvents: false)))
            .ToList();
        var events = all.SelectMany(kind => kind.Eventful).SelectMany(score => score.Found).ToList();
        _figures["made-kinds"] = string.Join('\n', all.Select(kind => Text(
            $"| {kind.Name} | {Share(kind.Eventful.SelectMany(score => score.Found))} | {FalseAlerts(kind.Eventful)} | {FalseAlerts(kind.Quiet)} |")));
        _figures["made"] = Text(
            $"| all | {Share(events)} | {FalseAlerts(all.SelectMany(kind => kind.Eventful))} | {FalseAlerts(all.SelectMany(kind => kind.Quiet))} |");
        _figures["made-types"] = string.Join('\n', events
            .GroupBy(found => found.Event.Type)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Text($"| {group.Key} | {Share(group)} |")));
        _figures["made-quiet"] = FalseAlerts(all.SelectMany(kind => kind.Quiet));

        static List<UsageScore> Scores(MadeKind kind, bool withEvents) =>
            [.. Enumerable.Range(withEvents ? 1 : 1 + MadeAccounts, MadeAccounts)
                .AsParallel()
                .AsOrdered()
                .Select(seed => MadeUsage.Make(kind, seed, withEvents))
                .Select(made => UsageScorer.Score(made.Truth, UsageRun.Alerts(made.Series)))];

        static string FalseAlerts(IEnumerable<UsageScore> scores) =>
            Text($"{scores.Sum(score => score.FalseAlerts.Count) / scores.Sum(score => score.Weeks):0.00}");

        static string Share(IEnumerable<(UsageEvent Event, UsageAlert? First)> found)
        {
            var (told, planted) = (found.Count(one => one.First is not null), found.Count());
            return Text($"{told} of {planted} ({100d * told / planted:0} %)");
        }
    }

    private static string Usage(string name, List<(UsageSeries Series, UsageScore Score)> runs)
    {
        var found = runs.SelectMany(run => run.Score.Found).ToList();
        return Text(
            $"| {name} | {found.Count(one => one.First is not null)} of {found.Count} ({100d * found.Count(one => one.First is not null) / found.Count:0.0} %) | {runs.Sum(run => run.Score.FalseAlerts.Count) / runs.Sum(run => run.Score.Weeks):0.00} |");
    }

    private static string Delay(IEnumerable<(UsageEvent Event, UsageAlert? First)> found)
    {
        var delays = found.Where(one => one.First is not null).Select(one => (one.First!.Start - one.Event.Start).TotalHours).Order().ToList();
        return delays.Count == 0 ? "" : Text($"{delays[delays.Count / 2]:0.0} h");
    }

    private void MeasureCost(List<UsageSeries> series)
    {
        var cost = DetectionCost.Measure(series.MaxBy(one => one.Counts.Count)!);
        _figures["speed"] = Text($"{cost.PerSecond:N0}");
        _figures["refit"] = Text($"{cost.Fit.TotalMilliseconds:0} ms, the slowest {cost.SlowestFit.TotalMilliseconds:0} ms");
        _figures["state"] = Text($"{series.Max(one => DetectionCost.Learn(one).Save().Length) / 1024d:0.0} KB");
    }

    private void MeasureCalibration(List<(UsageSeries Series, UsageTruth Truth)> corpus)
    {
        var tails = corpus.SelectMany(TailsOutsideEvents).Order().ToList();
        double[] levels = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9];
        _figures["calibration"] = string.Join(
            '\n', levels.Select(level => Text($"| {level} | {tails.Count(p => p < level) / (double)tails.Count:0.0000} |")));
        _figures["calibration-points"] = string.Join(
            ", ", levels.Select(level => Text($"{tails.Count(p => p < level) / (double)tails.Count:0.000}")));
    }

    private static IEnumerable<double> TailsOutsideEvents((UsageSeries Series, UsageTruth Truth) one) => UsageRun.Verdicts(one.Series)
        .Where(step => step.Count.At > one.Truth.WarmupEnd && step.Verdict.Expected is not null)
        .Where(step => !one.Truth.Events.Any(item => step.Count.At > item.Start && step.Count.At < item.End.AddHours(1)))
        .Select(step => step.Verdict.Expected!.TailProbability);

    // How soon a storm is told, and how soon the first of its counts is rarer than one in a hundred: sooner nothing can tell it.
    private void MeasureStorms(List<(UsageSeries Series, UsageTruth Truth)> corpus)
    {
        List<int> told = [], visible = [];
        foreach (var (series, truth) in corpus)
        {
            var steps = UsageRun.Verdicts(series).ToList();
            foreach (var storm in truth.Events.Where(item => item.Type == "retry_storm"))
            {
                var counts = steps.Where(step => step.Count.At > storm.Start && step.Count.At <= storm.End).ToList();
                if (counts.FindIndex(step => step.Verdict.Expected is { TailProbability: < 0.01 }) is >= 0 and var first) visible.Add(first + 1);
                if (counts.FindIndex(step => step.Verdict.Voices.Count > 0) is >= 0 and var alarm) told.Add(alarm + 1);
            }
        }
        _figures["storm-told"] = Text($"{Middle(told)} ({told.Average():0.0} on average)");
        _figures["storm-visible"] = Text($"{Middle(visible)} ({visible.Average():0.0} on average)");
    }

    private static int Middle(List<int> values) => values.Order().ElementAt(values.Count / 2);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
