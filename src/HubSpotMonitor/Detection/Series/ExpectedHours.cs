namespace HubSpotMonitor.Detection.Series;

/// <summary>
/// Hours of the week at which a person said "this was expected": there more deviation is needed before it is told again. It never
/// doubles more than once, fades by half every four weeks, and what is five times as much as what was marked is told all the same.
/// </summary>
public sealed class ExpectedHours
{
    /// <summary>What the needed deviation is multiplied by where something was marked just now, and the most that it ever is.</summary>
    public const double Most = 2;

    private const double TellAllTheSame = 5;
    private const double HalfLifeDays = 28;
    private const int Slots = WeekProfile.Slots;

    // For rises and for silences: how far above 1 the factor is. And the rate that was marked, per minute.
    private readonly float[] _rises = new float[Slots];
    private readonly float[] _silences = new float[Slots];
    private readonly float[] _rates = new float[Slots];

    /// <param name="from">The first half hour that is spared.</param>
    /// <param name="to">The last.</param>
    /// <param name="rate">The highest rate that was marked, per minute; null: a silence was marked.</param>
    public void Mark(int from, int to, double? rate)
    {
        for (var index = Math.Max(from, to - Slots + 1); index <= to; index++)
        {
            var slot = HalfHours.Slot(index);
            (rate is null ? _silences : _rises)[slot] = (float)(Most - 1);
            if (rate is { } marked) _rates[slot] = Math.Max(_rates[slot], (float)marked);
        }
    }

    /// <summary>Forgets all that was marked there, also by others: to tell once too often does less harm than to stay silent.</summary>
    /// <param name="from">The first half hour that was spared.</param>
    /// <param name="to">The last.</param>
    public void Unmark(int from, int to)
    {
        for (var index = Math.Max(from, to - Slots + 1); index <= to; index++)
        {
            var slot = HalfHours.Slot(index);
            (_rises[slot], _silences[slot], _rates[slot]) = (0, 0, 0);
        }
    }

    /// <summary>What the needed deviation of a rise is multiplied by.</summary>
    /// <param name="slot">The half hour of the week.</param>
    /// <param name="rate">What was counted, per minute.</param>
    public double OfRise(int slot, double rate) => rate >= TellAllTheSame * _rates[slot] ? 1 : 1 + _rises[slot];

    /// <summary>What the needed deviation of a silence is multiplied by.</summary>
    public double OfSilence(int slot) => 1 + _silences[slot];

    /// <summary>Once a day: what was said long ago counts less.</summary>
    public void Fade()
    {
        var kept = (float)Math.Pow(0.5, 1 / HalfLifeDays);
        for (var slot = 0; slot < Slots; slot++)
        {
            _rises[slot] *= kept;
            _silences[slot] *= kept;
        }
    }

    public void Save(BinaryWriter writer)
    {
        foreach (var value in All()) writer.Write(value);
    }

    public void Read(BinaryReader reader)
    {
        foreach (var row in (float[][])[_rises, _silences, _rates])
            for (var slot = 0; slot < Slots; slot++) row[slot] = reader.ReadSingle();
    }

    private IEnumerable<float> All() => _rises.Concat(_silences).Concat(_rates);
}
