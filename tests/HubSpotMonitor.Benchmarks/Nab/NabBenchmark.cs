using System.Globalization;
using HubSpotMonitor.Benchmarks.Nab.Committee;

namespace HubSpotMonitor.Benchmarks.Nab;

/// <summary>Runs the committee over the Numenta Anomaly Benchmark and, where labels are given, says how it scores.</summary>
internal sealed class NabBenchmark(TextWriter output)
{
    public int Run(string data, string folder, string? labels)
    {
        var files = NabCorpus.Files(data).AsParallel().AsOrdered().Select(file => (File: file, Rows: NabCorpus.Read(data, file)))
            .Select(one => (one.File, one.Rows, Scores: Score(one.Rows))).ToList();
        foreach (var (file, rows, scores) in files) NabCorpus.Write(folder, file, rows, scores);
        Say($"{files.Count} files, {files.Sum(file => file.Rows.Count)} rows written below {folder}");
        if (labels is not null) Tell([.. files.Select(one => new NabFile(one.File, one.Scores, NabCorpus.Windows(labels, one.File, one.Rows)))]);
        return 0;
    }

    public static IReadOnlyList<double> Score(IReadOnlyList<NabRow> rows) => Score(rows, new ShapeDetector());

    internal static IReadOnlyList<double> Score(IReadOnlyList<NabRow> rows, ShapeDetector detector) =>
        [.. rows.Select(row => detector.Next(row.At, row.Value)).Select(raised => raised / (raised + 2))];

    private void Tell(IReadOnlyList<NabFile> files)
    {
        Say($"{"profile",-16} {"score",7} {"threshold",10} {"ten half-splits: mean",22} {"from",6} {"to",6}");
        foreach (var profile in NabProfile.All)
        {
            var (best, unseen) = (NabScorer.Best(files, profile), NabSplits.Unseen(files, profile));
            Say($"{profile.Name,-16} {best.Value,7:0.0} {best.Threshold,10:0.0000} {unseen.Average(),22:0.0} {unseen.Min(),6:0.0} {unseen.Max(),6:0.0}");
        }
        var threshold = NabScorer.Best(files, NabProfile.Standard).Threshold;
        Say($"{"file, at the standard threshold",-62} {"of",3} {"hit",4} {"false",6} {"raw",7}");
        foreach (var file in files)
        {
            var alarms = Enumerable.Range(0, file.Scores.Count)
                .Skip(NabScorer.Probation(file.Scores.Count))
                .Where(row => file.Scores[row] >= threshold)
                .ToList();
            var hit = file.Windows.Count(window => alarms.Any(row => Holds(window, row)));
            Say($"{file.Name,-62} {file.Windows.Count,3} {hit,4} {alarms.Count(row => !file.Windows.Any(window => Holds(window, row))),6} {NabScorer.Raw(threshold, file, NabProfile.Standard),7:0.00}");
        }
    }

    private static bool Holds(NabWindow window, int row) => row >= window.Left && row <= window.Right;

    private void Say(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
