namespace HubSpotMonitor.Benchmarks.All;

internal static class MarkdownTable
{
    public static string Of(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows) =>
        string.Join('\n', rows
            .Prepend([.. header.Select(_ => "---")])
            .Prepend(header)
            .Select(cells => $"| {string.Join(" | ", cells)} |")
            .Select(line => line.Replace("| --- ", "|---", StringComparison.Ordinal)));
}
