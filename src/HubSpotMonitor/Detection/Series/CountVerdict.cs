using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection.Series;

/// <summary>One scale that finds its sum too high or too low to be chance.</summary>
/// <param name="Scale">Its index among <see cref="CountScale.All"/>.</param>
/// <param name="Deviation">In standard deviations of such sums; negative below expectation.</param>
/// <param name="Score">-log10 of the share of earlier sums as strange.</param>
/// <param name="Seen">Counted over the scale.</param>
/// <param name="Expected">Expected over the scale.</param>
public sealed record CountVoice(int Scale, double Deviation, double Score, double Seen, double Expected)
{
    public bool IsSilence => Deviation < 0;

    public bool IsSlow => !IsSilence && CountScale.All[Scale].IsSlow;

    public double Factor => Seen / Math.Max(Expected, 1);
}

/// <summary>What the detector says of one count.</summary>
/// <param name="Expected">What was expected of it; null while there is no model yet.</param>
/// <param name="Voices">The scales that raise an alarm now; usually none.</param>
public sealed record CountVerdict(Expectation? Expected, IReadOnlyList<CountVoice> Voices)
{
    internal static readonly CountVerdict Nothing = new(null, []);

    /// <summary>Whether this time of day is one of little traffic.</summary>
    public bool QuietHour { get; init; }

    /// <summary>The count's rate, of the mean rate of the week.</summary>
    public double OfMeanRate { get; init; }

    /// <summary>The count's excess, of the excess of the one before; 1 where that had none.</summary>
    public double Climb { get; init; } = 1;

    /// <summary>Whether a surplus told before is still there.</summary>
    public bool IsShifted { get; init; }
}
