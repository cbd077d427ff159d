namespace HubSpotMonitor.Benchmarks.Usage;

/// <summary>How calls lie within a day.</summary>
internal enum DayShape
{
    /// <summary>Working hours, a little at night, less at weekends.</summary>
    Office,

    /// <summary>The same at any time.</summary>
    Flat,

    /// <summary>All within a few hours of the night, begun a little sooner or later each day.</summary>
    Batch,
}

/// <summary>A kind of account.</summary>
/// <param name="Name">As the usage benchmark calls it.</param>
/// <param name="Shape">Of its days.</param>
/// <param name="Least">Calls in a busy hour of the smallest account.</param>
/// <param name="Most">And of the largest.</param>
/// <param name="Spread">The most by which counts scatter beyond Poisson: variance is mean + spread x mean².</param>
/// <param name="DaySpread">How much whole days differ from each other, as a standard deviation of their logarithm.</param>
internal sealed record MadeKind(string Name, DayShape Shape, double Least, double Most, double Spread, double DaySpread)
{
    private static readonly string[] All = ["exfil_burst", "off_hours", "credential_reuse", "low_and_slow", "sudden_silence", "retry_storm"];

    /// <summary>What can be planted in it.</summary>
    public IReadOnlyList<string> Events { get; init; } = All;

    /// <summary>On two working days of five a campaign multiplies its calls, many times.</summary>
    public bool HasCampaigns { get; init; }

    /// <summary>From one count to the next.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(5);

    public static IReadOnlyList<MadeKind> Kinds { get; } =
    [
        new("office", DayShape.Office, 15, 400, 0.2, 0.07),
        new("poller", DayShape.Flat, 25, 400, 0.03, 0.02) { Events = [.. All.Except(["off_hours"])] },
        new("batch", DayShape.Batch, 600, 25_000, 0.1, 0.25) { Events = [.. All.Except(["low_and_slow"])] },
        new("marketing", DayShape.Office, 5, 90, 0.3, 0.15) { HasCampaigns = true, Every = TimeSpan.FromMinutes(15) },
        new("few calls", DayShape.Office, 0.5, 3, 0.2, 0.1)
        {
            Events = [.. All.Except(["low_and_slow", "sudden_silence"])],
            Every = TimeSpan.FromMinutes(15),
        },
        new("hourly events", DayShape.Office, 8, 90, 0.1, 0.08) { Every = TimeSpan.FromHours(1) },
    ];
}
