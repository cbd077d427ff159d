using System.Globalization;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection.Series;

/// <summary>An alarm in words and figures: what the voices of one count say together.</summary>
/// <param name="Class">What it looks like.</param>
/// <param name="Lead">The voice that says it most clearly.</param>
/// <param name="Sentence">What a person reads.</param>
public sealed record CountAlarm(IncidentClass Class, CountVoice Lead, string Sentence)
{
    /// <summary>How rare such a sum is on the series' own past.</summary>
    public double Probability => Lead.Probability;

    /// <summary>All that spoke.</summary>
    public IReadOnlyList<CountVoice> Voices { get; init; } = [Lead];

    /// <summary>When the incident began; null: not known.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How many counts beyond what was expected it has brought so far; below 0 in a silence.</summary>
    public double Excess { get; init; } = Lead.Seen - Lead.Expected;

    /// <summary>The most per hour that it has brought beyond what is usual.</summary>
    public double Peak { get; init; }

    /// <summary>The most times what is usual that it has reached: of a burst that ebbs away, more than the sums of now show.</summary>
    public double Factor { get; init; } = Lead.Factor;

    /// <summary>That, in words.</summary>
    public string Times => Factor > Lead.Factor ? $"up to {Words.Factor(Factor)}" : Words.Factor(Lead.Factor);

    /// <summary>Beyond this a surplus of half a day is no trickle.</summary>
    private const double ReuseRise = 1.3;

    private const double StormClimb = 1.4;

    /// <summary>A few hours' traffic of a busy day, no more: beyond it the hour does not matter.</summary>
    private const double OffHoursMost = 4;

    /// <returns>Null: nobody speaks.</returns>
    public static CountAlarm? Of(CountVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        if (verdict.Voices.Count == 0) return null;
        var lead = CountVoice.Lead(verdict.Voices);
        var kind = Classify(verdict, lead);
        return new(kind, lead, $"{Says(kind, lead, verdict.IsWithoutOwn)} {Sources(verdict.Voices)}")
        {
            Voices = verdict.Voices,
            Since = verdict.Since,
            Excess = verdict.Excess,
            Peak = verdict.Peak,
            Factor = verdict.Factor,
        };
    }

    private static IncidentClass Classify(CountVerdict verdict, CountVoice lead) => lead switch
    {
        { IsSilence: true } => IncidentClass.Silence,
        { IsSlow: true } => verdict.IsShifted ? IncidentClass.LevelShift
            : lead.Seen > ReuseRise * lead.Expected && !CountScale.All[lead.Scale].IsOfDays ? IncidentClass.CredentialReuse : IncidentClass.SlowDrain,
        _ when verdict.QuietHour && verdict.OfMeanRate < OffHoursMost => IncidentClass.OffHours,
        _ => verdict.Climb > StormClimb ? IncidentClass.RetryStorm : IncidentClass.Burst,
    };

    private static string Says(IncidentClass kind, CountVoice lead, bool isWithoutOwn)
    {
        var scale = CountScale.All[lead.Scale].Name;
        var figures = $"{Words.Count(lead.Seen)} in {scale} where {Words.Count(lead.Expected)} were expected";
        return kind switch
        {
            IncidentClass.Silence => $"Silence: {figures}{(isWithoutOwn ? ", without the monitor's own calls" : "")}.",
            IncidentClass.OffHours => $"Off hours: {figures} ({Words.Factor(lead.Factor)}), at a time that is usually quiet.",
            IncidentClass.RetryStorm => $"Retry storm: {figures} ({Words.Factor(lead.Factor)}), and climbing.",
            IncidentClass.CredentialReuse =>
                $"Parallel use: {figures} ({Words.Factor(lead.Factor)}), steadily: as if a second program used the same credential.",
            IncidentClass.SlowDrain => $"Slow drain: {figures} ({Words.Factor(lead.Factor)}), without a single spike.",
            IncidentClass.LevelShift =>
                $"Level shift: {figures} ({Words.Factor(lead.Factor)}) on top of a surplus told before; it will be learned as normal.",
            _ => $"Burst: {figures} ({Words.Factor(lead.Factor)}).",
        };
    }

    private static string Sources(IReadOnlyList<CountVoice> voices) =>
        "Said by: "
        + string.Join(
            ", ",
            voices.Select(voice =>
                string.Create(CultureInfo.InvariantCulture, $"{CountScale.All[voice.Scale].Name} ({voice.Deviation:+0.0;-0.0} deviations)")))
        + ".";
}
