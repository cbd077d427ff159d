using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using HubSpotMonitor.Posture.Ledger;
using ActivityEvent = HubSpotMonitor.Signals.ActivityEvent;

namespace HubSpotMonitor.Benchmarks.Posture;

/// <summary>Folds the activity of many accounts on one core, and shows that the result is the same: again, and in daily pieces put away in between.</summary>
internal sealed class FoldBenchmark(TextWriter output, TimeProvider time)
{
    public int Run(int portals)
    {
        var first = Measure(portals, "from scratch", FoldAtOnce);
        var again = Measure(portals, "again", FoldAtOnce);
        var pieces = Measure(portals, "in daily pieces, saved and loaded between", FoldInPieces);
        var same = first == again && first == pieces;
        Say($"the same byte for byte: {(same ? "yes" : "NO")}");
        return same ? 0 : 1;
    }

    private string Measure(int portals, string name, Func<long, IReadOnlyList<ActivityEvent>, byte[]> fold)
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
        var result = Convert.ToHexStringLower(hash.GetHashAndReset());
        using var self = Process.GetCurrentProcess();
        Say($"{name}: {events:N0} events of {portals} accounts in {spent.TotalSeconds:0.0} s ({events / spent.TotalSeconds:N0} a second, one core); ledgers {bytes / 1024d:N0} KB, the largest {largest / 1024d:0.0} KB; peak memory {self.PeakWorkingSet64 / 1024 / 1024} MB; sha256 {result}");
        return result;
    }

    private static byte[] FoldAtOnce(long portal, IReadOnlyList<ActivityEvent> history) => AccessLedger.Fold(AccessLedger.Empty(portal), history, AccountHistory.End.AddDays(1)).Save();

    private static byte[] FoldInPieces(long portal, IReadOnlyList<ActivityEvent> history)
    {
        var ledger = AccessLedger.Empty(portal);
        foreach (var day in history.Chunk(history.Count / AccountHistory.Days)) ledger = AccessLedger.Load(AccessLedger.Fold(ledger, day, AccountHistory.End.AddDays(1)).Save())!;
        return ledger.Save();
    }

    private void Say(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
