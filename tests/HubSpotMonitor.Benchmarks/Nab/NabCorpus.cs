using System.Globalization;
using System.Text.Json;

namespace HubSpotMonitor.Benchmarks.Nab;

/// <summary>One row of one of the benchmark's files; the text of the instant is kept to be written again as it was.</summary>
public readonly record struct NabRow(string Timestamp, DateTimeOffset At, double Value);

/// <summary>Reads and writes the benchmark's own files.</summary>
public static class NabCorpus
{
    /// <returns>The files below <c>data</c>, named as the labels name them: <c>category/file.csv</c>.</returns>
    public static IReadOnlyList<string> Files(string folder)
    {
        var data = Path.Combine(folder, "data");
        var root = Directory.Exists(data) ? data : folder;
        return [.. Directory.EnumerateFiles(root, "*.csv", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];
    }

    public static IReadOnlyList<NabRow> Read(string folder, string file)
    {
        var data = Path.Combine(folder, "data", file);
        return [.. File.ReadLines(File.Exists(data) ? data : Path.Combine(folder, file)).Skip(1).Where(line => line.Length > 0).Select(line =>
        {
            var cells = line.Split(',');
            return new NabRow(cells[0], Instant(cells[0]), double.Parse(cells[1], CultureInfo.InvariantCulture));
        })];
    }

    /// <summary>Where a file's anomalies are, by its rows.</summary>
    public static IReadOnlyList<NabWindow> Windows(string labels, string file, IReadOnlyList<NabRow> rows)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(labels));
        if (!json.RootElement.TryGetProperty(file, out var windows)) return [];
        return [.. windows.EnumerateArray().Select(window => (From: Instant(window[0].GetString()!), To: Instant(window[1].GetString()!)))
            .Select(window => new NabWindow(First(rows, row => row.At >= window.From), First(rows, row => row.At > window.To) - 1))
            .Where(window => window.Width > 0)];
    }

    public static void Write(string folder, string file, IReadOnlyList<NabRow> rows, IReadOnlyList<double> scores)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path, [
            "timestamp,value,anomaly_score",
            .. rows.Zip(scores, (row, score) => string.Create(CultureInfo.InvariantCulture, $"{row.Timestamp},{row.Value},{score:0.######}")),
        ]);
    }

    private static int First(IReadOnlyList<NabRow> rows, Func<NabRow, bool> condition)
    {
        var index = 0;
        while (index < rows.Count && !condition(rows[index])) index++;
        return index;
    }

    private static DateTimeOffset Instant(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
