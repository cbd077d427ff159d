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

    /// <summary>How often such a sum was seen before.</summary>
    public double Probability => Math.Pow(10, -Math.Clamp(Score, 0, TailCalibration.Cap));

    /// <summary>The one that says most clearly what happened: what is high before what is low, what is sudden before what is slow.</summary>
    internal static CountVoice Lead(IEnumerable<CountVoice> voices) =>
        voices.OrderBy(voice => voice.IsSilence).ThenBy(voice => voice.IsSlow).ThenByDescending(voice => Math.Abs(voice.Deviation)).First();
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

    /// <summary>When the incident that is told began; null: none is told.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How many counts beyond what was expected it has brought so far; below 0 in a silence.</summary>
    public double Excess { get; init; }

    /// <summary>The most per hour that it has brought beyond what is usual.</summary>
    public double Peak { get; init; }

    /// <summary>The most times what is usual that it has reached.</summary>
    public double Factor { get; init; }

    /// <summary>Whether what the watch itself makes was left out of a silence.</summary>
    public bool IsWithoutOwn { get; init; }
}
