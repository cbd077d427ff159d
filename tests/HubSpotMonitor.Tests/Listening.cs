using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests;

/// <summary>What the monitor tells about itself while this test runs: of what runs beside it nothing is heard.</summary>
internal sealed class Listening : IDisposable
{
    private static readonly AsyncLocal<Listening?> Mine = new();

    private readonly ActivityListener _spans;
    private readonly MeterListener _meter = new();

    public Listening()
    {
        Mine.Value = this;
        _spans = new()
        {
            ShouldListenTo = source => source.Name == Telemetry.Name,
            Sample = (ref _) => Mine.Value == this ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (Mine.Value == this) Spans.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(_spans);
        _meter.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Telemetry.Name) listener.EnableMeasurementEvents(instrument);
        };
        _meter.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _meter.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _meter.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _meter.Start();
    }

    public ConcurrentQueue<Activity> Spans { get; } = [];

    public ConcurrentQueue<(string Name, double Value, IReadOnlyDictionary<string, object?> Tags)> Measurements { get; } = [];

    /// <summary>Every name, and every value that a tag has.</summary>
    public IEnumerable<string> Told =>
        Spans
            .SelectMany(span => span.TagObjects.Select(tag => $"{tag.Value}").Append(span.DisplayName).Append($"{span.StatusDescription}"))
            .Concat(Measurements.SelectMany(measurement => measurement.Tags.Values.Select(value => $"{value}")));

    public double Sum(string name, string? tag = null, string? value = null) =>
        Measurements.Where(one => one.Name == name && (tag is null || $"{one.Tags.GetValueOrDefault(tag)}" == value)).Sum(one => one.Value);

    public void Dispose()
    {
        Mine.Value = null;
        _spans.Dispose();
        _meter.Dispose();
    }

    private void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Mine.Value == this) Measurements.Enqueue((instrument.Name, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value)));
    }
}
