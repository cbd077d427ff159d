using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace HubSpotMonitor.Benchmarks.Nab.Committee;

/// <summary>
/// ML.NET's randomised principal components over windows of the series: what a few directions learned from the past cannot
/// explain of the latest window is new.
/// </summary>
internal sealed class Novelty : IMember
{
    private const int Width = 16;
    private const int Rank = 4;
    private const int Kept = 2048;
    private const int FirstFit = 400;

    private readonly List<float> _past = [];
    private readonly RobustScale _scale = new();
    private float[][] _directions = [];
    private float[] _mean = [];
    private int _seen;
    private int _nextFit = FirstFit;

    public double? Judge(DateTimeOffset at, double value)
    {
        _scale.Learn(value);
        _past.Add((float)value);
        if (_past.Count > 2 * Kept) _past.RemoveRange(0, _past.Count - Kept);
        // Twice the past, a new model: each fit costs what the values since the last one have paid for.
        if (++_seen == _nextFit) Fit();
        return _directions.Length == 0 ? null : Unexplained() / _scale.Deviation;
    }

    private void Fit()
    {
        _nextFit += Math.Min(_nextFit, Kept);
        var from = Math.Max(0, _past.Count - Kept);
        var rows = Enumerable.Range(from, _past.Count - from - Width + 1).Select(start => new Row { Features = [.. _past.GetRange(start, Width)] });
        try
        {
            Learn(rows);
        }
        catch (ArgumentOutOfRangeException e) when (e.ParamName == "eigenVectors")
        {
            // A series that never moves has no directions: ML.NET finds NaN. The next fit tries again.
            _directions = [];
        }
    }

    private void Learn(IEnumerable<Row> rows)
    {
        // A fixed seed: the same past gives the same model.
        var ml = new MLContext(seed: 1);
        var model = ml.AnomalyDetection.Trainers.RandomizedPca(new RandomizedPcaTrainer.Options
        {
            FeatureColumnName = nameof(Row.Features),
            Rank = Rank,
            EnsureZeroMean = true,
            Seed = 1,
        }).Fit(ml.Data.LoadFromEnumerable(rows)).Model;
        VBuffer<float>[] directions = [];
        VBuffer<float> mean = default;
        model.GetEigenVectors(ref directions, out _);
        model.GetMean(ref mean);
        _directions = [.. directions.Select(direction => direction.DenseValues().ToArray())];
        _mean = [.. mean.DenseValues()];
    }

    private double Unexplained()
    {
        Span<float> window = stackalloc float[Width];
        var rest = 0f;
        for (var lag = 0; lag < Width; lag++)
        {
            window[lag] = _past[_past.Count - Width + lag] - (_mean.Length > 0 ? _mean[lag] : 0);
            rest += window[lag] * window[lag];
        }
        foreach (var direction in _directions)
        {
            var along = 0f;
            for (var lag = 0; lag < Width; lag++) along += direction[lag] * window[lag];
            rest -= along * along;
        }
        return Math.Sqrt(Math.Max(0, rest) / Width);
    }

    private sealed class Row
    {
        [VectorType(Width)]
        public float[] Features { get; set; } = [];
    }
}
