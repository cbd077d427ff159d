using HubSpotMonitor.Signals;
using HubSpotMonitor.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;

namespace HubSpotMonitor.Benchmarks.Webhooks;

/// <summary>What it costs to verify, parse and map events, on one thread and without any I/O.</summary>
internal sealed class ReadingBenchmark(TimeProvider time)
{
    private const int Requests = 500;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    /// <returns>The rounds, after one that warms up.</returns>
    public IReadOnlyList<ReadingFigures> Run(int rounds)
    {
        var now = time.GetUtcNow();
        SignedRequest[] requests =
        [
            .. EventLoad.Sign(new EventLoad(now - TimeSpan.FromHours(1)).Next(Requests), now)
                .Select(post => new SignedRequest { Method = "POST", Body = post.Body, SignatureV3 = post.V3, Timestamp = post.Timestamp }),
        ];
        var signatures = new SignatureCheck(EventLoad.Options, NullLogger<SignatureCheck>.Instance);
        return [.. Enumerable.Range(0, rounds + 1).Select(_ => RunOnce(signatures, requests, now)).Skip(1)];
    }

    private ReadingFigures RunOnce(SignatureCheck signatures, SignedRequest[] requests, DateTimeOffset now)
    {
        var (events, bytes) = (0L, 0L);
        var (started, processor, allocated) = (time.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetAllocatedBytesForCurrentThread());
        while (time.GetElapsedTime(started) < Round)
        {
            foreach (var request in requests)
            {
                if (signatures.Verify(request, now) != IntakeOutcome.Accepted
                    || EventReader.Read(request.Body, now) is not { DeadLetters: [], Events: { Count: EventLoad.Batch } read })
                {
                    throw new InvalidOperationException("A batch was not taken whole.");
                }
                events += read.Count;
                bytes += request.Body.Length;
            }
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return new(
            events / time.GetElapsedTime(started).TotalSeconds,
            events / (Environment.CpuUsage.TotalTime - processor).TotalSeconds,
            (double)allocated / events,
            (double)bytes / events);
    }
}

/// <param name="PerSecond">Events, by the clock on the wall.</param>
/// <param name="PerProcessorSecond">Events, by the processor time of the whole process, its collector included.</param>
/// <param name="Allocated">Bytes on the heap for an event.</param>
/// <param name="Size">Bytes of an event in the body.</param>
internal sealed record ReadingFigures(double PerSecond, double PerProcessorSecond, double Allocated, double Size);
