using System.Globalization;
using System.Text.RegularExpressions;

namespace HubSpotMonitor.Benchmarks.MemoryTables;

/// <summary>A query's <c>$filter</c>, as far as the monitor writes such: comparisons with <c>and</c>, <c>or</c> and brackets.</summary>
internal sealed partial class RowFilter
{
    private readonly Func<StoredRow, bool> _matches;

    private RowFilter(Func<StoredRow, bool> matches, StoredRow from, StoredRow? to) => (_matches, From, To) = (matches, from, to);

    /// <summary>No row before it matches.</summary>
    public StoredRow From { get; }

    /// <summary>No row after it matches; null: the table's end.</summary>
    public StoredRow? To { get; }

    /// <exception cref="FormatException">It is none.</exception>
    public static RowFilter Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return new(_ => true, StoredRow.At("", ""), null);
        var words = new Words(text);
        var node = words.ReadOr();
        words.End();
        return new(node.Matches, node.From, node.To);
    }

    public bool Matches(StoredRow row) => _matches(row);

    private sealed record Node(Func<StoredRow, bool> Matches, Bounds Partition, Bounds Key)
    {
        /// <summary>Keys bound a range only within one partition.</summary>
        public StoredRow From => StoredRow.At(Partition.From ?? "", Partition.IsOne ? Key.From ?? "" : "");

        public StoredRow? To => Partition.To is { } to ? StoredRow.At(to, (Partition.IsOne ? Key.To : null) ?? "\uffff") : null;
    }

    private sealed record Bounds(string? From, string? To)
    {
        public static readonly Bounds None = new(null, null);

        public bool IsOne => From is not null && From == To;

        public Bounds And(Bounds other) => new(
            From is null || string.CompareOrdinal(From, other.From) < 0 ? other.From ?? From : From,
            To is null || (other.To is not null && string.CompareOrdinal(To, other.To) > 0) ? other.To ?? To : To);
    }

    private sealed partial class Words(string text)
    {
        private readonly List<string> _words = [.. Word().Matches(text).Select(match => match.Value)];
        private int _at;

        public Node ReadOr()
        {
            var node = ReadAnd();
            while (Takes("or"))
            {
                var (one, other) = (node, ReadAnd());
                node = new(row => one.Matches(row) || other.Matches(row), Bounds.None, Bounds.None);
            }
            return node;
        }

        public void End()
        {
            if (_at < _words.Count) throw new FormatException($"'{_words[_at]}' is too much in: {text}");
        }

        private Node ReadAnd()
        {
            var node = ReadOne();
            while (Takes("and"))
            {
                var (one, other) = (node, ReadOne());
                node = new(row => one.Matches(row) && other.Matches(row), one.Partition.And(other.Partition), one.Key.And(other.Key));
            }
            return node;
        }

        private Node ReadOne()
        {
            if (Takes("("))
            {
                var inner = ReadOr();
                return Takes(")") ? inner : throw new FormatException($"A bracket stays open in: {text}");
            }
            var (column, comparison, value) = (Next(), Next(), Literal(Next()));
            Func<int, bool> holds = comparison switch
            {
                "eq" => order => order == 0,
                "ne" => order => order != 0,
                "gt" => order => order > 0,
                "ge" => order => order >= 0,
                "lt" => order => order < 0,
                "le" => order => order <= 0,
                _ => throw new FormatException($"'{comparison}' is no comparison in: {text}"),
            };
            var bounds = new Bounds(
                comparison is "eq" or "gt" or "ge" ? value as string : null,
                comparison is "eq" or "lt" or "le" ? value as string : null);
            return new(
                row => row.Value(column) is { } known
                    && holds(known is string word ? string.CompareOrdinal(word, (string)value) : known.CompareTo(value)),
                column == "PartitionKey" ? bounds : Bounds.None,
                column == "RowKey" ? bounds : Bounds.None);
        }

        private bool Takes(string word)
        {
            if (_at >= _words.Count || _words[_at] != word) return false;
            _at++;
            return true;
        }

        private string Next() => _at < _words.Count ? _words[_at++] : throw new FormatException($"Something is missing at the end of: {text}");

        private static IComparable Literal(string word) => word switch
        {
            "true" or "false" => word == "true",
            ['\'', ..] => Text(word),
            ['d', .., '\''] => DateTimeOffset.Parse(Text(word["datetime".Length..]), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            _ => double.Parse(word.TrimEnd('L'), CultureInfo.InvariantCulture),
        };

        private static string Text(string quoted) => quoted[1..^1].Replace("''", "'", StringComparison.Ordinal);

        [GeneratedRegex("(datetime)?'(''|[^'])*'|[()]|[^\\s()']+")]
        private static partial Regex Word();
    }
}
