using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Detection.Series;

/// <summary>Putting a detector away and taking it up again: a compressed block of numbers, a few kilobytes.</summary>
public sealed partial class CountDetector
{
    /// <summary>Of the block. Another version is not read: the series is learned anew from what is stored.</summary>
    private const int Version = 2;

    /// <summary>
    /// Stands before what blocks of that version did not hold at first: all of it, with 1 all but the factors of incidents and what follows,
    /// with 2 all but until when a silence was seen.
    /// </summary>
    private const byte Revision = 3;

    /// <summary>The account's clock that its week is of. The block does not say: who takes it up must know.</summary>
    public AccountClock Clock => clock;

    public byte[] Save()
    {
        // Numbers of a byte each, by the thousand, and after every count: they are packed in one go, and quickly.
        using var plain = new MemoryStream();
        using (var writer = new BinaryWriter(plain, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Version);
            writer.Write(First.UtcTicks);
            writer.Write(Last.UtcTicks);
            writer.Write(_step);
            writer.Write(_fittedDay);
            SaveHistory(writer);
            SaveModel(writer);
            foreach (var calibration in _up.Concat(_down)) calibration.Save(writer);
            foreach (var maxima in _maxima) maxima.Save(writer);
            _rank.Save(writer);
            foreach (var rest in (RestRule[])[_fastRest, _slowRest, _silenceRest]) rest.Save(writer);
            foreach (var incident in (Incident[])[_rise, _surplus, _silence]) incident.Save(writer);
            _expected.Save(writer);
            writer.Write(_shift.Factor);
            writer.Write(_shift.Since);
            writer.Write(_shift.IsLevel);
            writer.Write(Revision);
            writer.Write(_paused.Ticks);
            foreach (var incident in (Incident[])[_rise, _surplus])
            {
                writer.Write(incident.Peak);
                writer.Write(incident.Factor);
            }
            writer.Write(_silentUntil.UtcTicks);
        }
        using var block = new MemoryStream();
        using (var packed = new BrotliStream(block, CompressionLevel.Fastest, leaveOpen: true)) plain.WriteTo(packed);
        return block.ToArray();
    }

    /// <returns>Null: the block is of another version.</returns>
    public static CountDetector? Load(byte[]? block, AccountClock clock, double strictness = 1)
    {
        if (block is null) return null;
        using var packed = new BrotliStream(new MemoryStream(block), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        packed.CopyTo(plain);
        plain.Position = 0;
        using var reader = new BinaryReader(plain);
        if (reader.ReadInt32() != Version) return null;
        var detector = new CountDetector(clock, strictness);
        detector.Read(reader);
        return detector;
    }

    private void Read(BinaryReader reader)
    {
        First = new(reader.ReadInt64(), TimeSpan.Zero);
        Last = new(reader.ReadInt64(), TimeSpan.Zero);
        _step = reader.ReadDouble();
        _fittedDay = reader.ReadInt32();
        ReadHistory(reader);
        ReadModel(reader);
        foreach (var calibration in _up.Concat(_down)) calibration.Read(reader);
        foreach (var maxima in _maxima) maxima.Read(reader);
        _rank.Read(reader);
        foreach (var rest in (RestRule[])[_fastRest, _slowRest, _silenceRest]) rest.Read(reader);
        foreach (var incident in (Incident[])[_rise, _surplus, _silence]) incident.Read(reader);
        _expected.Read(reader);
        _shift.Factor = reader.ReadDouble();
        _shift.Since = reader.ReadInt32();
        // -1 at the end of a block of before, which is read all the same: learning anew would cost a day of sight.
        _shift.IsLevel = reader.BaseStream.ReadByte() > 0;
        var revision = reader.BaseStream.ReadByte();
        if (revision < 0)
        {
            _paused = TimeSpan.FromMinutes(HalfHours.Minutes * (_history.Last - _history.Oldest + 1)) - Known;
            // Who was past the warm-up stays so: else what is told would end at the upgrade.
            if (Last - First >= Warmup && History < Warmup) _paused = Last - First - Warmup;
            return;
        }
        _paused = new(reader.ReadInt64());
        foreach (var incident in (Incident[])[_rise, _surplus])
        {
            incident.Peak = reader.ReadDouble();
            if (revision > 1) incident.Factor = reader.ReadDouble();
        }
        if (revision > 2) _silentUntil = new(reader.ReadInt64(), TimeSpan.Zero);
    }

    private void SaveHistory(BinaryWriter writer)
    {
        writer.Write(_history.First);
        writer.Write(_history.Last);
        writer.Write(MemoryMarshal.AsBytes(_history.Ring));
        writer.Write(_recent.Count);
        writer.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_recent)));
    }

    private void ReadHistory(BinaryReader reader)
    {
        _history.First = reader.ReadInt32();
        _history.Last = reader.ReadInt32();
        reader.ReadExactly(MemoryMarshal.AsBytes(_history.Ring));
        CollectionsMarshal.SetCount(_recent, reader.ReadInt32());
        reader.ReadExactly(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_recent)));
    }

    private void SaveModel(BinaryWriter writer)
    {
        writer.Write(_model.Profile is not null);
        foreach (var rate in _model.Profile?.Rates ?? []) writer.Write(rate);
        writer.Write(_model.Level);
        writer.Write(_model.FittedAt);
        writer.Write(_model.TrialAt);
        writer.Write(_model.TrialPromoted);
        writer.Write(_model.TrialCandidate);
        writer.Write(_model.TrialLive);
        writer.Write(MemoryMarshal.AsBytes(_model.Scatter.Deviations));
    }

    private void ReadModel(BinaryReader reader)
    {
        if (reader.ReadBoolean()) _model.Profile = WeekProfile.Of([.. Enumerable.Range(0, WeekProfile.Slots).Select(_ => reader.ReadSingle())]);
        _model.Level = reader.ReadDouble();
        _model.FittedAt = reader.ReadInt32();
        (_model.TrialAt, _model.TrialPromoted, _model.TrialCandidate, _model.TrialLive) =
            (reader.ReadInt32(), reader.ReadBoolean(), reader.ReadDouble(), reader.ReadDouble());
        reader.ReadExactly(MemoryMarshal.AsBytes(_model.Scatter.Deviations));
    }
}
