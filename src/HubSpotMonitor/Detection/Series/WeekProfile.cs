using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace HubSpotMonitor.Detection.Series;

/// <summary>Expected counts per minute in each half hour of the week, Sunday first, on the account's clock.</summary>
public sealed class WeekProfile
{
    public const int SlotsPerDay = 48;
    public const int Slots = 7 * SlotsPerDay;

    private WeekProfile(float[] rates) => (Rates, Mean) = (rates, rates.Average());

    public IReadOnlyList<float> Rates { get; }

    public double Mean { get; }

    public static WeekProfile Of(float[] rates) => new(rates);

    /// <summary>
    /// ML.NET's Poisson regression over the half hour of the week, with what it shares with the same half hour of other days,
    /// with other working days or weekends, and with its whole day: what was seen once or twice leans on what was seen often.
    /// </summary>
    /// <param name="counts">For each half hour of the week, the weighted counts seen.</param>
    /// <param name="minutes">And the weighted minutes in which they were seen.</param>
    public static WeekProfile Fit(double[] counts, double[] minutes)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(minutes);
        var mean = Math.Max(1e-6, counts.Sum() / Math.Max(1, minutes.Sum()));
        // A fixed seed and one thread: the same history gives the same model.
        var ml = new MLContext(seed: 1);
        var rows = Enumerable.Range(0, Slots).Where(slot => minutes[slot] > 0).Select(slot => new Row
        {
            Calls = (float)(counts[slot] / minutes[slot] / mean),
            Weight = (float)(minutes[slot] / 30),
            Features = Features(slot),
        }).ToList();
        var trainer = ml.Regression.Trainers.LbfgsPoissonRegression(new LbfgsPoissonRegressionTrainer.Options
        {
            LabelColumnName = nameof(Row.Calls),
            FeatureColumnName = nameof(Row.Features),
            ExampleWeightColumnName = nameof(Row.Weight),
            L1Regularization = 0,
            L2Regularization = 0.1f,
            NumberOfThreads = 1,
            OptimizationTolerance = 1e-4f,
            MaximumNumberOfIterations = 60,
        });
        var model = trainer.Fit(ml.Data.LoadFromEnumerable(rows)).Model;
        return new([.. Enumerable.Range(0, Slots).Select(slot => (float)(mean * Rate(model.Weights, model.Bias, slot)))]);
    }

    private static double Rate(IReadOnlyList<float> weights, float bias, int slot) =>
        Math.Exp(Math.Min(30, bias + Active(slot).Sum(feature => weights[feature])));

    private static float[] Features(int slot)
    {
        var features = new float[Row.Width];
        foreach (var feature in Active(slot)) features[feature] = 1;
        return features;
    }

    private static int[] Active(int slot)
    {
        var (day, time) = Math.DivRem(slot, SlotsPerDay);
        var weekend = day is 0 or 6 ? SlotsPerDay : 0;
        return [slot, Slots + time, Slots + SlotsPerDay + weekend + time, Slots + (3 * SlotsPerDay) + day];
    }

    private sealed class Row
    {
        public const int Width = Slots + (3 * SlotsPerDay) + 7;

        public float Calls { get; set; }

        public float Weight { get; set; }

        [VectorType(Width)]
        public float[] Features { get; set; } = [];
    }
}
