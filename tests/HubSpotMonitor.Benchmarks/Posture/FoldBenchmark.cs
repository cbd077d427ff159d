using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using HubSpotMonitor.Posture.Ledger;
using ActivityEvent = HubSpotMonitor.Signals.ActivityEvent;

namespace HubSpotMonitor.Benchmarks.Posture;

/// <summary>
/// Folds the activity of many accounts on one core, and shows that the result is the same: again, and in daily pieces put away in between.
/// </summary>
internal sealed class FoldBenchmark(TextWriter output, TimeProvider time)
{
    private const int Repeats = 5;

    public int Run(int portals) => Measure(portals).All(fold => fold.IsSame) ? 0 : 1;

    /// <summary>From scratch, again, and in pieces.</summary>
    public IReadOnlyList<FoldFigures> Measure(int portals)
    {
        var first = Measure(portals, "from scratch", FoldAtOnce);
        FoldFigures[] all =
        [
            first,
            Measure(portals, "again", FoldAtOnce),
            Measure(portals, "in daily pieces, saved and loaded between", FoldInPieces),
        ];
        all = [.. all.Select(fold => fold with { IsSame = fold.Sha256 == first.Sha256 })];
        Say($"the same byte for byte: {(all.All(fold => fold.IsSame) ? "yes" : "NO")}");
        return all;
    }

    /// <summary>The newest hundredth, tenth and all of one account's events, each folded so often that all take about as long.</summary>
    public IReadOnlyList<(int Events, TimeSpan Each)> Grow()
    {
        var history = AccountHistory.Of(1);
        List<(int, TimeSpan)> all = [];
        foreach (var part in (int[])[100, 10, 1])
        {
            var events = history.TakeLast(history.Count / part).ToList();
            var started = time.GetTimestamp();
            for (var repeat = 0; repeat < part * Repeats; repeat++) FoldAtOnce(1, events);
            all.Add((events.Count, time.GetElapsedTime(started) / (part * Repeats)));
            Say($"{events.Count:N0} events of one account: {all[^1].Item2.TotalMilliseconds:0.00} ms");
        }
        return all;
    }

    private FoldFigures Measure(int portals, string name, Func<long, IReadOnlyList<ActivityEvent>, byte[]> fold)
    {
        var (events, bytes, largest, spent) = (0L, 0L, 0, TimeSpan.Zero);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var portal = 1; portal <= portals; portal++)
        {
            var history = AccountHistory.Of(portal);
            var started = time.GetTimestamp();
            var saved = fold(portal, history);
            spent += time.GetElapsedTime(started);
            (events, bytes, largest) = (events + history.Count, bytes + saved.Length, Math.Max(largest, saved.Length));
            hash.AppendData(saved);
        }
        var figures = new FoldFigures(name, portals, events, spent, bytes, largest, Convert.ToHexStringLower(hash.GetHashAndReset()));
        using var self = Process.GetCurrentProcess();
        Say($"{name}: {events:N0} events of {portals} accounts in {spent.TotalSeconds:0.0} s ({figures.PerSecond:N0} a second, one core); ledgers {bytes / 1024d:N0} KB, the largest {largest / 1024d:0.0} KB; peak memory {self.PeakWorkingSet64 / 1024 / 1024} MB; sha256 {figures.Sha256}");
        return figures;
    }

    private static byte[] FoldAtOnce(long portal, IReadOnlyList<ActivityEvent> history) =>
        AccessLedger.Fold(AccessLedger.Empty(portal), history, AccountHistory.End.AddDays(1)).Save();

    private static byte[] FoldInPieces(long portal, IReadOnlyList<ActivityEvent> history)
    {
        var ledger = AccessLedger.Empty(portal);
        foreach (var day in history.Chunk(history.Count / AccountHistory.Days))
            ledger = AccessLedger.Load(AccessLedger.Fold(ledger, day, AccountHistory.End.AddDays(1)).Save())!;
        return ledger.Save();
    }

    private void Say(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

/// <param name="Name">How it was folded.</param>
/// <param name="Portals">Accounts.</param>
/// <param name="Events">Of all of them.</param>
/// <param name="Spent">On one core.</param>
/// <param name="Bytes">Of all ledgers, saved.</param>
/// <param name="Largest">Bytes of the largest one.</param>
/// <param name="Sha256">Of the ledgers.</param>
internal sealed record FoldFigures(string Name, int Portals, long Events, TimeSpan Spent, long Bytes, int Largest, string Sha256)
{
    public double PerSecond => Events / Spent.TotalSeconds;

    /// <summary>Whether the ledgers are those of the first fold, byte for byte.</summary>
    public bool IsSame { get; init; }
}
