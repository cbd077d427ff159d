namespace HubSpotMonitor.Signals;

/// <summary>What a finding about counts rests on, in figures: for other programs, and for whoever doubts the sentence.</summary>
public sealed record Explanation
{
    /// <summary>What it looks like, for example <c>RetryStorm</c>.</summary>
    public required string Class { get; init; }

    /// <summary>The lengths of time whose sums are too high or too low to be chance, shortest first.</summary>
    public required IReadOnlyList<ScaleEvidence> Voices { get; init; }

    /// <summary>When the incident began, as far as known. UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Calls beyond what was expected, from then until now; below 0 in a silence.</summary>
    public required double Excess { get; init; }
}

/// <summary>One length of time that speaks for a finding.</summary>
/// <param name="Scale">Its name: <c>the last reading</c>, <c>12 h</c>.</param>
/// <param name="Seen">Calls counted in it.</param>
/// <param name="Expected">Calls expected in it.</param>
/// <param name="Factor">The one over the other.</param>
/// <param name="Deviation">In standard deviations of such sums; below 0: fewer than expected.</param>
/// <param name="P">How often a sum of this length was as strange, 0 to 1.</param>
public sealed record ScaleEvidence(string Scale, double Seen, double Expected, double Factor, double Deviation, double P);
