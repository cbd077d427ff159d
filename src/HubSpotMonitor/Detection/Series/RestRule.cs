namespace HubSpotMonitor.Detection.Series;

/// <summary>Alarm once, then be silent for a while, unless it grows much worse: the same incident is not told twice.</summary>
/// <param name="length">How long it is silent.</param>
internal sealed class RestRule(TimeSpan length)
{
    /// <summary>Alarms closer than this are one.</summary>
    private static readonly TimeSpan Same = TimeSpan.FromHours(1);

    /// <summary>So much stranger than before breaks the silence.</summary>
    private const double Worse = 1.5;

    public DateTimeOffset Last { get; private set; } = DateTimeOffset.MinValue;

    public double Worst { get; private set; }

    public bool Admits(DateTimeOffset at, double deviation)
    {
        var since = at - Last;
        if (since > Same && since < length && deviation < Worse * Worst) return false;
        Worst = since <= Same ? Math.Max(Worst, deviation) : deviation;
        Last = at;
        return true;
    }

    /// <summary>What was told is still there.</summary>
    public void Prolong(DateTimeOffset at) => Last = at;

    public void Save(BinaryWriter writer)
    {
        writer.Write(Last.UtcTicks);
        writer.Write(Worst);
    }

    public void Read(BinaryReader reader) => (Last, Worst) = (new(reader.ReadInt64(), TimeSpan.Zero), reader.ReadDouble());
}
