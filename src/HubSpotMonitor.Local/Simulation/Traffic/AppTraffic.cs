namespace HubSpotMonitor.Local.Simulation.Traffic;

/// <summary>One of the apps that share an account's daily limit: its rhythm and how much it strays from it.</summary>
/// <param name="Name">For readers.</param>
/// <param name="CallsPerMinute">The usual rate at a time of the account's clock.</param>
/// <param name="DaySpread">How much whole days differ, as a standard deviation of the logarithm.</param>
/// <param name="HourSpread">How much hours differ within a day.</param>
internal sealed record AppTraffic(string Name, Func<DateTime, double> CallsPerMinute, double DaySpread, double HourSpread)
{
    /// <summary>Together some 80,000 calls on a weekday and half of that at a weekend.</summary>
    public static IReadOnlyList<AppTraffic> Usual { get; } =
    [
        new("constant poller", _ => 18, 0.01, 0.02),
        new("CRM sync", local => Weekday(local) * 72 * WorkingHours(local), 0.06, 0.07),
        new("nightly batch", local => 210 * Between(local, 4.5, 5.25), 0.05, 0.04),
        new("marketing", local => Weekday(local) * ((85 * Between(local, 10, 10.5)) + (60 * Between(local, 16, 16.5))), 0.10, 0.08),
        new("shop form", local => 0.3 + (0.8 * WorkingHours(local)), 0.10, 0.20),
    ];

    internal static double Weekday(DateTime local) => local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0.06 : 1;

    /// <summary>Rises from seven to nine, dips at lunch, falls from half past four to seven.</summary>
    internal static double WorkingHours(DateTime local)
    {
        var hour = local.TimeOfDay.TotalHours;
        var lunch = 1 - (0.25 * Math.Exp(-Math.Pow((hour - 12.5) / 0.6, 2)));
        return Rise(hour, 7, 9) * (1 - Rise(hour, 16.5, 19)) * lunch;
    }

    /// <summary>1 between two hours, with slopes of a few minutes.</summary>
    private static double Between(DateTime local, double from, double to)
    {
        var hour = local.TimeOfDay.TotalHours;
        return Rise(hour, from, from + 0.1) * (1 - Rise(hour, to - 0.1, to));
    }

    private static double Rise(double hour, double from, double to)
    {
        var share = Math.Clamp((hour - from) / (to - from), 0, 1);
        return share * share * (3 - (2 * share));
    }
}
