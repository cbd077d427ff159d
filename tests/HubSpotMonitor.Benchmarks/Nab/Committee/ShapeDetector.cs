using HubSpotMonitor.Detection.Series;

namespace HubSpotMonitor.Benchmarks.Nab.Committee;

/// <summary>
/// Watches any series of values, also of those that are no counts: a fixed committee of unlike members, each calibrated on its own
/// past so that their opinions can be added. Never looks ahead; after an alarm it rests.
/// </summary>
/// <param name="members">Places in <see cref="Names"/>: a committee of some members only shows what each is worth.</param>
internal sealed class ShapeDetector(IReadOnlyCollection<int> members)
{
    private const double RestShare = 0.05;
    private const int ShortestRest = 100;
    private const int LongestRest = 400;
    private const double Worse = 1.3;

    // Few and round weights: finer ones were fitted to the files at hand. The learned novelty is heard least, because it added least.
    private readonly (IMember Member, double Weight, TailCalibration Calibration)[] _members =
        [.. All().Where((_, index) => members.Contains(index)).Select(member => (member.Member, member.Weight, new TailCalibration()))];

    private readonly Queue<(int Seen, double Score)> _raised = new();
    private int _seen;

    public ShapeDetector()
        : this([.. Enumerable.Range(0, Names.Count)])
    {
    }

    public static IReadOnlyList<string> Names { get; } = [.. All().Select(member => member.Name)];

    /// <summary>Takes the next value.</summary>
    /// <returns>0 while nothing is strange or an alarm was just raised; the higher, the stranger.</returns>
    public double Next(DateTimeOffset at, double value)
    {
        var sum = 0d;
        foreach (var (member, weight, calibration) in _members)
        {
            if (member.Judge(at, value) is not { } raw) continue;
            sum += weight * calibration.Score(raw);
            calibration.Learn(raw);
        }
        // Long series see more rare values by chance.
        return Rest(sum / Math.Log10(++_seen + 100));
    }

    private double Rest(double score)
    {
        var rest = Math.Clamp(RestShare * _seen, ShortestRest, LongestRest);
        while (_raised.Count > 0 && _seen - _raised.Peek().Seen > rest) _raised.Dequeue();
        if (score <= _raised.Select(raised => raised.Score).DefaultIfEmpty().Max() * Worse) return 0;
        _raised.Enqueue((_seen, score));
        return score;
    }

    private static (string Name, IMember Member, double Weight)[] All() =>
    [
        ("beyond the range", new Beyond(), 1),
        ("nearest window of 4", new Nearest(4), 0.5),
        ("nearest window of 8", new Nearest(8), 0.5),
        ("nearest window of 16", new Nearest(16), 0.5),
        ("same time of day", new SameTime(ofWeek: false), 1),
        ("same time of week", new SameTime(ofWeek: true), 0.5),
        ("relative entropy", new Entropy(), 0.5),
        ("spread", new Spread(), 0.5),
        ("drift", new Drift(), 1),
        ("learned novelty", new Novelty(), 0.1),
    ];
}
