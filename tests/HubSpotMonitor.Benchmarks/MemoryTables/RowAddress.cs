using System.Text.RegularExpressions;

namespace HubSpotMonitor.Benchmarks.MemoryTables;

/// <summary>The end of an address: a table, and a row's keys where it is about one.</summary>
internal static partial class RowAddress
{
    /// <param name="path">As it was sent, account first.</param>
    public static (string Table, StoredRow? Place) Parse(string path)
    {
        var last = Uri.UnescapeDataString(path[(path.IndexOf('/', 1) + 1)..]);
        var keys = Keys().Match(last);
        return keys.Success ? (keys.Groups[1].Value, StoredRow.At(Text(keys.Groups[2]), Text(keys.Groups[3]))) : (last.TrimEnd('(', ')'), null);
    }

    private static string Text(Group quoted) => quoted.Value.Replace("''", "'", StringComparison.Ordinal);

    [GeneratedRegex("^([^(]+)\\(PartitionKey='(.*)',RowKey='(.*)'\\)$", RegexOptions.Singleline)]
    private static partial Regex Keys();
}
