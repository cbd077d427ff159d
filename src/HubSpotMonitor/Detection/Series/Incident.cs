namespace HubSpotMonitor.Detection.Series;

/// <summary>What is going on: since when, and how many counts more or less than expected it has brought so far.</summary>
/// <param name="pause">What comes later than this after the last alarm is another incident.</param>
internal sealed class Incident(TimeSpan pause)
{
    /// <summary>When an alarm was last raised.</summary>
    public DateTimeOffset Told { get; private set; } = DateTimeOffset.MinValue;

    public DateTimeOffset Since { get; private set; }

    /// <summary>Counted beyond what was expected; below 0 in a silence.</summary>
    public double Excess { get; private set; }

    /// <summary>The most per hour that an alarm told of it, beyond what is usual.</summary>
    public double Peak { get; set; }

    /// <summary>The most times what is usual that an alarm told of it.</summary>
    public double Factor { get; set; }

    /// <summary>Another count came.</summary>
    public void Add(DateTimeOffset at, double excess)
    {
        if (at - Told <= pause) Excess += excess;
    }

    /// <summary>A scale raised an alarm.</summary>
    /// <param name="since">Where that scale's sum begins.</param>
    /// <param name="at">Now.</param>
    /// <param name="excess">That sum, less what was expected of it.</param>
    /// <param name="perHour">How much more than usual comes in an hour now.</param>
    /// <param name="factor">How many times what is usual that sum is.</param>
    public void Tell(DateTimeOffset since, DateTimeOffset at, double excess, double perHour, double factor)
    {
        if (at - Told > pause) (Since, Excess, Peak, Factor) = (since, excess, 0, 0);
        (Told, Peak, Factor) = (at, Math.Max(Peak, perHour), Math.Max(Factor, factor));
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Since.UtcTicks);
        writer.Write(Told.UtcTicks);
        writer.Write(Excess);
    }

    public void Read(BinaryReader reader) =>
        (Since, Told, Excess) = (new(reader.ReadInt64(), TimeSpan.Zero), new(reader.ReadInt64(), TimeSpan.Zero), reader.ReadDouble());
}
