namespace HubSpotMonitor.Benchmarks.Nab;

/// <summary>What a hit, a false alarm and a miss weigh.</summary>
public sealed record NabProfile(string Name, double Hit, double FalseAlarm, double Miss)
{
    public static readonly NabProfile Standard = new("standard", 1, 0.11, 1);
    public static readonly NabProfile LowFalseAlarms = new("reward low FP", 1, 0.22, 1);
    public static readonly NabProfile LowMisses = new("reward low FN", 1, 0.11, 2);

    public static readonly IReadOnlyList<NabProfile> All = [Standard, LowFalseAlarms, LowMisses];
}

/// <summary>The rows of one file that hold one anomaly, both ends among them.</summary>
public readonly record struct NabWindow(int Left, int Right)
{
    public int Width => Right - Left + 1;
}

/// <summary>One file: a score for every row, and where the anomalies are.</summary>
public sealed record NabFile(string Name, IReadOnlyList<double> Scores, IReadOnlyList<NabWindow> Windows);

/// <summary>A threshold and the score that a set of files reaches with it; 0 is silence, 100 an alarm at every window's left edge.</summary>
public readonly record struct NabScore(double Threshold, double Value);

/// <summary>
/// The Numenta Anomaly Benchmark's score, written anew from its rules.
/// See https://github.com/numenta/NAB/blob/master/nab/scorer.py and sweeper.py.
/// </summary>
public static class NabScorer
{
    private static readonly double BestHit = Sigmoid(-1);

    /// <summary>Rows at the start of a file in which nothing counts.</summary>
    public static int Probation(int rows) => Math.Min((int)Math.Floor(0.15 * rows), 750);

    /// <summary>The score of a set of files when every row at or above the threshold is an alarm.</summary>
    public static double At(double threshold, IReadOnlyList<NabFile> files, NabProfile profile)
    {
        var raw = files.Sum(file => Raw(threshold, file, profile));
        return Normalise(raw, files, profile);
    }

    /// <summary>The threshold, among all scores given, with which a set of files scores best.</summary>
    public static NabScore Best(IReadOnlyList<NabFile> files, NabProfile profile)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(profile);
        var rows = files.SelectMany(file => Contributions(file, profile)).OrderByDescending(row => row.Score).ToList();
        var silence = -profile.Miss * files.Sum(file => file.Windows.Count);
        Dictionary<(string File, int Window), double> hits = [];
        var (raw, best, threshold) = (silence, silence, double.PositiveInfinity);
        for (var row = 0; row < rows.Count; row++)
        {
            raw += Gain(rows[row], hits, profile);
            var isLastOfItsScore = row + 1 == rows.Count || rows[row + 1].Score < rows[row].Score;
            if (isLastOfItsScore && raw > best) (best, threshold) = (raw, rows[row].Score);
        }
        return new(threshold, Normalise(best, files, profile));
    }

    /// <summary>What one file adds to the sum before it is normalised.</summary>
    public static double Raw(double threshold, NabFile file, NabProfile profile)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(profile);
        Dictionary<(string File, int Window), double> hits = [];
        return (-profile.Miss * file.Windows.Count)
            + Contributions(file, profile).Where(row => row.Score >= threshold).Sum(row => Gain(row, hits, profile));
    }

    /// <summary>What one alarm is worth: in a window near 1 at its left edge and 0 at its right, after it falling to -1.</summary>
    internal static double Sigmoid(double position) => position > 3 ? -1 : (2 / (1 + Math.Exp(5 * position))) - 1;

    private static IEnumerable<Row> Contributions(NabFile file, NabProfile profile)
    {
        var window = 0;
        for (var row = Probation(file.Scores.Count); row < file.Scores.Count; row++)
        {
            while (window < file.Windows.Count && file.Windows[window].Right < row) window++;
            if (window < file.Windows.Count && file.Windows[window].Left <= row)
            {
                var inside = file.Windows[window];
                var position = -(inside.Right - row + 1d) / inside.Width;
                yield return new(file.Scores[row], file.Name, window, profile.Hit * Sigmoid(position) / BestHit);
            }
            else
            {
                yield return new(file.Scores[row], file.Name, -1, profile.FalseAlarm * After(window == 0 ? null : file.Windows[window - 1], row));
            }
        }
    }

    private static double After(NabWindow? previous, int row) =>
        previous is { } window ? Sigmoid((row - window.Right) / (window.Width - 1d)) : -1;

    // Of the alarms in one window only the best placed counts.
    private static double Gain(Row row, Dictionary<(string File, int Window), double> hits, NabProfile profile)
    {
        if (row.Window < 0) return row.Value;
        var before = hits.TryGetValue((row.File, row.Window), out var hit) ? hit : -profile.Miss;
        if (row.Value <= before) return 0;
        hits[(row.File, row.Window)] = row.Value;
        return row.Value - before;
    }

    private static double Normalise(double raw, IReadOnlyList<NabFile> files, NabProfile profile)
    {
        var windows = files.Sum(file => file.Windows.Count);
        var (silence, perfect) = (-profile.Miss * windows, profile.Hit * windows);
        return windows == 0 ? double.NaN : 100 * (raw - silence) / (perfect - silence);
    }

    private readonly record struct Row(double Score, string File, int Window, double Value);
}
