using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using HubSpotMonitor.Signals;
using Microsoft.AspNetCore.Components;

namespace HubSpotMonitor.Functions.Pages.Charts.Usage;

/// <summary>
/// A <see cref="UsageChart"/> for the script, in columns: it lies in the page itself, so that an open page asks for one address and gets one 304.
/// Times are seconds since 1970.
/// </summary>
internal sealed record UsageData
{
    /// <summary>An IANA name, or an offset such as <c>+05:30</c>.</summary>
    public required string Zone { get; init; }

    public required long From { get; init; }

    public required long To { get; init; }

    public required IReadOnlyList<long> T { get; init; }

    /// <summary>Calls of the interval that ends then; null breaks the line.</summary>
    public required IReadOnlyList<double?> N { get; init; }

    /// <summary>Its length in minutes.</summary>
    public required IReadOnlyList<double?> M { get; init; }

    public required IReadOnlyList<double?> Lo { get; init; }

    public required IReadOnlyList<double?> Hi { get; init; }

    /// <summary>How often a quiet reading is as high, of those that are marked; by their place.</summary>
    public required IReadOnlyDictionary<string, double> Far { get; init; }

    public required IReadOnlyList<long> Ct { get; init; }

    /// <summary>What was counted since midnight; null where a day ends.</summary>
    public required IReadOnlyList<double?> C { get; init; }

    public double? Limit { get; init; }

    public required IReadOnlyList<long> Resets { get; init; }

    public required IReadOnlyList<SpellData> Spells { get; init; }

    public required IReadOnlyList<FlagData> Flags { get; init; }

    public required IReadOnlyList<GapData> Gaps { get; init; }

    public static UsageData Of(UsageChart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        var rows = Rows(chart);
        var counter = Counter(chart);
        return new()
        {
            Zone = ZoneOf(chart.Clock),
            From = Seconds(chart.Window.From),
            To = Seconds(chart.Window.To),
            T = [.. rows.Select(row => Seconds(row.At))],
            N = [.. rows.Select(row => row.Reading?.Value)],
            M = [.. rows.Select(row => row.Reading is { } reading ? Math.Round(Rates.Length(reading).TotalMinutes, 2) : (double?)null)],
            Lo = [.. rows.Select(row => Rounded(row.Reading?.Expected?.Low))],
            Hi = [.. rows.Select(row => Rounded(row.Reading?.Expected?.High))],
            Far = FarAbove(rows),
            Ct = [.. counter.Select(value => Seconds(value.At))],
            C = [.. counter.Select(value => value.Calls)],
            Limit = chart.Limit,
            Resets = [.. chart.Resets.Select(Seconds)],
            Spells =
            [
                .. chart.Story.Spells.Select(spell => new SpellData(
                    Seconds(spell.From), Seconds(spell.To), spell.Class, spell.Alert.Finding.Headline, spell.Alert.Severity >= Severity.High)),
            ],
            Flags = [.. chart.Story.Flags.Select(flag => new FlagData(Seconds(flag.At), flag.Says, flag.AlertId is not null))],
            Gaps = [.. chart.Story.Gaps.Select(gap => new GapData(Seconds(gap.From), Seconds(gap.To), gap.Calls))],
        };
    }

    /// <summary>For a script element: the serializer writes every &lt;, &gt; and &amp; as an escape, so no text can end the element.</summary>
    public MarkupString ToMarkup() =>
        new($"<script type=\"application/json\" class=\"usage-data\">{JsonSerializer.Serialize(this, ChartJson.Default.UsageData)}</script>");

    // A row without figures between two stretches, so that the line is not drawn across.
    private static List<UsageRow> Rows(UsageChart chart)
    {
        List<UsageRow> rows = [];
        foreach (var run in chart.Rates.Runs)
        {
            if (rows.Count > 0) rows.Add(new(run[0].At.AddSeconds(-1), null));
            rows.AddRange(run.Select(reading => new UsageRow(reading.At, reading)));
        }
        return rows;
    }

    private static List<CounterRow> Counter(UsageChart chart)
    {
        List<CounterRow> rows = [];
        foreach (var day in chart.Days)
        {
            rows.AddRange(day.Select(value => new CounterRow(value.At, Math.Round(value.Calls))));
            rows.Add(new(day[^1].At.AddSeconds(1), null));
        }
        return rows;
    }

    private static Dictionary<string, double> FarAbove(List<UsageRow> rows)
    {
        Dictionary<string, double> far = [];
        for (var place = 0; place < rows.Count; place++)
        {
            if (rows[place].Reading is { Expected: { } expected } reading && BandChart.IsFarAbove(reading))
                far[place.ToString(CultureInfo.InvariantCulture)] = expected.TailProbability;
        }
        return far;
    }

    private static long Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds();

    private static double? Rounded(double? value) => value is { } known ? Math.Round(known, 1) : null;

    private static string ZoneOf(PortalClock clock) => clock.Account.Zone is { HasIanaId: true } zone
        ? zone.Id
        : $"{(clock.Account.Zone.BaseUtcOffset < TimeSpan.Zero ? "-" : "+")}{clock.Account.Zone.BaseUtcOffset:hh\\:mm}";
}

internal sealed record UsageRow(DateTimeOffset At, Reading? Reading);

internal sealed record CounterRow(DateTimeOffset At, double? Calls);

internal sealed record SpellData(long From, long To, string Class, string Says, bool Grave);

internal sealed record FlagData(long At, IReadOnlyList<string> Says, bool Alert);

internal sealed record GapData(long From, long To, double Calls);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(UsageData))]
internal sealed partial class ChartJson : JsonSerializerContext;
