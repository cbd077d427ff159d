using System.Text.Json;
using System.Text.Json.Serialization;
using HubSpotMonitor.Signals;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace HubSpotMonitor.Detection;

/// <summary>
/// What is normal for one portal: ML.NET's Poisson regression learns the calls of every half hour of the week on the
/// account's clock; the spread around it is taken from the same past. A few kilobytes, kept as JSON.
/// </summary>
public sealed record SpikeModel
{
    /// <summary>Two of every weekday: before that a Monday cannot be told from a Sunday.</summary>
    public static readonly TimeSpan Warmup = TimeSpan.FromDays(14);

    private const int SlotsPerDay = 48;
    private const int SlotsPerWeek = 7 * SlotsPerDay;

    public int Version { get; init; } = 1;

    public required DateTimeOffset FittedAt { get; init; }

    /// <summary>Days of history that it was fitted on.</summary>
    public required double Days { get; init; }

    /// <summary>Expected calls per minute in each half hour of the week, Sunday first, on the account's clock.</summary>
    public required IReadOnlyList<double> Profile { get; init; }

    /// <summary>For each hour of the day, how widely quiet readings scatter, in Poisson standard deviations; at least 1.</summary>
    public required IReadOnlyList<double> Scatter { get; init; }

    /// <summary>Deviations of quiet readings at 0 %, 1 %, … 98 %.</summary>
    public required IReadOnlyList<double> Quantiles { get; init; }

    /// <summary>Beyond the last quantile the tail is exponential with this mean.</summary>
    public required double MeanExcess { get; init; }

    /// <summary>How widely the sum of a day scatters around its expectation: standard deviation of the ratio's logarithm.</summary>
    public required double DayScatter { get; init; }

    /// <summary>Calls per minute expected at an instant.</summary>
    public double Rate(DateTimeOffset at, AccountClock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return Profile[Slot(clock.Local(at))];
    }

    /// <summary>Judges one count: what was expected in its interval, and how rare it is on a quiet day.</summary>
    public Expectation Judge(Reading count, AccountClock clock)
    {
        ArgumentNullException.ThrowIfNull(count);
        var middle = ExpectedIn(count, clock);
        var scatter = Scatter[clock.Local(count.At).Hour];
        return new(Edge(middle, Quantiles[5] * scatter), middle, Edge(middle, Quantiles[95] * scatter), Tail(Deviation(count.Value, middle) / scatter));
    }

    public string ToJson() => JsonSerializer.Serialize(this, SpikeModelJson.Default.SpikeModel);

    /// <returns>Null for a model of another version: it will be fitted anew.</returns>
    public static SpikeModel? FromJson(string? json) =>
        json is not null && JsonSerializer.Deserialize(json, SpikeModelJson.Default.SpikeModel) is { Version: 1 } model ? model : null;

    /// <summary>Fits a model.</summary>
    /// <param name="history">Counts of one portal, oldest first. What was far above expectation then is learned only in part.</param>
    /// <param name="clock">The account's clock.</param>
    /// <param name="now">Stands in the model.</param>
    /// <returns>Null: there is too little history yet.</returns>
    public static SpikeModel? Fit(IReadOnlyList<Reading> history, AccountClock clock, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(history);
        var usable = history.Where(count => count is { Quality: ReadingQuality.Measured, Since: not null }).ToList();
        if (usable.Count < SlotsPerWeek || usable[^1].At - usable[0].At < Warmup) return null;

        var model = new SpikeModel
        {
            FittedAt = now,
            Days = Math.Round((usable[^1].At - usable[0].At).TotalDays, 1),
            Profile = LearnProfile(usable, clock),
            Scatter = [.. Enumerable.Repeat(1d, 24)],
            Quantiles = [],
            MeanExcess = 1,
            DayScatter = 1,
        };
        model = model with { Scatter = model.LearnScatter(usable, clock) };
        var deviations = usable
            .Select(count => Deviation(count.Value, model.ExpectedIn(count, clock)) / model.Scatter[clock.Local(count.At).Hour])
            .Order()
            .ToArray();
        model = model with
        {
            Quantiles = [.. Enumerable.Range(0, 99).Select(percent => deviations[(deviations.Length - 1) * percent / 100])],
            MeanExcess = MeanExcessOf(deviations),
        };
        return model with { DayScatter = DrainDetector.DayScatter([.. usable.Select(count => count with { Expected = model.Judge(count, clock) })]) };
    }

