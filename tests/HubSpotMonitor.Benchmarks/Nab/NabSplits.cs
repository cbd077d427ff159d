namespace HubSpotMonitor.Benchmarks.Nab;

/// <summary>Scores on files whose threshold was chosen on other files: what a reader may expect of a file nobody has seen.</summary>
public static class NabSplits
{
    private const int Splits = 10;

    /// <summary>Ten random halves of the files, always the same ten: each scored with the best threshold of the other half.</summary>
    public static IReadOnlyList<double> Unseen(IReadOnlyList<NabFile> files, NabProfile profile)
    {
        ArgumentNullException.ThrowIfNull(files);
        var random = new Halver(20261124);
        return [.. Enumerable.Range(0, Splits).Select(_ =>
        {
            var order = random.Shuffle(files);
            var (seen, unseen) = (order[..(files.Count / 2)], order[(files.Count / 2)..]);
            return NabScorer.At(NabScorer.Best(seen, profile).Threshold, unseen, profile);
        })];
    }

    // A generator of our own (https://prng.di.unimi.it/splitmix64.c): the framework's may give other halves in its next version.
    private sealed class Halver(ulong seed)
    {
        private ulong _state = seed;

        public NabFile[] Shuffle(IReadOnlyList<NabFile> files)
        {
            NabFile[] order = [.. files.OrderBy(file => file.Name, StringComparer.Ordinal)];
            for (var last = order.Length - 1; last > 0; last--)
            {
                var other = (int)(Next() % (ulong)(last + 1));
                (order[last], order[other]) = (order[other], order[last]);
            }
            return order;
        }

        private ulong Next()
        {
            var z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
