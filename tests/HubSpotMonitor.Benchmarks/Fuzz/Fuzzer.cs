using System.Diagnostics;

namespace HubSpotMonitor.Benchmarks.Fuzz;

/// <summary>
/// Spoils examples and gives them to a reader: the same seed, the same inputs. Besides the reader's own promises it holds it to two that all
/// share: memory and time grow with the input and not with its square.
/// </summary>
public sealed class Fuzzer
{
    private const int MostExamples = 4000;
    private const int LongestInput = 64 * 1024;
    private const int Retries = 4;

    // What a call needs for itself, and for each byte it is given; the readers of lists copy a short text some ten times.
    private const long UsualAllocation = 8 * 1024 * 1024;
    private const long AllocationPerByte = 4000;

    private static readonly TimeSpan UsualTime = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan TimePerKilobyte = TimeSpan.FromMilliseconds(4);

    private readonly FuzzTarget _target;
    private readonly int _seed;
    private readonly Random _random;
    private readonly Mutator _mutator;
    private readonly List<byte[]> _examples;
    private readonly HashSet<string> _kinds = [];

    public Fuzzer(FuzzTarget target, IReadOnlyList<byte[]> examples, int seed)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (examples is not [_, ..]) throw new ArgumentException("At least one example is needed.", nameof(examples));
        (_target, _seed, _random) = (target, seed, new Random(seed));
        _mutator = new Mutator(_random, target.Words);
        _examples = [.. examples];
    }

    /// <summary>Tries the examples as they are and then spoilt ones.</summary>
    /// <param name="goesOn">Asked before each input, with how many were tried.</param>
    public FuzzResult Run(Func<long, bool> goesOn)
    {
        ArgumentNullException.ThrowIfNull(goesOn);
        long round = 0;
        for (var given = _examples.Count; goesOn(round); round++)
        {
            var input = round < given ? _examples[(int)round] : Next();
            try
            {
                if (_kinds.Add(Measured(input)) && round >= given && _examples.Count < MostExamples) _examples.Add(input);
            }
            catch (Exception exception)
            {
                return new(round + 1, _kinds.Count, new(_target.Name, _seed, round, input, exception));
            }
        }
        return new(round, _kinds.Count, null);
    }

    private byte[] Next()
    {
        var spoilt = _mutator.Spoil(_examples[_random.Next(_examples.Count)], _examples[_random.Next(_examples.Count)]);
        return spoilt.Length <= LongestInput ? spoilt : spoilt[..LongestInput];
    }

    private string Measured(byte[] input)
    {
        var limit = UsualTime + (TimePerKilobyte * (input.Length / 1024.0));
        var (kind, time) = Once(input);
        // A busy machine lets anybody wait; what counts then is the processor's time, and the least of it.
        for (var again = 0; time > limit && again < Retries; again++)
        {
            var before = Environment.CpuUsage.TotalTime;
            _ = Once(input);
            var used = Environment.CpuUsage.TotalTime - before;
            time = used < time ? used : time;
        }
        BrokenPromiseException.ThrowUnless(time <= limit, $"It took {time.TotalMilliseconds:0} ms for {input.Length} bytes, however often.");
        return kind;
    }

    private (string Kind, TimeSpan Time) Once(byte[] input)
    {
        var (allocated, started) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        var kind = _target.Check(input);
        var time = Stopwatch.GetElapsedTime(started);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        BrokenPromiseException.ThrowUnless(
            allocated <= UsualAllocation + (AllocationPerByte * input.Length),
            $"It took {allocated} bytes of memory for {input.Length} bytes.");
        return (kind, time);
    }
}