    private static double[] LearnProfile(IReadOnlyList<Reading> usable, AccountClock clock)
    {
        // A fixed seed and one thread: the same history gives the same model.
        var ml = new MLContext(seed: 1);
        var rows = usable.Select(count => new SlotCalls
        {
            Calls = (float)(Calm(count) / Minutes(count)),
            Features = Features(Slot(clock.Local(Middle(count)))),
        });
        var trainer = ml.Regression.Trainers.LbfgsPoissonRegression(new LbfgsPoissonRegressionTrainer.Options
        {
            LabelColumnName = nameof(SlotCalls.Calls),
            FeatureColumnName = nameof(SlotCalls.Features),
            L1Regularization = 0,
            L2Regularization = 0.1f,
            NumberOfThreads = 1,
        });
        var fitted = trainer.Fit(ml.Data.LoadFromEnumerable(rows));
        var week = ml.Data.LoadFromEnumerable(Enumerable.Range(0, SlotsPerWeek).Select(slot => new SlotCalls { Features = Features(slot) }));
        return [.. fitted.Transform(week).GetColumn<float>("Score").Select(rate => Math.Round(Math.Max(rate, 0), 3))];
    }

    // The slot of the week itself, and what it shares with the same half hour of other days and with its day.
    private static float[] Features(int slot)
    {
        var features = new float[SlotCalls.Width];
        features[slot] = 1;
        features[SlotsPerWeek + (slot % SlotsPerDay)] = 1;
        features[SlotsPerWeek + SlotsPerDay + (slot / SlotsPerDay)] = 1;
        return features;
    }

    // What an alarm was raised about must not become the new normal in one night.
    private static double Calm(Reading count) =>
        count.Expected is { TailProbability: < SpikeDetector.Rare, High: var high } ? Math.Min(count.Value, Math.Max(high, 1) * 1.5) : count.Value;

    private double[] LearnScatter(IReadOnlyList<Reading> usable, AccountClock clock)
    {
        var byHour = usable.ToLookup(count => clock.Local(count.At).Hour, count => Math.Abs(Deviation(count.Value, ExpectedIn(count, clock))));
        // 1.4826 times the median of absolute deviations is a normal distribution's standard deviation, whatever its outliers do.
        return [.. Enumerable.Range(0, 24).Select(hour => Math.Round(Math.Max(1, 1.4826 * Median([.. byHour[hour]])), 3))];
    }

    private static double MeanExcessOf(double[] sorted)
    {
        var last = (sorted.Length - 1) * 98 / 100;
        return Math.Max(0.1, sorted[last..].Average(deviation => deviation - sorted[last]));
    }

    private double Tail(double deviation)
    {
        if (deviation > Quantiles[98]) return 0.02 * Math.Exp(-(deviation - Quantiles[98]) / MeanExcess);
        var below = 0;
        while (below < 98 && Quantiles[below + 1] <= deviation) below++;
        return 1 - (below / 100d);
    }

    private double ExpectedIn(Reading count, AccountClock clock) => Rate(Middle(count), clock) * Minutes(count);

    /// <summary>Anscombe's transform: makes a Poisson count's scatter 1, whatever its mean.</summary>
    private static double Deviation(double calls, double expected) => 2 * (Math.Sqrt(calls + 0.375) - Math.Sqrt(expected + 0.375));

    private static double Edge(double expected, double deviation)
    {
        var root = Math.Max(0, Math.Sqrt(expected + 0.375) + (deviation / 2));
        return Math.Max(0, (root * root) - 0.375);
    }

    private static double Minutes(Reading count) => (count.At - count.Since!.Value).TotalMinutes;

    private static DateTimeOffset Middle(Reading count) => count.Since!.Value + ((count.At - count.Since.Value) / 2);

    private static int Slot(DateTimeOffset local) => ((int)local.DayOfWeek * SlotsPerDay) + (local.Hour * 2) + (local.Minute / 30);

    private static double Median(double[] values)
    {
        if (values.Length == 0) return 0;
        Array.Sort(values);
        return values[values.Length / 2];
    }

    private sealed class SlotCalls
    {
        public const int Width = SlotsPerWeek + SlotsPerDay + 7;

        public float Calls { get; set; }

        [VectorType(Width)]
        public float[] Features { get; set; } = [];
    }
}

[JsonSerializable(typeof(SpikeModel))]
internal sealed partial class SpikeModelJson : JsonSerializerContext;
