namespace HubSpotMonitor.Detection.Series;

/// <summary>How good the live shape is.</summary>
internal sealed partial class CountModel
{
    private const int Week = 7 * Day;

    /// <summary>The last trial of a new shape: its half hour; 0: none yet.</summary>
    public int TrialAt { get; set; }

    public bool TrialPromoted { get; set; }

    public double TrialCandidate { get; set; }

    public double TrialLive { get; set; }

    /// <summary>The middle relative error of the last week's half hours, against what was expected before they came.</summary>
    public static double? MedianError(HalfHours history)
    {
        var errors = Judged(history)
            .Where(halfHour => halfHour.Expected >= 1)
            .Select(halfHour => Math.Abs(halfHour.Calm - halfHour.Expected) / halfHour.Expected)
            .Order()
            .ToList();
        return errors.Count == 0 ? null : errors[errors.Count / 2];
    }

    // The half hour that is still being counted is left out.
    private static List<HalfHour> Judged(HalfHours history)
    {
        List<HalfHour> judged = [];
        for (var index = Math.Max(history.Oldest, history.Last - Week); index < history.Last; index++)
            if (history[index] is { Expected: > 0, Minutes: > 0 } halfHour) judged.Add(halfHour);
        return judged;
    }
}
