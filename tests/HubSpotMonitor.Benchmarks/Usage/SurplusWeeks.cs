using HubSpotMonitor.Benchmarks.Webhooks;
using HubSpotMonitor.Local.Scenarios;

namespace HubSpotMonitor.Benchmarks.Usage;

/// <summary>A surplus that stays for a week, in many accounts: in how many its alert opens, and in how many it opens again.</summary>
/// <param name="Accounts">Accounts that were looked at.</param>
/// <param name="Told">Of these, where it was told.</param>
/// <param name="ToldAgain">Where it was told a second time.</param>
internal sealed record SurplusWeeks(int Accounts, int Told, int ToldAgain)
{
    private const int Many = 40;
    private const int FirstSeed = 100;

    private static readonly DateTimeOffset Start = new(2026, 10, 27, 6, 40, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Begins = Start.AddDays(48);
    private static readonly DateTimeOffset End = Begins.AddDays(14);

    /// <param name="timesNormal">1.35: a third more calls in every minute.</param>
    public static SurplusWeeks Measure(double timesNormal)
    {
        var surplus = new Scenario
        {
            Name = "surplus",
            Title = "",
            Story = "",
            Effects = [new ExtraCalls { StartsAfter = TimeSpan.Zero, Lasts = TimeSpan.FromDays(7), TimesNormal = timesNormal }],
            Lines = [],
        };
        var series = Enumerable.Range(FirstSeed, Many)
            .Select(seed => GeneratedUsage.Of(EventLoad.Account with { Seed = seed }, Start, End, new ScenarioRun(surplus, Begins)));
        var told = series.AsParallel().Select(one => UsageRun.DrainsTold(one, Begins)).ToList();
        return new(Many, told.Count(times => times > 0), told.Count(times => times > 1));
    }
}
