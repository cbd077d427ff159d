namespace HubSpotMonitor.Tests.Detection.Series;

/// <summary>Series in which nothing happens, generated from a seed: each shape is one kind of integration.</summary>
internal static class QuietSeries
{
    // A Monday.
    public static readonly DateTimeOffset Start = new(2026, 9, 7, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Counts per interval. What varies around the mean is Poisson, wider by <paramref name="spread"/>; days differ by <paramref name="mood"/>.
    /// </summary>
    public static double[] Make(string shape, int seed, int days, int minutes, double spread = 1.5, double mood = 0.05)
    {
        var random = new Random(seed);
        var perDay = 24 * 60 / minutes;
        var values = new double[days * perDay];
        for (var day = 0; day < days; day++)
        {
            var busy = Math.Exp(mood * Normal(random));
            var late = 0.2 * Normal(random);
            for (var slot = 0; slot < perDay; slot++)
            {
                var mean = busy * minutes * Rate(shape, (slot + 0.5) * minutes / 60d, day % 7 >= 5, late);
                values[(day * perDay) + slot] = Around(random, mean, spread);
            }
        }
        return values;
    }

    public static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    // Calls a minute.
    private static double Rate(string shape, double hour, bool isWeekend, double late) => shape switch
    {
        "office" => 1 + (8 * Math.Exp(-Math.Pow((hour - 13) / 4, 2)) * (isWeekend ? 0.3 : 1)),
        "poller" => 4,
        "night batch" => 0.5 + (hour >= 2 + late && hour < 4 + late ? 60 : 0),
        "two shifts" => 2 + (5 * Math.Exp(-Math.Pow((hour - 9) / 2.5, 2))) + (4 * Math.Exp(-Math.Pow((hour - 20) / 2.5, 2))),
        "few calls" => 0.04 + (0.3 * Math.Exp(-Math.Pow((hour - 12) / 4, 2))),
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "There is no such shape."),
    };

    private static double Around(Random random, double mean, double spread)
    {
        if (mean > 30) return Math.Max(0, Math.Round(mean + (Math.Sqrt(mean * spread) * Normal(random))));
        var (limit, product, count) = (Math.Exp(-mean), random.NextDouble(), 0);
        while (product > limit)
        {
            count++;
            product *= random.NextDouble();
        }
        return count;
    }
}
