using System.Text.Json;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Api;

/// <summary>What <c>POST /api/readings</c> answers.</summary>
internal sealed record ImportAnswer(int Imported);

/// <summary>Checks readings from outside before the core sees them.</summary>
internal static class ReadingImport
{
    // A month in 5-minute steps is 8,928.
    public const int MaxReadings = 10_000;

    /// <returns>The readings, or a sentence that names index and field of the first that is wrong.</returns>
    public static async Task<(IReadOnlyList<Reading> Readings, string? Wrong)> ReadAsync(
        Stream body, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<Reading>? readings;
        try
        {
            readings = await JsonSerializer.DeserializeAsync(body, ApiJson.Default.ListReading, cancellationToken);
        }
        catch (JsonException exception)
        {
            return ([], $"{Place(exception.Path)}: {FirstSentence(exception.Message)}");
        }

        if (readings is null)
            return ([], "The body must be a JSON array of readings.");
        if (readings.Count > MaxReadings)
            return ([], $"The body holds {readings.Count} readings, at most {MaxReadings} are taken at a time: send them in parts.");
        for (var index = 0; index < readings.Count; index++)
        {
            if (Wrong(readings[index], now) is { } wrong)
                return ([], $"[{index}].{wrong}");
        }

        return (readings, null);
    }

    private static string? Wrong(Reading? reading, DateTimeOffset now) => reading switch
    {
        null => "portal: a reading is an object, not null.",
        { Portal: <= 0 } => "portal must be the number of a HubSpot account.",
        _ when !Metric.All.Contains(reading.Metric) => $"metric must be one of {string.Join(", ", Metric.All)}.",
        // HubSpot's API is younger; an earlier time is a unit mixed up.
        { At.Year: < 2010 } => "at is before 2010.",
        _ when reading.At > now.AddDays(1) => "at lies in the future.",
        _ when !IsCount(reading.Value) => "value must be a number of calls: 0 or more.",
        _ when !Enum.IsDefined(reading.Quality) => $"quality must be one of {string.Join(", ", Enum.GetNames<ReadingQuality>())}.",
        _ when reading.Since >= reading.At => "since must be before at.",
        // Whatever is not a value at an instant.
        { Since: null, Metric: not (Metric.UsageReported or Metric.UsageLive or Metric.WebhookSilence) } =>
            "since is missing: a count needs the start of its interval.",
        { Limit: { } limit } when !IsCount(limit) => "limit must be a number of calls: 0 or more.",
        { Expected: { } expected } when !IsBand(expected) => "expected must be a band: 0 <= low <= middle <= high, tailProbability from 0 to 1.",
        _ => null,
    };

    private static bool IsCount(double value) => double.IsFinite(value) && value >= 0;

    private static bool IsBand(Expectation band) =>
        IsCount(band.Low)
        && double.IsFinite(band.High)
        && band.Low <= band.Middle
        && band.Middle <= band.High
        && band.TailProbability is >= 0 and <= 1;

    // "$[3].value" as "[3].value".
    private static string Place(string? path) => path is { Length: > 1 } ? path[1..] : "The body must be a JSON array of readings";

    // The rest of the serializer's message repeats the path and adds line and byte.
    private static string FirstSentence(string message) => message.Split(" Path:", 2)[0];
}
